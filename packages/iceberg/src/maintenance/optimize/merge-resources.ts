import {availableParallelism} from 'node:os'
import {type MergeThreads, openMergeThreads} from '../../parquet/merge/merge-threads.js'
import {DEFAULT_MEMORY} from './options.js'
import type {OptimizePlan} from './plan-types.js'

/** What merges share. */
export interface MergeResources {
  /** Bytes of columns that a merge may have read and not written yet. */
  readonly columnMemory: number
  /** Undefined where one thread does as well. */
  readonly threads: MergeThreads | undefined
}

/** Threads take a tenth of a second to start, in which so many bytes are merged. */
const WORTH_THREADS = 192 * 1024 ** 2
/** About what a thread needs besides the columns that it is given. */
const THREAD_MEMORY = 64 * 1024 ** 2

/**
 * What a plan's merges may take of the processor and, within `memoryLimit`, of memory: a column that is merged is there as it was
 * read and as it is written, and garbage of the last ones may be. The threads are to be closed.
 */
export async function mergeResources({options, groups, order}: OptimizePlan): Promise<MergeResources> {
  const [limit, concurrency] = [Number(options['memoryLimit'] ?? DEFAULT_MEMORY), Number(options['concurrency'] ?? 1)]
  // Rows that are divided by another spec are written by this thread.
  const merged = groups.filter(({specId, outputSpecId}) => specId === outputSpecId)
  const mergedBytes = merged.reduce((sum, {bytes}) => sum + bytes, 0)
  const count = Math.min(availableParallelism() - 1, Math.floor(limit / 2 / THREAD_MEMORY))
  const isWorthIt = count > 0 && mergedBytes >= WORTH_THREADS && order === null
  return {
    columnMemory: limit / 6 / Math.max(1, Math.min(concurrency, groups.length)),
    threads: isWorthIt ? await openMergeThreads(count) : undefined,
  }
}
