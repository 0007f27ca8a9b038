import {crc32} from 'node:zlib'
import type {FileIO, InputFile} from '@phlo/core'
import {isPhloError, messageOf, type PhloError, refused, unavailable} from '@phlo/core'
import {readPuffinFooter, readStoredBlob} from '../puffin/read.js'
import type {DataFile} from '../spec/manifest.js'
import {cardinality, type PositionBitmap} from './roaring.js'
import {parseBitmap} from './roaring-parse.js'
import {serializeBitmap} from './roaring-serialize.js'

/** The type of the blobs (Puffin spec, "deletion-vector-v1 blob type"). */
export const DELETION_VECTOR = 'deletion-vector-v1'

const MAGIC = Buffer.from([0xd1, 0xd3, 0x39, 0x64])
/** Bytes around the bitmap: a length, the magic, a checksum. */
const FRAME = 12

/** True for the entry of a deletion vector; other position deletes are files of rows. */
export function isDeletionVector({content, fileFormat}: Pick<DataFile, 'content' | 'fileFormat'>): boolean {
  return content === 'position-deletes' && fileFormat === 'PUFFIN'
}

/** The blob that holds these positions. */
export function serializeDeletionVector(positions: PositionBitmap): Uint8Array {
  const vector = Buffer.concat([MAGIC, serializeBitmap(positions)])
  const blob = Buffer.concat([Buffer.alloc(4), vector, Buffer.alloc(4)])
  blob.writeUInt32BE(vector.length, 0)
  blob.writeUInt32BE(crc32(vector), blob.length - 4)
  return blob
}

/** @throws RangeError saying what is wrong with the blob */
export function parseDeletionVector(bytes: Uint8Array): PositionBitmap {
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (blob.length < FRAME + 8) throw new RangeError(`it has only ${blob.length} bytes`)
  const length = blob.readUInt32BE(0)
  if (length !== blob.length - 8) throw new RangeError(`it is ${blob.length - 8} bytes long and is said to have ${length}`)
  const vector = blob.subarray(4, -4)
  if (!vector.subarray(0, 4).equals(MAGIC)) throw new RangeError('it does not begin with D1 D3 39 64')
  if (crc32(vector) !== blob.readUInt32BE(blob.length - 4)) throw new RangeError('its checksum is wrong')
  return parseBitmap(vector.subarray(4))
}

/**
 * The deleted positions of one data file, by the entry of its deletion vector: one ranged read, without the footer of the Puffin
 * file (spec, "Delete Files", fields 143 to 145).
 *
 * @throws PhloError `DELETION_VECTOR_CORRUPT` naming the data file and the Puffin file, also when it has another number of positions
 *   than the entry has records; `FILE_ENCRYPTED` (exit 6); the errors of the FileIO
 */
export async function readDeletionVector(io: FileIO, entry: DataFile): Promise<PositionBitmap> {
  return await withPuffinFile(io, entry, (file) => readFrom(file, entry))
}

/**
 * As `readDeletionVector`, and the footer must tell of the same blob: its type, place, data file and number of positions. For a
 * thorough check of a table; scans need no more than the entry.
 */
export async function checkDeletionVector(io: FileIO, entry: DataFile): Promise<PositionBitmap> {
  return await withPuffinFile(io, entry, async (file) => {
    const positions = await readFrom(file, entry)
    const {offset} = placeOf(entry)
    const blob = (await readPuffinFooter(file)).blobs.find((candidate) => candidate.offset === offset)
    if (!blob) throw corruptVector(entry, `the footer has no blob at byte ${offset}`)
    if (blob.type !== DELETION_VECTOR) throw corruptVector(entry, `the footer says that its type is ${blob.type}`)
    if (blob['compression-codec'] !== undefined) throw corruptVector(entry, 'the footer says that it is compressed')
    const expected = {length: entry.contentSizeInBytes, 'referenced-data-file': entry.referencedDataFile, cardinality: entry.recordCount}
    for (const [name, value] of Object.entries(expected)) {
      const found = name === 'length' ? blob.length : blob.properties?.[name]
      if (String(found) !== String(value)) throw corruptVector(entry, `the footer has ${found} for ${name}, and the manifest ${value}`)
    }
    return positions
  })
}

async function readFrom(file: InputFile, entry: DataFile): Promise<PositionBitmap> {
  const bytes = await readStoredBlob(file, placeOf(entry))
  try {
    const positions = parseDeletionVector(bytes)
    const count = cardinality(positions)
    if (count !== entry.recordCount) throw new RangeError(`it has ${count} positions, and its manifest ${entry.recordCount}`)
    return positions
  } catch (error) {
    throw isPhloError(error) ? error : corruptVector(entry, messageOf(error), error)
  }
}

async function withPuffinFile<T>(io: FileIO, entry: DataFile, work: (file: InputFile) => Promise<T>): Promise<T> {
  placeOf(entry)
  if (entry.keyMetadata !== undefined) throw refused('FILE_ENCRYPTED', `${entry.filePath} is encrypted; it cannot be read.`)
  const file = await io.open(entry.filePath, {size: entry.fileSizeInBytes})
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

function placeOf(entry: DataFile): {readonly offset: number; readonly length: number} {
  const {referencedDataFile, contentOffset: offset, contentSizeInBytes: length} = entry
  if (!isDeletionVector(entry)) throw corruptVector(entry, 'its manifest entry is not one of a Puffin file with position deletes')
  if (referencedDataFile === undefined) throw corruptVector(entry, 'its manifest entry has no referenced_data_file')
  if (offset === undefined || length === undefined) throw corruptVector(entry, 'its manifest entry has no content_offset and size')
  return {offset, length}
}

function corruptVector({filePath, referencedDataFile, contentOffset}: DataFile, reason: string, cause?: unknown): PhloError {
  const place = `at byte ${contentOffset ?? '?'} of ${filePath}`
  return unavailable(
    'DELETION_VECTOR_CORRUPT',
    `The deletion vector of ${referencedDataFile ?? 'an unnamed data file'} ${place} is damaged: ${reason}.`,
    {cause},
  )
}
