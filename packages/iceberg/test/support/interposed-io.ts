import type {FileIO, InputFile, OutputFile} from '@phlo/core'

export interface InterposedIO {
  readonly io: FileIO
  /** Calls so far. */
  readonly calls: () => number
}

/** A FileIO that lets something else happen to the end before its `at`-th call: what a second writer may do at any await. */
export function interposedIO(inner: FileIO, at: number, happen: () => Promise<void>): InterposedIO {
  let count = 0
  const before = async <T>(work: () => Promise<T>): Promise<T> => {
    count += 1
    if (count === at) await happen()
    return work()
  }
  const input = (file: InputFile): InputFile => ({...file, read: (start, length) => before(() => file.read(start, length))})
  const output = (file: OutputFile): OutputFile => ({
    path: file.path,
    get bytesWritten() {
      return file.bytesWritten
    },
    write: (bytes) => before(() => file.write(bytes)),
    close: () => before(() => file.close()),
    abort: () => file.abort(),
  })
  const io: FileIO = {
    open: (path, options) => before(async () => input(await inner.open(path, options))),
    readAll: (path) => before(() => inner.readAll(path)),
    create: (path) => before(async () => output(await inner.create(path))),
    stat: (path) => before(() => inner.stat(path)),
    async *list(prefix) {
      await before(async () => {})
      yield* inner.list(prefix)
    },
    delete: (paths) => before(() => inner.delete(paths)),
    move: (from, to) => before(() => inner.move(from, to)),
    close: () => inner.close(),
  }
  return {io, calls: () => count}
}
