import {PhloError, type PhloErrorOptions} from '@phlo/core'
import type {ChunkToMerge} from './chunk-to-merge.js'
import type {ColumnMerge, MergedColumn} from './merge-column.js'
import {THREAD_URL} from './thread-url.js'

/** A column that was merged on another thread: its places count from its own beginning. */
export interface ColumnElsewhere extends MergedColumn {
  readonly bytes: readonly Uint8Array[]
}

/** What comes back from another thread: no column, where it has to be decoded after all. */
export type MergedElsewhere =
  | {readonly column: ColumnElsewhere | undefined}
  | {readonly failed: Omit<PhloErrorOptions, 'cause'> & {readonly message: string}}

/** Threads that merge columns beside this one. */
export interface MergeThreads {
  /**
   * Merges a column. Its bytes are copied, once.
   *
   * @returns undefined when its pages cannot be merged
   * @throws PhloError as `mergeColumn` does
   */
  merge(column: ColumnMerge): Promise<ColumnElsewhere | undefined>
  /** Ends the threads, with what they are at. */
  close(): Promise<void>
}

/** Starts so many threads. */
export async function openMergeThreads(count: number): Promise<MergeThreads> {
  const {Piscina} = await import('piscina')
  const pool = new Piscina<ColumnMerge, MergedElsewhere>({filename: THREAD_URL.href, minThreads: count, maxThreads: count})
  return {
    // No function that waits: it would hold the bytes that were copied.
    merge(column) {
      const {parts, buffer} = packed(column.parts)
      return pool.run({...column, parts}, {transferList: [buffer]}).then(columnOf)
    },
    close: () => pool.destroy(),
  }
}

function columnOf(result: MergedElsewhere): ColumnElsewhere | undefined {
  if ('column' in result) return result.column
  const {message, ...options} = result.failed
  throw new PhloError(message, options)
}

/** The chunks with their bytes in one buffer, which may be given away: what was read together holds other columns too. */
function packed(chunks: readonly ChunkToMerge[]): {readonly parts: readonly ChunkToMerge[]; readonly buffer: ArrayBuffer} {
  const length = chunks.reduce((sum, {bytes, index}) => sum + bytes.length + (index?.length ?? 0), 0)
  const all = new Uint8Array(length)
  let at = 0
  const moved = (bytes: Uint8Array) => {
    all.set(bytes, at)
    at += bytes.length
    return all.subarray(at - bytes.length, at)
  }
  const parts = chunks.map((chunk) => ({...chunk, bytes: moved(chunk.bytes), index: chunk.index && moved(chunk.index)}))
  return {parts, buffer: all.buffer}
}
