import type {ColumnMetaData} from 'hyparquet'
import type {ByteRange} from '../../io/ranges.js'
import type {FileLeaf} from '../file-leaves.js'

/** A column chunk of a file. */
export interface ColumnPart {
  readonly path: string
  readonly column: FileLeaf
  readonly chunk: ColumnMetaData
  /** Where its column index is, if it has one. */
  readonly columnIndex: ByteRange | undefined
}

/** A column chunk with its bytes. */
export interface ChunkToMerge extends ColumnPart {
  /** Rows of its row group. */
  readonly rows: number
  readonly bytes: Uint8Array
  /** Its column index. */
  readonly index: Uint8Array | undefined
}
