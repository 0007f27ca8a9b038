import {randomUUID} from 'node:crypto'
import type {DeleteIndex} from '../../deletes/delete-index.js'
import {deletedPositions} from '../../deletes/deleted-rows.js'
import {isDeletionVector} from '../../deletes/deletion-vector.js'
import {writeDeletionVectors} from '../../deletes/write-deletion-vectors.js'
import {writePositionDeletes} from '../../deletes/write-position-deletes.js'
import type {ManifestEntry} from '../../spec/manifest.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import type {Replaced, Rewriting} from './replacement.js'

/**
 * Writes what deletes take from the data files of one partition as deletion vectors (v3), which take in those that the files have,
 * or as position deletes (v2), which stand beside those that the files have.
 *
 * @param index the deletes that are replaced and, for vectors, all others of the files
 */
export async function convertDeletes(
  dataFiles: readonly ManifestEntry[],
  index: DeleteIndex,
  {table, onStaged, context}: Rewriting,
): Promise<Replaced> {
  const touched = dataFiles.filter((entry) => index.deletesFor(entry).length > 0)
  const [first] = touched
  if (!first) return {added: [], removed: [], deletes: new Map()}
  const deletes = await deletedPositions(table, touched, index, {signal: context.signal})
  if (deletes.size === 0) return {added: [], removed: [], deletes}
  const {specId, partition} = first.dataFile
  const hasVectors = table.metadata['format-version'] > 2
  const path = dataFilePaths(table, first.dataFile, `${randomUUID()}-deletes`, hasVectors ? 'puffin' : 'parquet')(0)
  onStaged(path)
  if (!hasVectors) {
    const dataFile = await writePositionDeletes(table.io, {path, specId, partition, properties: table.properties, deletes})
    return {added: [{dataFile}], removed: [], deletes}
  }
  const vectors = touched.flatMap(({dataFile}) => {
    const positions = deletes.get(dataFile.filePath)
    return positions ? [{dataFile, positions}] : []
  })
  const added = await writeDeletionVectors(table.io, path, vectors)
  const replaced = touched.flatMap((entry) => index.deletesFor(entry).filter(({dataFile}) => isDeletionVector(dataFile)))
  return {added: added.map((dataFile) => ({dataFile})), removed: replaced.map(({dataFile}) => dataFile), deletes}
}
