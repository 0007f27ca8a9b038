import type {InputFile} from '@phlo/core'

/** How much is read ahead; one request on an object store. */
const CHUNK = 1024 * 1024

/** Reads a file from front to end, a chunk at a time. */
export interface ByteReader {
  atEnd(): boolean
  /** Where in the file the next byte is. */
  position(): number
  /** The next `length` bytes; throws a RangeError when the file ends before. The bytes are valid until the next call. */
  take(length: number): Promise<Buffer>
  /** An Avro long (zigzag varint) as a number. */
  takeLong(): Promise<number>
}

export function byteReader(file: InputFile): ByteReader {
  let buffer: Buffer = Buffer.alloc(0)
  let at = 0
  let next = 0
  const fill = async (length: number) => {
    const missing = length - (buffer.length - at)
    if (missing <= 0) return
    if (missing > file.size - next) throw new RangeError(`it ends after ${file.size} bytes, in the middle of a block`)
    const size = Math.min(Math.max(missing, CHUNK), file.size - next)
    const chunk = await file.read(next, size)
    if (chunk.length !== size) throw new RangeError(`it was read short: ${chunk.length} of ${size} bytes`)
    next += size
    const rest = buffer.subarray(at)
    buffer = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk])
    at = 0
  }
  const take = async (length: number) => {
    if (!Number.isSafeInteger(length) || length < 0) throw new RangeError(`a length of ${length} cannot be`)
    await fill(length)
    const bytes = buffer.subarray(at, at + length)
    at += length
    return bytes
  }
  return {
    atEnd: () => at === buffer.length && next === file.size,
    position: () => next - (buffer.length - at),
    take,
    async takeLong() {
      let value = 0n
      for (let shift = 0n; shift < 70n; shift += 7n) {
        const byte = BigInt((await take(1))[0] ?? 0)
        value |= (byte & 0x7fn) << shift
        if (byte < 0x80n) return Number((value >> 1n) ^ -(value & 1n))
      }
      throw new RangeError('a number has more than ten bytes')
    },
  }
}
