import zlib from 'node:zlib'
import {usage} from '@phlo/core'
import type {CompressionCodec, Compressors} from 'hyparquet'
import {compressors as pureCompressors} from 'hyparquet-compressors'

/** Decompression for every codec of Parquet: native where Node has it, else `hyparquet-compressors`. */
export const decompressors: Compressors = {
  ...pureCompressors,
  GZIP: (bytes, length) => zlib.gunzipSync(bytes, atMost(length)),
  BROTLI: (bytes, length) => zlib.brotliDecompressSync(bytes, atMost(length)),
  ZSTD: (bytes, length) => zlib.zstdDecompressSync(bytes, atMost(length)),
}

/** A page that becomes longer than its header says is damaged, or was made to fill the memory. */
const atMost = (length: number) => ({maxOutputLength: Math.max(1, length)})

/** How pages are compressed: `write.parquet.compression-codec` and `-level`. */
export interface Compression {
  readonly codec: CompressionCodec
  readonly compress: ((bytes: Uint8Array) => Uint8Array) | undefined
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
    case 'zstd': {
      const params = {[zlib.constants.ZSTD_c_compressionLevel]: level === undefined ? 3 : Number(level)}
      return {codec: 'ZSTD', compress: (bytes) => zlib.zstdCompressSync(bytes, {params})}
    }
    case 'gzip':
      return {codec: 'GZIP', compress: (bytes) => zlib.gzipSync(bytes, level === undefined ? {} : {level: Number(level)})}
    case 'brotli': {
      const params = {[zlib.constants.BROTLI_PARAM_QUALITY]: level === undefined ? 4 : Number(level)}
      return {codec: 'BROTLI', compress: (bytes) => zlib.brotliCompressSync(bytes, {params})}
    }
    case 'uncompressed':
    case 'none':
      return {codec: 'UNCOMPRESSED', compress: undefined}
    case 'snappy':
      // hyparquet-writer compresses Snappy by itself.
      return {codec: 'SNAPPY', compress: undefined}
    default:
      throw usage(
        'INVALID_PROPERTY',
        `Table property write.parquet.compression-codec is ${JSON.stringify(codec)}, which cannot be written.`,
        ['zstd, gzip, snappy, brotli and uncompressed can'],
      )
  }
}
