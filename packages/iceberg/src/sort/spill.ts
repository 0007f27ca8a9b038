import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {localFileIO} from '../io/local.js'
import {fromLocalError} from '../io/local-errors.js'
import {fileRows} from '../parquet/file-rows.js'
import {type Leaf, leavesOf} from '../parquet/leaves.js'
import {createParquetFile, parquetWriteOptions} from '../parquet/write-file.js'
import type {Schema} from '../spec/types.js'
import type {RowBatch} from '../write/row-batch.js'
import {decodeRows, type KeyedBlock} from './row-block.js'
import type {RowKeys} from './row-keys.js'

/** A sorted run on the disk. */
export interface SpilledRun {
  readonly path: string
  /** Bytes. */
  readonly size: number
}

/** A folder of this machine for sorted runs that memory does not hold. */
export interface Spill {
  /** Writes a run; each batch can be read again by itself. */
  write(batches: Iterable<RowBatch> | AsyncIterable<RowBatch>): Promise<SpilledRun>
  read(run: SpilledRun, keysOf: RowKeys): AsyncIterable<KeyedBlock>
  remove(run: SpilledRun): Promise<void>
  /** Removes the folder with all that is in it. */
  close(): Promise<void>
}

/** Values as they are; what a run is for is soon over. */
const PROPERTIES = {'write.parquet.compression-codec': 'uncompressed', 'write.metadata.metrics.default': 'none'}

/**
 * Makes a new folder below the given one. Runs are Parquet files of the schema, so that whatever
 * can be in a data file can be in a run.
 *
 * @throws PhloError `STORAGE_FULL`, `STORAGE_DENIED`, `STORAGE_UNAVAILABLE` naming the path
 */
export async function openSpill(schema: Schema, below = tmpdir()): Promise<Spill> {
  const prefix = join(below, 'phlo-sort-')
  const folder = await mkdtemp(prefix).catch((error: unknown) => {
    throw fromLocalError(error, prefix)
  })
  const io = localFileIO()
  const leaves = leavesOf(schema)
  const options = parquetWriteOptions(PROPERTIES, schema)
  let runs = 0
  return {
    async write(batches) {
      const path = join(folder, `run-${runs++}.parquet`)
      const writer = await createParquetFile(io, path, schema, options)
      try {
        for await (const batch of batches) await writer.writeRowGroup(batch.rows, (leaf) => batch.column(leaf))
        return {path, size: (await writer.close()).size}
      } catch (error) {
        await writer.abort()
        throw error
      }
    },
    read: (run, keysOf) => blocksOf(run, leaves, keysOf),
    remove: ({path}) => rm(path, {force: true}),
    close: () => rm(folder, {recursive: true, force: true}),
  }

  async function* blocksOf(run: SpilledRun, wanted: readonly Leaf[], keysOf: RowKeys): AsyncIterable<KeyedBlock> {
    for await (const {rows, read} of fileRows(io, run, {leaves: wanted, mapping: undefined, defaultOf: () => undefined})) {
      yield decodeRows({rows, column: read}, {from: 0, to: rows, limit: Number.POSITIVE_INFINITY}, wanted, keysOf) as KeyedBlock
    }
  }
}
