import type {FileIO, InputFile} from '@phlo/core'

/**
 * A FileIO that opens each file once and has it in memory from then on, as long as all of them together are no more than `bytes`; what
 * does not fit is opened every time. For files that never change and are read more than once, such as manifests.
 */
export function keptReads(io: FileIO, bytes: number): FileIO {
  const kept = new Map<string, Promise<Uint8Array>>()
  let room = bytes
  const keep = async (file: InputFile): Promise<Uint8Array> => {
    try {
      return await file.read(0, file.size)
    } finally {
      await file.close()
    }
  }
  return {
    ...io,
    async open(path, options) {
      const before = kept.get(path)
      if (before) return inMemory(path, await before)
      const file = await io.open(path, options)
      if (file.size > room) return file
      room -= file.size
      const reading = keep(file)
      kept.set(path, reading)
      return inMemory(path, await reading)
    },
  }
}

function inMemory(path: string, bytes: Uint8Array): InputFile {
  return {
    path,
    size: bytes.length,
    read: async (start, length) => bytes.subarray(start, start + length),
    close: async () => {},
  }
}
