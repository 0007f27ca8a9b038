import {promisify} from 'node:util'
import {zstdDecompress} from 'node:zlib'
import type {InputFile} from '@phlo/core'
import {refused} from '@phlo/core'
import {corruptPuffin, LARGEST_BLOB, MAGIC, type PuffinBlob, type PuffinFooter, TRAILER} from './format.js'
import {parseFooter} from './parse-footer.js'

/** How much of the end of a file is read at once: the footers of most files. */
const FIRST_READ = 16 * 1024

/** Bit 0 of the flags: the payload is compressed. No other has a meaning. */
const COMPRESSED = 1

/**
 * The footer of a Puffin file: one read of its end, and a second one only when the footer is longer than that (Puffin spec,
 * "Footer structure").
 *
 * @throws PhloError `PUFFIN_CORRUPT` naming the file; `PUFFIN_CODEC_NOT_READ` (exit 6) for a footer that is compressed with LZ4
 */
export async function readPuffinFooter(file: InputFile): Promise<PuffinFooter> {
  const {size} = file
  if (size < 2 * MAGIC.length + TRAILER) throw corruptPuffin(file, `it has only ${size} bytes`)
  const tail = asBuffer(await file.read(Math.max(0, size - FIRST_READ), Math.min(size, FIRST_READ)))
  const trailer = tail.subarray(-TRAILER)
  if (!trailer.subarray(8).equals(MAGIC)) throw corruptPuffin(file, 'it does not end in PFA1, so that it is cut short or is no Puffin file')
  const length = trailer.readInt32LE(0)
  const flags = trailer.readUInt32LE(4)
  const start = size - TRAILER - length - MAGIC.length
  if (length < 0 || start < MAGIC.length) throw corruptPuffin(file, `its footer of ${length} bytes is longer than the file`)
  if (flags === COMPRESSED) throw codecNotRead(file, 'footer', 'lz4')
  if (flags !== 0) throw corruptPuffin(file, `its flags 0x${flags.toString(16)} are not of the specification`)
  const footer = size - start <= tail.length ? tail.subarray(start - size) : asBuffer(await file.read(start, size - start))
  if (!footer.subarray(0, MAGIC.length).equals(MAGIC)) throw corruptPuffin(file, 'its footer does not begin with PFA1')
  try {
    return parseFooter(footer.subarray(MAGIC.length, -TRAILER), start)
  } catch (error) {
    throw corruptPuffin(file, error)
  }
}

/**
 * The contents of a blob that the file's footer describes, uncompressed: one ranged read.
 *
 * @param limit bytes that the contents may have at most; default 256 MiB, many times of any sketch
 * @throws PhloError `PUFFIN_CORRUPT` naming the file; `PUFFIN_CODEC_NOT_READ` (exit 6) for codecs other than zstd
 */
export async function readPuffinBlob(file: InputFile, blob: PuffinBlob, limit: number = 256 * 1024 * 1024): Promise<Uint8Array> {
  const {offset, length, 'compression-codec': codec} = blob
  if (codec !== undefined && codec !== 'zstd') throw codecNotRead(file, `blob at byte ${offset}`, codec)
  if (length > limit) throw corruptPuffin(file, `the blob at byte ${offset} is longer than ${limit} bytes`)
  const stored = await readStoredBlob(file, {offset, length})
  if (codec === undefined) return stored
  try {
    return await promisify(zstdDecompress)(stored, {maxOutputLength: limit})
  } catch (error) {
    throw corruptPuffin(file, error)
  }
}

/**
 * The bytes of a blob as they are stored, by the place that the footer or a manifest gives.
 *
 * @throws PhloError `PUFFIN_CORRUPT` naming the file, before anything is read when the place is outside of it
 */
export async function readStoredBlob(file: InputFile, {offset, length}: Pick<PuffinBlob, 'offset' | 'length'>): Promise<Uint8Array> {
  const end = offset + length
  if (!Number.isSafeInteger(end) || offset < MAGIC.length || length < 0 || length > LARGEST_BLOB || end > file.size) {
    throw corruptPuffin(file, `a blob of ${length} bytes at byte ${offset} is outside of its ${file.size} bytes`)
  }
  return await file.read(offset, length)
}

function codecNotRead({path}: InputFile, part: string, codec: string) {
  return refused('PUFFIN_CODEC_NOT_READ', `The ${part} of the Puffin file ${path} is compressed with ${codec}, which is not read.`)
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
