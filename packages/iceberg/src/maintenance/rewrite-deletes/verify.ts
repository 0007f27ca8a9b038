import {formatCount, refused} from '@phlo/core'
import {isDeletionVector, readDeletionVector} from '../../deletes/deletion-vector.js'
import {readPositionDeletes} from '../../deletes/read-position-deletes.js'
import {cardinality, hasPosition} from '../../deletes/roaring.js'
import type {IcebergTable} from '../../table.js'
import type {Replaced} from './replacement.js'

/**
 * Reads back what was written, before it is committed: exactly the rows that were to be deleted, each once.
 *
 * @throws PhloError `VERIFICATION_FAILED` (exit 6) naming the file
 */
export async function verifyDeletes({io}: IcebergTable, {added, deletes}: Replaced, signal: AbortSignal): Promise<void> {
  const expected = [...deletes.values()].reduce((sum, bitmap) => sum + cardinality(bitmap), 0)
  let found = 0
  for (const {dataFile} of added) {
    if (isDeletionVector(dataFile)) {
      const bitmap = deletes.get(dataFile.referencedDataFile ?? '')
      const written = cardinality(await readDeletionVector(io, dataFile))
      if (!bitmap || written !== cardinality(bitmap))
        throw failed(dataFile.filePath, `${formatCount(written)} rows of ${dataFile.referencedDataFile}`)
      found += written
      continue
    }
    const onDelete = (path: string, position: number) => {
      const bitmap = deletes.get(path)
      if (!bitmap || !hasPosition(bitmap, position)) throw failed(dataFile.filePath, `row ${formatCount(position)} of ${path}`)
      found += 1
    }
    await readPositionDeletes(io, dataFile, onDelete, signal)
  }
  if (found !== expected)
    throw failed(added[0]?.dataFile.filePath ?? 'nothing', `${formatCount(found)} rows instead of ${formatCount(expected)}`)
}

const failed = (path: string, what: string) =>
  refused('VERIFICATION_FAILED', `What was written is not what it should replace, and is not committed: ${path} deletes ${what}.`)
