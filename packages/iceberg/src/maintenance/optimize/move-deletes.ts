import {randomUUID} from 'node:crypto'
import {addPosition, type PositionBitmap, positionBitmap, positionsOf} from '../../deletes/roaring.js'
import {writeDeletionVectors} from '../../deletes/write-deletion-vectors.js'
import {writePositionDeletes} from '../../deletes/write-position-deletes.js'
import type {DataFile} from '../../spec/manifest.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import {verifyDeletes} from '../rewrite-deletes/verify.js'
import type {RewriteContext} from './merge-inputs.js'

type Rows = Pick<DataFile, 'filePath' | 'recordCount'>

/**
 * Where deleted rows are in the files into which others were merged, by path: those have all rows of these, in their order.
 *
 * @param deleted positions in the inputs, by path
 */
export function movedPositions(
  inputs: readonly Rows[],
  outputs: readonly Rows[],
  deleted: ReadonlyMap<string, PositionBitmap>,
): ReadonlyMap<string, PositionBitmap> {
  const moved = new Map<string, PositionBitmap>()
  const ends = outputs.values()
  let output: Rows | undefined
  let [begin, start, end] = [0, 0, 0]
  for (const {filePath, recordCount} of inputs) {
    for (const position of positionsOf(deleted.get(filePath) ?? positionBitmap())) {
      const row = begin + position
      while (row >= end) {
        output = ends.next().value
        if (!output) throw new RangeError(`row ${position} of ${filePath} is in no file`)
        start = end
        end += output.recordCount
      }
      const {filePath: path} = output as Rows
      const own = moved.get(path) ?? positionBitmap()
      moved.set(path, own)
      addPosition(own, row - start)
    }
    begin += recordCount
  }
  return moved
}

/**
 * Writes which rows of new files of one partition are deleted, as deletion vectors (v3) or as a position delete file for each of
 * them (v2), and reads that back.
 *
 * @throws PhloError `VERIFICATION_FAILED` (exit 6)
 */
export async function writeMovedDeletes(
  files: readonly DataFile[],
  deletes: ReadonlyMap<string, PositionBitmap>,
  {table, onStaged, context}: Pick<RewriteContext, 'table' | 'onStaged' | 'context'>,
): Promise<readonly DataFile[]> {
  const touched = files.filter(({filePath}) => deletes.has(filePath))
  const [first] = touched
  if (!first) return []
  const hasVectors = table.metadata['format-version'] > 2
  const newPath = dataFilePaths(table, first, `${randomUUID()}-deletes`, hasVectors ? 'puffin' : 'parquet')
  const added: DataFile[] = []
  const positionsIn = ({filePath}: DataFile) => deletes.get(filePath) as PositionBitmap
  if (hasVectors) {
    const path = newPath(0)
    onStaged(path)
    const vectors = touched.map((dataFile) => ({dataFile, positions: positionsIn(dataFile)}))
    added.push(...(await writeDeletionVectors(table.io, path, vectors)))
  } else {
    const {specId, partition} = first
    for (const [index, file] of touched.entries()) {
      const path = newPath(index)
      onStaged(path)
      const own = {path, specId, partition, properties: table.properties, deletes: new Map([[file.filePath, positionsIn(file)]])}
      added.push(await writePositionDeletes(table.io, own))
    }
  }
  await verifyDeletes(table, {added: added.map((dataFile) => ({dataFile})), removed: [], deletes}, context.signal)
  return added
}
