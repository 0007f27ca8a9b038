import {PhloError, type PhloErrorOptions} from '@phlo/core'
import type {Piscina} from 'piscina'
import {createBreather} from './breather.js'
import type {ChunkToMerge} from './chunk-to-merge.js'
import {type ColumnInBytes, columnToBytes} from './column-to-bytes.js'
import type {ColumnMerge} from './merge-column.js'
import {THREAD_URL} from './thread-url.js'

/** What comes back from another thread: no column, where it has to be decoded after all. */
export type MergedElsewhere =
  | {readonly column: ColumnInBytes | undefined}
  | {readonly failed: Omit<PhloErrorOptions, 'cause'> & {readonly message: string}}

/** A column that stands in line for whichever thread is free. */
export interface ColumnInLine {
  /** Takes it out of the line again; undefined when somebody has begun with it. */
  withdraw(): ColumnMerge | undefined
  /**
   * Waits until it is merged, and works at what else stands in line meanwhile.
   *
   * @returns undefined when its pages cannot be merged
   * @throws PhloError as `mergeColumn` does
   */
  merged(): Promise<ColumnInBytes | undefined>
}

/** Threads that merge columns beside this one. */
export interface MergeThreads {
  /** Tells what is to come, in milliseconds of one thread. The threads are started when it is enough for them to pay. */
  expect(milliseconds: number): void
  /** Puts a column in line. Its bytes are copied, once, when another thread takes it. Undefined while there is this thread only. */
  offer(column: ColumnMerge): ColumnInLine | undefined
  /** Ends the threads, with what they are at. */
  close(): Promise<void>
}

/** Milliseconds of work from which on threads pay: each loads modules and compiles what this one has compiled, for about half a second. */
const WORTH_THREADS = 600
/** A thread has its next column with it when it has merged one, and need not wait for this one to look up. */
const COLUMNS_PER_THREAD = 2

interface Task {
  /** Undefined once somebody has it. */
  column: ColumnMerge | undefined
  readonly result: PromiseWithResolvers<ColumnInBytes | undefined>
  isSettled: boolean
}

/**
 * So many threads, none of which is started yet.
 *
 * @param worth milliseconds of work from which on they are
 */
export function createMergeThreads(count: number, worth: number = WORTH_THREADS): MergeThreads {
  const line: Task[] = []
  let opening: Promise<void> | undefined
  let pool: Piscina<ColumnMerge, MergedElsewhere> | undefined
  let [expected, running] = [0, 0]

  // Where threads cannot be had, this one does it all.
  const open = async () => {
    const {Piscina} = await import('piscina')
    const opened = new Piscina<ColumnMerge, MergedElsewhere>({
      filename: THREAD_URL.href,
      minThreads: count,
      maxThreads: count,
      concurrentTasksPerWorker: COLUMNS_PER_THREAD,
    })
    // One that ends by itself takes no column with it that it was not given.
    opened.on('error', () => {
      pool = undefined
      opened.destroy().catch(() => undefined)
    })
    pool = opened
    handOut()
  }
  const handOut = () => {
    while (pool && running < count * COLUMNS_PER_THREAD && line.length > 0) {
      running += 1
      const settled = settle(line.shift() as Task, mergeElsewhere.bind(undefined, pool))
      settled.then(() => {
        running -= 1
        handOut()
      })
    }
  }
  const merged = async (task: Task) => {
    const breathe = createBreather()
    const mergeHere = (column: ColumnMerge) => columnToBytes(column, breathe)
    while (!task.isSettled && line.length > 0) await settle(line.shift() as Task, mergeHere)
    return task.result.promise
  }
  return {
    expect(milliseconds) {
      expected += milliseconds
      if (count > 0 && expected >= worth) opening ??= open().catch(() => undefined)
    },
    offer(column) {
      if (!opening) return undefined
      const task: Task = {column, result: Promise.withResolvers(), isSettled: false}
      // Whoever waits for it is told; nobody may.
      task.result.promise.catch(() => undefined)
      line.push(task)
      handOut()
      return {
        withdraw() {
          const at = line.indexOf(task)
          if (at < 0) return undefined
          line.splice(at, 1)
          return task.column
        },
        merged: () => merged(task),
      }
    },
    async close() {
      for (const {result} of line.splice(0)) result.reject(new Error('the threads were closed'))
      await opening
      await pool?.destroy()
    },
  }
}

/** Merges a column that nobody has begun with, in one way or another. */
async function settle(task: Task, merge: (column: ColumnMerge) => Promise<ColumnInBytes | undefined>): Promise<void> {
  const {column, result} = task
  task.column = undefined
  try {
    result.resolve(await merge(column as ColumnMerge))
  } catch (error) {
    result.reject(error)
  }
  task.isSettled = true
}

/** No function that waits: it would hold the bytes that were copied. */
function mergeElsewhere(pool: Piscina<ColumnMerge, MergedElsewhere>, column: ColumnMerge): Promise<ColumnInBytes | undefined> {
  const {parts, buffer} = packed(column.parts)
  return pool.run({...column, parts}, {transferList: [buffer]}).then(columnOf)
}

function columnOf(result: MergedElsewhere): ColumnInBytes | undefined {
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
