import type {FileIO} from '@phlo/core'
import {createPuffinFile, type PuffinWriter} from '../puffin/write.js'
import type {DataFile} from '../spec/manifest.js'
import {DELETION_VECTOR, serializeDeletionVector} from './deletion-vector.js'
import {cardinality, type PositionBitmap} from './roaring.js'

/** The field id of `_pos`, which a deletion vector is computed from (spec, "Reserved Field IDs"). */
const ROW_POSITION_ID = 2147483645

/** The deleted positions of a data file: all of them, also those that an older vector of it had. */
export interface NewDeletionVector {
  readonly dataFile: Pick<DataFile, 'filePath' | 'specId' | 'partition'>
  readonly positions: PositionBitmap
}

/**
 * Writes deletion vectors, one for a data file, into one Puffin file, and describes them for the manifest: they share its path
 * and size, and each has its own place (spec, "Deletion Vectors"). A data file without deleted positions gets none; without any
 * there is no file. Vectors are taken one by one, so that memory does not grow with their sizes.
 *
 * @param path of the Puffin file, which must not exist yet
 * @throws RangeError for a second vector of the same data file; PhloError `FILE_EXISTS` and the other errors of the FileIO. No file
 *   is left then.
 */
export async function writeDeletionVectors(
  io: FileIO,
  path: string,
  vectors: Iterable<NewDeletionVector> | AsyncIterable<NewDeletionVector>,
): Promise<readonly DataFile[]> {
  const written = new Map<string, Omit<DataFile, 'fileSizeInBytes'>>()
  let writer: PuffinWriter | undefined
  try {
    for await (const {dataFile, positions} of vectors) {
      const {filePath: referencedDataFile, specId, partition} = dataFile
      const recordCount = cardinality(positions)
      if (written.has(referencedDataFile)) throw new RangeError(`${referencedDataFile} has two deletion vectors`)
      if (recordCount === 0) continue
      writer ??= await createPuffinFile(io, path)
      const {offset, length} = await writer.append({
        type: DELETION_VECTOR,
        fields: [ROW_POSITION_ID],
        'snapshot-id': -1n,
        'sequence-number': -1n,
        properties: {'referenced-data-file': referencedDataFile, cardinality: String(recordCount)},
        data: serializeDeletionVector(positions),
      })
      written.set(referencedDataFile, {
        content: 'position-deletes',
        filePath: path,
        fileFormat: 'PUFFIN',
        specId,
        partition,
        recordCount,
        referencedDataFile,
        contentOffset: offset,
        contentSizeInBytes: length,
      })
    }
    const fileSizeInBytes = (await writer?.close()) ?? 0
    return Array.from(written.values(), (file) => ({...file, fileSizeInBytes}))
  } catch (error) {
    await writer?.abort()
    throw error
  }
}
