import type {OperationContext} from '@phlo/core'
import type {AddedFile} from '../../commit/propose-snapshot.js'
import type {PositionBitmap} from '../../deletes/roaring.js'
import type {DataFile} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'

/** Delete files that take the place of others; written, and not committed yet. */
export interface Replaced {
  readonly added: readonly AddedFile[]
  readonly removed: readonly DataFile[]
  /** What `added` deletes, by data file. */
  readonly deletes: ReadonlyMap<string, PositionBitmap>
}

export interface Rewriting {
  readonly table: IcebergTable
  /** Bytes of a position delete file. */
  readonly targetFileSize: number
  /** Told every path before anything is written to it. */
  readonly onStaged: (path: string) => void
  readonly context: OperationContext
}
