import type {FileIO, InputFile, OutputFile} from '@phlo/core'
import {fromLocalError} from '../../src/io/local-errors.js'

export type Call = 'open' | 'read' | 'readAll' | 'stat' | 'list' | 'create' | 'write' | 'close' | 'delete' | 'move'

/** What goes wrong: with one call, or for good from one call on. */
export const FAULTS = {
  'an I/O error': {calls: ['open', 'read', 'readAll', 'stat', 'list', 'create', 'write', 'close', 'delete', 'move'], stays: false},
  'a disk that is full for a moment': {calls: ['create', 'write', 'close', 'move'], stays: false},
  'an error although the change was made': {calls: ['write', 'close', 'delete', 'move'], stays: false},
  'a disk that fails for good': {
    calls: ['open', 'read', 'readAll', 'stat', 'list', 'create', 'write', 'close', 'delete', 'move'],
    stays: true,
  },
} as const satisfies Readonly<Record<string, {readonly calls: readonly Call[]; readonly stays: boolean}>>

export type Fault = keyof typeof FAULTS

/** A call that was made to fail. */
export interface Failed {
  readonly call: Call
  readonly path: string
}

export interface FaultyIO {
  readonly io: FileIO
  readonly failed: readonly Failed[]
}

/**
 * A FileIO whose `at`-th call, of those that the fault is about, fails. A file to delete counts as a call of its own, and its
 * failure is reported as the contract of `delete` wants it.
 */
export function faultyIO(inner: FileIO, fault: Fault, at: number): FaultyIO {
  const {calls, stays} = FAULTS[fault]
  const failed: Failed[] = []
  let count = 0
  const fails = (call: Call, path: string): boolean => {
    if (!calls.some((known) => known === call)) return false
    count += 1
    const hit = count === at || (stays && count > at)
    if (hit) failed.push({call, path})
    return hit
  }
  const failure = (path: string) => {
    const code = fault === 'a disk that is full for a moment' ? 'ENOSPC' : 'EIO'
    return fromLocalError(Object.assign(new Error(`${code}: injected`), {code}), path)
  }
  const guard = async <T>(call: Call, path: string, work: () => Promise<T>): Promise<T> => {
    if (!fails(call, path)) return work()
    if (fault === 'an error although the change was made') await work()
    throw failure(path)
  }
  const input = (file: InputFile): InputFile => ({
    ...file,
    read: (start, length) => guard('read', file.path, () => file.read(start, length)),
  })
  const output = (file: OutputFile): OutputFile => ({
    path: file.path,
    get bytesWritten() {
      return file.bytesWritten
    },
    write: (bytes) => guard('write', file.path, () => file.write(bytes)),
    close: () => guard('close', file.path, () => file.close()),
    abort: () => file.abort(),
  })
  const io: FileIO = {
    open: (path, options) => guard('open', path, async () => input(await inner.open(path, options))),
    readAll: (path) => guard('readAll', path, () => inner.readAll(path)),
    create: (path) => guard('create', path, async () => output(await inner.create(path))),
    stat: (path) => guard('stat', path, () => inner.stat(path)),
    async *list(prefix) {
      if (fails('list', prefix)) throw failure(prefix)
      yield* inner.list(prefix)
    },
    async delete(paths) {
      const problems: {path: string; error: string}[] = []
      for (const path of paths) {
        const report = await guard('delete', path, () => inner.delete([path])).catch((error: Error) => [{path, error: error.message}])
        problems.push(...report)
      }
      return problems
    },
    move: (from, to) => guard('move', from, () => inner.move(from, to)),
    close: () => inner.close(),
  }
  return {io, failed}
}
