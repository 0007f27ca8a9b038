import type {OutputFile} from '@phlo/core'
import {ByteWriter} from 'hyparquet-writer'

/** Bytes that are worth a write, and two times as many a place in memory: one buffer is filled while the other is written. */
export const WORTH_WRITING = 4 * 1024 ** 2
/** Bytes of a buffer that is used again; a decoded column may have needed a larger one. */
const LARGEST_KEPT = 4 * WORTH_WRITING

/** Puts bytes into a file that is being written, and does not wait until they are there. */
export interface WriteBehind {
  /** Takes what is to be written. */
  readonly writer: ByteWriter
  /** Begins to write what was appended, if it is worth it. @throws what the write before threw */
  flush(): Promise<void>
  /** Writes all that was appended. @throws what a write threw */
  finish(): Promise<void>
  /** Resolves when nothing is being written any more, whatever came of it. */
  settled(): Promise<unknown>
}

/** Nothing is written yet. */
export function createWriteBehind(output: OutputFile): WriteBehind {
  const writer = new ByteWriter()
  let free = new ArrayBuffer(0)
  let writing = Promise.resolve()
  const begin = async () => {
    await writing
    const bytes = writer.getBytes()
    const {buffer} = writer
    writer.buffer = free
    writer.view = new DataView(free)
    writer.index = 0
    free = buffer.byteLength <= LARGEST_KEPT ? buffer : new ArrayBuffer(0)
    writing = output.write(bytes)
    // Whoever comes next is told.
    writing.catch(() => undefined)
  }
  return {
    writer,
    async flush() {
      if (writer.index >= WORTH_WRITING) await begin()
    },
    async finish() {
      await begin()
      await writing
    },
    settled: () => writing.catch(() => undefined),
  }
}
