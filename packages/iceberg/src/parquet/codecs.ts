import zlib from 'node:zlib'
import {usage} from '@phlo/core'
import type {Compressors} from 'hyparquet'
import {compressors as pureCompressors} from 'hyparquet-compressors'
import {snappyCompress} from 'hyparquet-writer/src/snappy.js'

/** Decompression for every codec of Parquet: native where Node has it, else `hyparquet-compressors`. */
export const decompressors: Compressors = {
  ...pureCompressors,
  LZ4: lz4('LZ4'),
  LZ4_RAW: lz4('LZ4_RAW'),
  GZIP: (bytes, length) => zlib.gunzipSync(bytes, atMost(length)),
  BROTLI: (bytes, length) => zlib.brotliDecompressSync(bytes, atMost(length)),
  ZSTD: (bytes, length) => zlib.zstdDecompressSync(bytes, atMost(length)),
}

/** Pages of nulls have no bytes, of which LZ4 makes a token without literals: `hyparquet-compressors` expects a match after it. */
function lz4(codec: 'LZ4' | 'LZ4_RAW'): NonNullable<Compressors['LZ4']> {
  const decompress = pureCompressors[codec] as NonNullable<Compressors['LZ4']>
  return (bytes, length) => (length === 0 ? new Uint8Array(0) : decompress(bytes, length))
}

const LARGEST_CHUNK = 8 * 1024 ** 2

/**
 * A page that becomes longer than its header says is damaged, or was made to fill the memory. What comes out in one piece, with room
 * to notice that it has ended, need not be put together.
 */
const atMost = (length: number) => ({maxOutputLength: Math.max(1, length), chunkSize: Math.min(length + 64, LARGEST_CHUNK)})

/** How pages are compressed: `write.parquet.compression-codec` and `-level`. Plain data, which may go to another thread. */
export interface Compression {
  readonly codec: 'ZSTD' | 'GZIP' | 'BROTLI' | 'SNAPPY' | 'UNCOMPRESSED'
  /** The codec's own scale; undefined for its default, and where it has none. */
  readonly level?: number
}

/**
 * The compression that a table's properties ask for; zstd by default.
 *
 * @throws PhloError `INVALID_PROPERTY` for a codec that cannot be written
 */
export function compressionOf(properties: Readonly<Record<string, string>>): Compression {
  const codec = (properties['write.parquet.compression-codec'] ?? 'zstd').toLowerCase()
  const level = properties['write.parquet.compression-level']
  switch (codec) {
    case 'zstd':
    case 'gzip':
    case 'brotli':
      return {codec: codec.toUpperCase() as 'ZSTD', ...(level !== undefined && {level: Number(level)})}
    case 'snappy':
    case 'uncompressed':
      return {codec: codec.toUpperCase() as 'SNAPPY'}
    case 'none':
      return {codec: 'UNCOMPRESSED'}
    default:
      throw usage(
        'INVALID_PROPERTY',
        `Table property write.parquet.compression-codec is ${JSON.stringify(codec)}, which cannot be written.`,
        ['zstd, gzip, snappy, brotli and uncompressed can'],
      )
  }
}

/** Compresses pages as told: natively, but Snappy, which hyparquet-writer has. */
export function compressorOf({codec, level}: Compression): (bytes: Uint8Array) => Uint8Array {
  switch (codec) {
    case 'ZSTD': {
      const params = {[zlib.constants.ZSTD_c_compressionLevel]: level ?? 3}
      return (bytes) => zlib.zstdCompressSync(bytes, {params})
    }
    case 'GZIP':
      return (bytes) => zlib.gzipSync(bytes, level === undefined ? {} : {level})
    case 'BROTLI': {
      const params = {[zlib.constants.BROTLI_PARAM_QUALITY]: level ?? 4}
      return (bytes) => zlib.brotliCompressSync(bytes, {params})
    }
    case 'SNAPPY':
      return snappyCompress
    case 'UNCOMPRESSED':
      return (bytes) => bytes
  }
}
