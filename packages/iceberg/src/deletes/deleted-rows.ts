import {assertReadable} from '../parquet/readable.js'
import type {RowPositions} from '../parquet/surviving-rows.js'
import {partitionKey} from '../spec/file-partition.js'
import {fileIdentity, type ManifestEntry} from '../spec/manifest.js'
import type {IcebergTable} from '../table.js'
import {applyEqualityDeletes} from './apply-equality-deletes.js'
import type {DeleteIndex} from './delete-index.js'
import {isDeletionVector, readDeletionVector} from './deletion-vector.js'
import {readPositionDeletes} from './read-position-deletes.js'
import {addPosition, addPositions, cardinality, type PositionBitmap, positionBitmap, positionsOf} from './roaring.js'

export interface DeletedRowsOptions {
  readonly signal: AbortSignal
  /** Bytes that the keys of equality deletes may take in memory. Default: 128 MiB. */
  readonly equalityMemory?: number
}

const EQUALITY_MEMORY = 128 * 1024 ** 2
const DELETE_FILES_AT_A_TIME = 8

/**
 * The rows that deletes take from some data files, by path; a file that loses none is not in it. Deletion vectors, position
 * deletes and equality deletes are applied by the rules of the spec ("Scan Planning"). Every delete file is read once for all of
 * the data files, so that these should be of one partition; what is held is a bitmap for each data file, and as many keys of
 * equality deletes as there is memory for.
 *
 * @throws PhloError `FORMAT_NOT_READ`, `FILE_ENCRYPTED` (exit 6) for delete files that are not Parquet or Puffin; what reading them throws
 */
export async function deletedRows(
  table: IcebergTable,
  dataFiles: readonly ManifestEntry[],
  index: DeleteIndex,
  options: DeletedRowsOptions,
): Promise<ReadonlyMap<string, RowPositions>> {
  const bitmaps = await deletedPositions(table, dataFiles, index, options)
  return new Map(Array.from(bitmaps, ([path, bitmap]) => [path, rowPositions(bitmap)]))
}

/** As `deletedRows`, as bitmaps that can be written down. */
export async function deletedPositions(
  table: IcebergTable,
  dataFiles: readonly ManifestEntry[],
  index: DeleteIndex,
  {signal, equalityMemory = EQUALITY_MEMORY}: DeletedRowsOptions,
): Promise<ReadonlyMap<string, PositionBitmap>> {
  const {default: pMap} = await import('p-map')
  const work = divide(dataFiles, index)
  for (const {dataFile} of work.all) assertReadable(dataFile)
  const bitmaps = new Map<string, PositionBitmap>()
  const rowsOf = new Map(dataFiles.map(({dataFile}) => [dataFile.filePath, dataFile.recordCount]))
  const bitmapOf = (path: string) => {
    const bitmap = bitmaps.get(path) ?? positionBitmap()
    bitmaps.set(path, bitmap)
    return bitmap
  }
  const onDelete = (path: string, position: number) => {
    const rows = rowsOf.get(path)
    if (rows !== undefined && position >= 0 && position < rows) addPosition(bitmapOf(path), position)
  }
  await pMap(
    work.vectors,
    async ({dataFile}) => {
      addPositions(bitmapOf(dataFile.referencedDataFile ?? ''), await readDeletionVector(table.io, dataFile))
    },
    {concurrency: DELETE_FILES_AT_A_TIME, signal},
  )
  await pMap(
    work.positions,
    async ({dataFile, sequenceNumber}) => {
      const onRow = (path: string, position: number) => {
        const dataSequenceNumber = work.withPositions.get(path)
        if (dataSequenceNumber !== undefined && dataSequenceNumber <= sequenceNumber) onDelete(path, position)
      }
      await readPositionDeletes(table.io, dataFile, onRow, signal)
    },
    {concurrency: DELETE_FILES_AT_A_TIME, signal},
  )
  for (const {deletes, files} of work.equalities) {
    await applyEqualityDeletes({table, deletes, dataFiles: files, memory: equalityMemory, signal, onDelete})
  }
  return new Map([...bitmaps].filter(([, bitmap]) => bitmap.containers.size > 0))
}

interface Work {
  /** Delete files whose rows have to be read. */
  readonly all: readonly ManifestEntry[]
  readonly vectors: readonly ManifestEntry[]
  readonly positions: readonly ManifestEntry[]
  /** Data sequence numbers, by path, of the data files whose rows position delete files may delete: those without a vector. */
  readonly withPositions: ReadonlyMap<string, bigint>
  /** Equality deletes of the same fields and scope, with the data files that they may be about. */
  readonly equalities: readonly {readonly deletes: readonly ManifestEntry[]; readonly files: readonly ManifestEntry[]}[]
}

function divide(dataFiles: readonly ManifestEntry[], index: DeleteIndex): Work {
  const vectors: ManifestEntry[] = []
  const positions = new Map<string, ManifestEntry>()
  const withPositions = new Map<string, bigint>()
  const equalities = new Map<string, {deletes: Map<string, ManifestEntry>; files: Set<ManifestEntry>}>()
  for (const data of index.size === 0 ? [] : dataFiles) {
    for (const entry of index.deletesFor(data)) {
      const {dataFile} = entry
      const identity = fileIdentity(dataFile)
      if (isDeletionVector(dataFile)) vectors.push(entry)
      else if (dataFile.content === 'position-deletes') {
        positions.set(identity, entry)
        withPositions.set(data.dataFile.filePath, data.sequenceNumber)
      } else {
        const key = `${partitionKey(dataFile)} ${(dataFile.equalityIds ?? []).join()}`
        const group = equalities.get(key) ?? {deletes: new Map(), files: new Set()}
        group.deletes.set(identity, entry)
        group.files.add(data)
        equalities.set(key, group)
      }
    }
  }
  const groups = [...equalities.values()].map(({deletes, files}) => ({deletes: [...deletes.values()], files: [...files]}))
  const all = [...vectors.filter(({dataFile}) => dataFile.keyMetadata), ...positions.values(), ...groups.flatMap(({deletes}) => deletes)]
  return {all, vectors, positions: [...positions.values()], withPositions, equalities: groups}
}

/** A bitmap as the rows of a file that are left out. */
export function rowPositions(bitmap: PositionBitmap): RowPositions {
  return {size: cardinality(bitmap), between: (start, end) => positionsOf(bitmap, start, end)}
}
