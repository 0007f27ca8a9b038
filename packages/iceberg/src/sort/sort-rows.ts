import {type Leaf, leavesOf} from '../parquet/leaves.js'
import type {Schema} from '../spec/types.js'
import type {RowBatch} from '../write/row-batch.js'
import {mergeRuns} from './merge-runs.js'
import {batchOf, decodeRows, type KeyedBlock} from './row-block.js'
import {type RowKeys, rowKeys} from './row-keys.js'
import type {RowOrder} from './row-order.js'
import {sortedRun} from './sorted-run.js'
import {openSpill, type Spill, type SpilledRun} from './spill.js'

export interface SortRequest {
  readonly order: RowOrder
  /** Of the rows. */
  readonly schema: Schema
  readonly batches: AsyncIterable<RowBatch>
  /** Bytes of decoded rows that are held in memory at a time. */
  readonly memoryLimit: number
  /** The most bytes that the rows of a batch that comes out take. */
  readonly batchBytes: number
  readonly signal: AbortSignal
  /** Where the temporary files go. Default: the system's folder for them (`TMPDIR`). */
  readonly tempFolder?: string
}

/** So many runs are merged at a time; with more of them there are several passes. */
const RUNS_AT_A_TIME = 16

/**
 * Sorts rows; those that the order does not tell apart stay in the order in which they came. Rows that take more than the memory
 * limit are sorted in runs, which go to temporary files of this machine and are merged from there; the files are removed when
 * the iteration ends, however it ends.
 *
 * @throws PhloError `STORAGE_FULL` and other errors of the disk, and whatever the batches throw
 */
export async function* sortRows({
  order,
  schema,
  batches,
  memoryLimit,
  batchBytes,
  signal,
  tempFolder,
}: SortRequest): AsyncIterable<RowBatch> {
  const leaves = leavesOf(schema)
  const keysOf = rowKeys(order, leaves)
  // What is written is unpacked, a column at a time, which takes several times its bytes.
  const most = Math.min(batchBytes, memoryLimit / 8)
  // Half of the memory is for a block of each run that is merged, the rest for what comes out.
  const blockBytes = memoryLimit / (2 * RUNS_AT_A_TIME)
  let spill: Spill | undefined
  try {
    let runs: SpilledRun[] = []
    const held: KeyedBlock[] = []
    let bytes = 0
    for await (const block of blocksOf(batches, leaves, keysOf, memoryLimit / 4)) {
      signal.throwIfAborted()
      held.push(block)
      bytes += block.bytes
      if (bytes <= 0.75 * memoryLimit) continue
      spill ??= await openSpill(schema, tempFolder)
      runs.push(await spill.write(sortedRun(held.splice(0), blockBytes)))
      bytes = 0
    }
    if (!spill) {
      yield* sortedRun(held.splice(0), most)
      return
    }
    if (held.length > 0) runs.push(await spill.write(sortedRun(held.splice(0), blockBytes)))
    while (runs.length > RUNS_AT_A_TIME) runs = await mergePass(spill, runs, keysOf, blockBytes, signal)
    yield* merged(spill, runs, keysOf, most, signal)
  } finally {
    await spill?.close()
  }
}

/** The rows of batches in blocks of at most so many bytes, unless a single row takes more. */
async function* blocksOf(
  batches: AsyncIterable<RowBatch>,
  leaves: readonly Leaf[],
  keysOf: RowKeys,
  limit: number,
): AsyncIterable<KeyedBlock> {
  for await (const batch of batches) {
    let size = batch.rows
    for (let from = 0; from < batch.rows; ) {
      const to = Math.min(batch.rows, from + size)
      const block = decodeRows(batch, {from, to, limit}, leaves, keysOf)
      if (block) {
        yield block
        from = to
      } else size = Math.ceil((to - from) / 2)
    }
  }
}

/** Merges neighbouring runs, so that rows with equal keys stay in their order. */
async function mergePass(
  spill: Spill,
  runs: readonly SpilledRun[],
  keysOf: RowKeys,
  blockBytes: number,
  signal: AbortSignal,
): Promise<SpilledRun[]> {
  const fewer: SpilledRun[] = []
  for (let at = 0; at < runs.length; at += RUNS_AT_A_TIME) {
    const group = runs.slice(at, at + RUNS_AT_A_TIME)
    fewer.push(await spill.write(merged(spill, group, keysOf, blockBytes, signal)))
    for (const run of group) await spill.remove(run)
  }
  return fewer
}

async function* merged(
  spill: Spill,
  runs: readonly SpilledRun[],
  keysOf: RowKeys,
  blockBytes: number,
  signal: AbortSignal,
): AsyncIterable<RowBatch> {
  const blocks = runs.map((run) => spill.read(run, keysOf))
  for await (const block of mergeRuns(blocks, blockBytes)) {
    signal.throwIfAborted()
    yield batchOf(block)
  }
}
