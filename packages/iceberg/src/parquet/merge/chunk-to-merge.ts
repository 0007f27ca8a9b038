import type {ColumnMetaData} from 'hyparquet'
import type {ByteRange} from '../../io/ranges.js'
import type {PageFacts} from './page-log.js'
import type {ValueSizes} from './value-sizes.js'

/** A column chunk of a file, and what its footer tells of it. Plain data, which may go to another thread. */
export interface ColumnPart {
  /** Of the file. */
  readonly path: string
  /** Of the column in the file, dotted. */
  readonly name: string
  readonly type: ColumnMetaData['type']
  readonly codec: ColumnMetaData['codec']
  readonly hasDictionary: boolean
  /** Nulls and, of a nested column, those of its empty lists included. */
  readonly entries: number
  /** Undefined when its footer does not tell: they are counted as its pages pass. */
  readonly nulls: number | undefined
  /** Undefined when there are none that can be trusted. */
  readonly bounds: PageFacts['bounds']
  /** Whether the bounds are values of the column, and not cut. */
  readonly isExact: boolean
  /** What its footer tells of them. */
  readonly sizes: ValueSizes
  /** Rows of its row group. */
  readonly rows: number
  /** Where its pages are. */
  readonly place: ByteRange
  /** Bytes of its pages before compression. */
  readonly uncompressed: number
  /** Where its column index is, if it has one. */
  readonly columnIndex: ByteRange | undefined
}

/** A column chunk with its bytes. */
export interface ChunkToMerge extends ColumnPart {
  readonly bytes: Uint8Array
  /** Its column index. */
  readonly index: Uint8Array | undefined
}
