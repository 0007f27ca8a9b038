import {crc32, deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync} from 'node:zlib'

/** Makes the bytes of a block out of what the file has; throws for damaged ones. */
export type Decompress = (block: Uint8Array) => Uint8Array

/** Bytes of a block at most: writers end them after some tens of kilobytes, and a damaged one may claim anything. */
const MOST = 2 ** 30
/** Snappy makes no more than this out of a byte. */
const SNAPPY_RATIO = 64

/** The decompression of a codec by its name in the file's header; undefined for one that is not supported. */
export async function decompressor(codec: string): Promise<Decompress | undefined> {
  switch (codec) {
    case 'null':
      return (block) => block
    case 'deflate':
      return (block) => inflateRawSync(block, {maxOutputLength: MOST, chunkSize: outputSize(block)})
    case 'zstandard':
      return (block) => zstdDecompressSync(block, {maxOutputLength: MOST, chunkSize: outputSize(block)})
    case 'snappy': {
      const {snappyUncompress} = await import('hyparquet')
      return (block) => unsnap(block, snappyUncompress)
    }
    default:
      return undefined
  }
}

/** Bytes that a block may well come to: zlib puts what it makes together from pieces of this size. */
const outputSize = (block: Uint8Array) => Math.min(Math.max(2 ** 14, block.length * 8), 2 ** 20)

/** `deflate` is what Java calls gzip (`write.avro.compression-codec`). */
export type WriteCodec = 'null' | 'deflate' | 'zstandard'

export function compress(codec: WriteCodec, block: Uint8Array): Uint8Array {
  if (codec === 'deflate') return deflateRawSync(block)
  return codec === 'zstandard' ? zstdCompressSync(block) : block
}

/** Avro's snappy: a raw snappy block, which begins with its length as a varint, followed by the CRC-32 of what it holds. */
function unsnap(block: Uint8Array, uncompress: (input: Uint8Array, output: Uint8Array) => void): Uint8Array {
  if (block.length < 5) throw new RangeError('a snappy block is cut short')
  const data = block.subarray(0, -4)
  let length = 0
  for (let at = 0, shift = 0; ; at++, shift += 7) {
    const byte = data[at] ?? 0
    length += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  if (length > Math.min(MOST, data.length * SNAPPY_RATIO)) throw new RangeError(`a snappy block claims to hold ${length} bytes`)
  const output = new Uint8Array(length)
  uncompress(data, output)
  if (crc32(output) !== Buffer.from(block.buffer, block.byteOffset, block.length).readUInt32BE(block.length - 4))
    throw new RangeError('a snappy block has a wrong checksum')
  return output
}
