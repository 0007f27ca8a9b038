import {type FileIO, refused} from '@phlo/core'
import type {PuffinBlob} from '../../puffin/format.js'
import {readPuffinBlob, readPuffinFooter} from '../../puffin/read.js'
import {createPuffinFile, type NewPuffinBlob} from '../../puffin/write.js'
import type {Snapshot, StatisticsFile} from '../../spec/table-metadata.js'
import {sketchedField} from './statistics-of.js'

/**
 * The blobs of a statistics file that a new one takes over: all but the sketches of some columns.
 *
 * @throws PhloError `PUFFIN_CORRUPT`; `PUFFIN_CODEC_NOT_READ` (exit 6)
 */
export async function blobsToKeep(io: FileIO, path: string, replaced: ReadonlySet<number>): Promise<readonly NewPuffinBlob[]> {
  const file = await io.open(path)
  try {
    const kept: NewPuffinBlob[] = []
    for (const blob of (await readPuffinFooter(file)).blobs) {
      const field = sketchedField(blob)
      if (field !== undefined && replaced.has(field)) continue
      const {offset: _offset, length: _length, 'compression-codec': codec, ...described} = blob
      kept.push({...described, data: await readPuffinBlob(file, blob), ...(codec === 'zstd' && {'compression-codec': codec})})
    }
    return kept
  } finally {
    await file.close()
  }
}

/**
 * Writes a statistics file and reads it back (spec, "Table Statistics").
 *
 * @throws PhloError `VERIFICATION_FAILED` (exit 6)
 */
export async function writeStatisticsFile(
  io: FileIO,
  path: string,
  snapshot: Snapshot,
  blobs: readonly NewPuffinBlob[],
): Promise<StatisticsFile> {
  const writer = await createPuffinFile(io, path)
  const written: PuffinBlob[] = []
  for (const blob of blobs) written.push(await writer.append(blob))
  const size = await writer.close()
  await verify(io, path, blobs)
  const end = written.reduce((last, {offset, length}) => Math.max(last, offset + length), MAGIC_LENGTH)
  return {
    'snapshot-id': snapshot['snapshot-id'],
    'statistics-path': path,
    'file-size-in-bytes': size,
    'file-footer-size-in-bytes': size - end,
    'blob-metadata': written.map(({type, fields, properties, ...blob}) => ({
      type,
      'snapshot-id': blob['snapshot-id'],
      'sequence-number': blob['sequence-number'],
      fields,
      ...(properties && {properties}),
    })),
  }
}

/** Where the first blob of a Puffin file begins. */
const MAGIC_LENGTH = 4

async function verify(io: FileIO, path: string, blobs: readonly NewPuffinBlob[]): Promise<void> {
  const file = await io.open(path)
  try {
    const found = (await readPuffinFooter(file)).blobs
    const areSame = await Promise.all(
      blobs.map(async ({data, type}, index) => {
        const blob = found[index]
        return blob?.type === type && Buffer.compare(await readPuffinBlob(file, blob), data) === 0
      }),
    )
    if (found.length === blobs.length && !areSame.includes(false)) return
    throw refused('VERIFICATION_FAILED', `What was written to ${path} is not what should be there; nothing was committed.`)
  } finally {
    await file.close()
  }
}
