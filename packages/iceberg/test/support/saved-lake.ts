import {cpSync, mkdtempSync, rmSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type FileIO, parseTableName} from '@phlo/core'
import {
  type IcebergTable,
  icebergTable,
  localFileIO,
  localPath,
  readManifest,
  readManifestList,
  type Snapshot,
  scanRecordBatches,
} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogTables} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'
import type {Lake} from './lake.js'

/** A lakehouse that was closed and copied, to be had again as it was as often as one likes. */
export interface SavedLake {
  /** Puts everything back, and opens it. */
  restore(): Promise<OpenedLake>
  remove(): Promise<void>
}

export interface OpenedLake {
  /** `io`: by what its catalog and it reach their files. Default: the local FileIO. */
  table(name: string, io?: FileIO): Promise<IcebergTable>
  close(): Promise<void>
}

/** Closes a lakehouse over SQLite and saves it. */
export async function saveLake({folder, uri, warehouse, close}: Lake): Promise<SavedLake> {
  await close()
  const copy = mkdtempSync(join(tmpdir(), 'phlo-saved-'))
  // At once: a suite restores it a thousand times, and each file of a copy would be waited for.
  cpSync(folder, copy, {recursive: true})
  return {
    async restore() {
      rmSync(folder, {recursive: true})
      cpSync(copy, folder, {recursive: true})
      const {db, close: closeDatabase} = await openDatabase<SqlCatalogTables>(uri)
      return {
        async table(name, io = localFileIO()) {
          const catalog = createSqlCatalog({name: 'lake', warehouse, db: async () => db, openIO: async () => io})
          const tableName = parseTableName(name)
          return icebergTable(catalog, tableName, await catalog.loadTable(tableName))
        },
        close: closeDatabase,
      }
    },
    async remove() {
      for (const made of [folder, copy]) rmSync(made, {recursive: true, force: true})
    },
  }
}

/** The rows of a snapshot, each as text, in an order that does not depend on the files. */
export async function rowsOf(table: IcebergTable, snapshot: Snapshot | undefined): Promise<readonly string[]> {
  const rows: string[] = []
  for await (const batch of scanRecordBatches(table, snapshot ? {snapshot} : {})) {
    const columns = batch.schema.names.map((name) => batch.getChild(name))
    for (let row = 0; row < batch.numRows; row++) rows.push(columns.map((column) => String(column?.get(row))).join())
  }
  return rows.sort()
}

/** The rows of every snapshot by its id. */
export async function rowsBySnapshot(table: IcebergTable): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {}
  for (const snapshot of table.metadata.snapshots) found[String(snapshot['snapshot-id'])] = await rowsOf(table, snapshot)
  return found
}

/** Every file that the table refers to: metadata files, manifest lists, manifests and the live files of all its snapshots. */
export async function referencedFiles({io, metadata, metadataLocation}: IcebergTable): Promise<string[]> {
  const paths = new Set([metadataLocation, ...metadata['metadata-log'].map((entry) => entry['metadata-file'])])
  for (const snapshot of metadata.snapshots) {
    paths.add(snapshot['manifest-list'] as string)
    for (const manifest of await readManifestList(io, snapshot, metadata['format-version'])) {
      paths.add(manifest.manifestPath)
      for await (const {status, dataFile} of readManifest(io, manifest, {metadata})) if (status !== 'deleted') paths.add(dataFile.filePath)
    }
  }
  for (const file of [...(metadata.statistics ?? []), ...(metadata['partition-statistics'] ?? [])]) paths.add(file['statistics-path'])
  return [...paths].map(localPath).sort()
}

/** Every file below the table's location on the disk, but for those in its quarantine. */
export async function filesOnDisk({location}: IcebergTable): Promise<readonly string[]> {
  const entries = await readdir(localPath(location), {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return files.filter((path) => !path.includes('/_phlo_quarantine/')).sort()
}
