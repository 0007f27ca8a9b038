import {formatTableName} from '@phlo/core'
import {liveEntries} from '../avro/live-entries.js'
import {readManifestList} from '../avro/manifest-list.js'
import {type DeleteIndex, deleteIndex, readDeleteIndex} from '../deletes/delete-index.js'
import {deletedRows} from '../deletes/deleted-rows.js'
import {exclusiveEntries} from '../inspect/exclusive-entries.js'
import type {RowPositions} from '../parquet/surviving-rows.js'
import {snapshotById} from '../refs.js'
import type {ManifestEntry, ManifestFile} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {otherRows} from './row-positions.js'

/** Rows of one data file that a snapshot added or took away. */
export interface ChangedRows {
  readonly type: 'INSERT' | 'DELETE'
  readonly entry: ManifestEntry
  /** The other rows of the file: it did not touch them, or they were dead before and after. */
  readonly others: RowPositions | undefined
  /** How many rows were added or taken away. */
  readonly rows: number
}

/** Data files whose deletes are looked up together at most: so many bitmaps are made at a time. */
const FILES_TOGETHER = 512

/**
 * What a snapshot changed in the rows of the table, file by file, deletes before inserts: rows of data files that came or went, and
 * rows of those that stayed whose deletes came or went. A row that was copied from one file to another is in both.
 * Manifests that the snapshot shares with its parent are read only when delete files changed.
 *
 * @throws what reading manifests and delete files throws
 */
export async function changedRows(table: IcebergTable, snapshot: Snapshot, signal: AbortSignal): Promise<readonly ChangedRows[]> {
  const parentId = snapshot['parent-snapshot-id']
  const parent = parentId === undefined ? undefined : snapshotById(table.metadata, parentId)
  const manifests = await manifestsIn(table, snapshot)
  const {gone, came} = await exclusiveEntries(table, await manifestsIn(table, parent), manifests)
  const [deadBefore, deadAfter] = [await deletesIn(table, parent), await deletesIn(table, snapshot)]
  const dead = (entries: readonly ManifestEntry[], index: DeleteIndex) => deletedRows(table, entries, index, {signal})
  const changes: ChangedRows[] = []
  for (const files of parts(gone.filter(isData))) {
    const were = await dead(files, deadBefore)
    for (const entry of files) changes.push(changeOf('DELETE', entry, were.get(entry.dataFile.filePath)))
  }
  for (const files of parts(await filesWithOtherDeletes(table, manifests, gone, came))) {
    const [were, are] = [await dead(files, deadBefore), await dead(files, deadAfter)]
    for (const entry of files) {
      const {filePath, recordCount} = entry.dataFile
      const [was, is] = [were.get(filePath), are.get(filePath)]
      changes.push(changeOf('DELETE', entry, otherRows(is, was, recordCount)), changeOf('INSERT', entry, otherRows(was, is, recordCount)))
    }
  }
  for (const files of parts(came.filter(isData))) {
    const are = await dead(files, deadAfter)
    for (const entry of files) changes.push(changeOf('INSERT', entry, are.get(entry.dataFile.filePath)))
  }
  return ['DELETE', 'INSERT'].flatMap((wanted) => changes.filter(({type, rows}) => type === wanted && rows > 0))
}

const isData = ({dataFile}: ManifestEntry) => dataFile.content === 'data'

function changeOf(type: ChangedRows['type'], entry: ManifestEntry, others: RowPositions | undefined): ChangedRows {
  return {type, entry, others, rows: entry.dataFile.recordCount - (others?.size ?? 0)}
}

const manifestsIn = async (table: IcebergTable, snapshot: Snapshot | undefined) =>
  snapshot ? readManifestList(table.io, snapshot, table.metadata['format-version']) : []

const deletesIn = async (table: IcebergTable, snapshot: Snapshot | undefined) =>
  snapshot ? readDeleteIndex(table, {snapshot}) : deleteIndex([], table.metadata, formatTableName(table.name))

/** The data files that both snapshots have and that deletes may be about which only one of them has. */
async function filesWithOtherDeletes(
  table: IcebergTable,
  manifests: readonly ManifestFile[],
  gone: readonly ManifestEntry[],
  came: readonly ManifestEntry[],
): Promise<readonly ManifestEntry[]> {
  const deletes = [gone, came].map((entries) => entries.filter((entry) => !isData(entry))).filter(({length}) => length > 0)
  if (deletes.length === 0) return []
  const indexes = await Promise.all(deletes.map((entries) => deleteIndex(entries, table.metadata, formatTableName(table.name))))
  const added = new Set(came.map(({dataFile}) => dataFile.filePath))
  const found: ManifestEntry[] = []
  const ofData = manifests.filter(({content}) => content === 'data')
  for await (const entry of liveEntries(table, ofData)) {
    if (!added.has(entry.dataFile.filePath) && indexes.some((index) => index.deletesFor(entry).length > 0)) found.push(entry)
  }
  return found
}

function* parts(entries: readonly ManifestEntry[]): Iterable<readonly ManifestEntry[]> {
  for (let from = 0; from < entries.length; from += FILES_TOGETHER) yield entries.slice(from, from + FILES_TOGETHER)
}
