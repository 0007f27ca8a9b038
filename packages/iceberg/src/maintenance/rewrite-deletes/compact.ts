import {randomUUID} from 'node:crypto'
import {readPositionDeletes} from '../../deletes/read-position-deletes.js'
import {addPosition, cardinality, type PositionBitmap, positionBitmap} from '../../deletes/roaring.js'
import {writePositionDeletes} from '../../deletes/write-position-deletes.js'
import {assertReadable} from '../../parquet/readable.js'
import type {ManifestEntry} from '../../spec/manifest.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import type {Replaced, Rewriting} from './replacement.js'

/**
 * Writes the position deletes of one partition anew, in few files. Deletes of data files that are gone are left out; the new files
 * carry the highest data sequence number of the old ones, so that they apply to whatever these applied to.
 */
export async function compactPositionDeletes(
  inputs: readonly ManifestEntry[],
  dataFiles: readonly ManifestEntry[],
  {table, targetFileSize, onStaged, context}: Rewriting,
): Promise<Replaced> {
  const sequenceNumbers = new Map(dataFiles.map(({dataFile, sequenceNumber}) => [dataFile.filePath, sequenceNumber]))
  const deletes = new Map<string, PositionBitmap>()
  let newest = 0n
  for (const {dataFile, sequenceNumber} of inputs) {
    context.signal.throwIfAborted()
    assertReadable(dataFile)
    if (sequenceNumber > newest) newest = sequenceNumber
    const onDelete = (path: string, position: number) => {
      const written = sequenceNumbers.get(path)
      if (written === undefined || written > sequenceNumber) return
      const bitmap = deletes.get(path) ?? positionBitmap()
      deletes.set(path, bitmap)
      addPosition(bitmap, position)
    }
    await readPositionDeletes(table.io, dataFile, onDelete, context.signal)
    context.progress.advance()
  }
  const [first] = inputs
  const bytes = inputs.reduce((sum, {dataFile}) => sum + dataFile.fileSizeInBytes, 0)
  const added: Replaced['added'][number][] = []
  if (first) {
    const {specId, partition} = first.dataFile
    const newPath = dataFilePaths(table, first.dataFile, `${randomUUID()}-deletes`)
    for (const [index, part] of shares(deletes, Math.ceil(bytes / targetFileSize)).entries()) {
      const path = newPath(index)
      onStaged(path)
      const dataFile = await writePositionDeletes(table.io, {path, specId, partition, properties: table.properties, deletes: part})
      added.push({dataFile, sequenceNumber: newest})
    }
  }
  return {added, removed: inputs.map(({dataFile}) => dataFile), deletes}
}

/** Divides deletes by data file into so many parts of about as many rows; none of them is empty. */
function shares(deletes: ReadonlyMap<string, PositionBitmap>, count: number): readonly ReadonlyMap<string, PositionBitmap>[] {
  const total = [...deletes.values()].reduce((sum, bitmap) => sum + cardinality(bitmap), 0)
  const parts: Map<string, PositionBitmap>[] = []
  let done = 0
  for (const [path, bitmap] of [...deletes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const index = Math.min(count - 1, Math.floor((done * count) / total))
    const part = parts[index] ?? new Map<string, PositionBitmap>()
    parts[index] = part.set(path, bitmap)
    done += cardinality(bitmap)
  }
  return parts.filter((part) => part !== undefined)
}
