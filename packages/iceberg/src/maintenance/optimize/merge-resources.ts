import {availableParallelism} from 'node:os'
import {createMergeThreads, type MergeThreads} from '../../parquet/merge/merge-threads.js'
import {DEFAULT_MEMORY} from './options.js'
import type {OptimizePlan} from './plan-types.js'

/** What merges share. */
export interface MergeResources {
  /** Bytes of columns that a merge may have read and not written yet. */
  readonly columnMemory: number
  /** They start when there is work enough for them; none of them where memory does not allow for one. */
  readonly threads: MergeThreads
}

/** About what a thread needs besides the columns that it is given. */
const THREAD_MEMORY = 64 * 1024 ** 2

/**
 * What a plan's merges may take of the processor and, within `memoryLimit`, of memory: a column that is merged is there as it was
 * read and as it is written, and garbage of the last ones may be. The threads are to be closed.
 */
export function mergeResources({options, groups}: OptimizePlan): MergeResources {
  const [limit, concurrency] = [Number(options['memoryLimit'] ?? DEFAULT_MEMORY), Number(options['concurrency'] ?? 1)]
  const count = Math.min(availableParallelism() - 1, Math.floor(limit / 2 / THREAD_MEMORY))
  return {
    columnMemory: (limit - count * THREAD_MEMORY) / 8 / Math.max(1, Math.min(concurrency, groups.length)),
    threads: createMergeThreads(count),
  }
}
