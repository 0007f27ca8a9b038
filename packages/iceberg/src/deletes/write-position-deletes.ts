import type {FileIO} from '@phlo/core'
import type {Leaf, LeafValues} from '../parquet/leaves.js'
import {createParquetFile, parquetWriteOptions} from '../parquet/write-file.js'
import type {DataFile} from '../spec/manifest.js'
import {DELETED_FILE_PATH, DELETED_POSITION} from '../spec/reserved-fields.js'
import type {Schema} from '../spec/types.js'
import {describedFile} from '../write/describe-file.js'
import {type PositionBitmap, positionsOf} from './roaring.js'

const SCHEMA: Schema = {type: 'struct', fields: [DELETED_FILE_PATH, DELETED_POSITION]}
const ROWS_TOGETHER = 262_144

export interface NewPositionDeletes {
  readonly path: string
  readonly specId: number
  readonly partition: DataFile['partition']
  /** The table's. */
  readonly properties: Readonly<Record<string, string>>
  /** Rows to be deleted by data file; none of the bitmaps is empty. */
  readonly deletes: ReadonlyMap<string, PositionBitmap>
}

/**
 * Writes a position delete file (spec, "Position Delete Files"): rows sorted by file and position, with full bounds of both
 * columns, so that planning finds the data files that it is about. One about a single data file names it.
 */
export async function writePositionDeletes(io: FileIO, given: NewPositionDeletes): Promise<DataFile> {
  const {path, specId, partition, properties, deletes} = given
  const options = {...parquetWriteOptions(properties, SCHEMA), metrics: () => ({kind: 'full'}) as const}
  const writer = await createParquetFile(io, path, SCHEMA, options)
  try {
    for (const {paths, positions} of rowGroups(deletes)) {
      const column = (leaf: Leaf): LeafValues => ({
        leaf,
        values: leaf.fieldId === DELETED_FILE_PATH.id ? paths : BigInt64Array.from(positions, BigInt),
        rows: positions.length,
      })
      await writer.writeRowGroup(positions.length, column)
    }
    const written = {path, ...(await writer.close())}
    const [only] = deletes.size === 1 ? deletes.keys() : []
    return {
      ...describedFile('position-deletes', written, {specId, partition}),
      ...(only !== undefined && {referencedDataFile: only}),
    }
  } catch (error) {
    await writer.abort()
    throw error
  }
}

/** File paths in the order of their UTF-8 bytes, which is that of the bounds. */
function* rowGroups(deletes: ReadonlyMap<string, PositionBitmap>): Iterable<{readonly paths: Uint8Array[]; readonly positions: number[]}> {
  const files = Array.from(deletes, ([path, bitmap]) => ({path: Buffer.from(path), bitmap}))
  let paths: Uint8Array[] = []
  let positions: number[] = []
  for (const {path, bitmap} of files.sort((a, b) => Buffer.compare(a.path, b.path))) {
    for (const position of positionsOf(bitmap)) {
      paths.push(path)
      positions.push(position)
      if (positions.length < ROWS_TOGETHER) continue
      yield {paths, positions}
      paths = []
      positions = []
    }
  }
  if (positions.length > 0) yield {paths, positions}
}
