import type {SchemaDifference} from '@phlo/core'
import {readManifestList} from '../avro/manifest-list.js'
import {diffSchemas} from '../evolve/diff-schemas.js'
import {schemaById} from '../spec/current.js'
import {partitionNames} from '../spec/file-partition.js'
import type {FileContent, ManifestEntry} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {exclusiveEntries} from './exclusive-entries.js'

export interface FileFigures {
  readonly files: number
  /** Rows of data files; deletes of delete files. */
  readonly records: number
  /** Bytes; of a deletion vector its part of the file. */
  readonly bytes: number
}

/** A file that only one of two snapshots has. */
export interface ChangedFile {
  readonly change: 'added' | 'removed'
  readonly content: FileContent
  readonly path: string
  readonly partition: string
  readonly records: number
  readonly bytes: number
}

/** What one state of a table has of files that another has not. */
export interface FileDiff {
  readonly dataFiles: {readonly added: FileFigures; readonly removed: FileFigures}
  readonly deleteFiles: {readonly added: FileFigures; readonly removed: FileFigures}
  readonly files: readonly ChangedFile[]
}

export interface SnapshotDiff extends FileDiff {
  readonly from: {readonly id: string; readonly timestamp: number}
  readonly to: {readonly id: string; readonly timestamp: number}
  /** Between the schemas that the two snapshots were written with. */
  readonly columns: readonly SchemaDifference[]
}

/** A table at one of its snapshots; without one it has no files. */
export interface TableState {
  readonly table: IcebergTable
  readonly snapshot: Snapshot | undefined
}

/**
 * What the second snapshot has that the first has not, and the other way round, whichever of them is older and whatever branches they
 * are on. Manifests that both have are not read.
 */
export async function diffSnapshots(table: IcebergTable, from: Snapshot, to: Snapshot): Promise<SnapshotDiff> {
  const {metadata} = table
  return {
    from: describe(from),
    to: describe(to),
    columns: diffSchemas(schemaById(metadata, from['schema-id']), schemaById(metadata, to['schema-id'])),
    ...(await diffFiles({table, snapshot: from}, {table, snapshot: to})),
  }
}

/** The same of files alone, of one table at two places of which each has its own metadata: branches of a catalog. */
export async function diffFiles(from: TableState, to: TableState): Promise<FileDiff> {
  const [before, after] = [await manifestsOf(from), await manifestsOf(to)]
  const {gone, came} = await exclusiveEntries(to.table, before, after, from.table)
  const files = [...gone.map(rowOf('removed', from.table)), ...came.map(rowOf('added', to.table))]
  const figures = (isData: boolean) => ({
    added: sum(files.filter((file) => file.change === 'added' && (file.content === 'data') === isData)),
    removed: sum(files.filter((file) => file.change === 'removed' && (file.content === 'data') === isData)),
  })
  return {dataFiles: figures(true), deleteFiles: figures(false), files}
}

const manifestsOf = async ({table, snapshot}: TableState) =>
  snapshot ? readManifestList(table.io, snapshot, table.metadata['format-version']) : []

function rowOf(change: ChangedFile['change'], {metadata}: IcebergTable) {
  const partitionOf = partitionNames(metadata)
  return ({dataFile: file}: ManifestEntry): ChangedFile => ({
    change,
    content: file.content,
    path: file.filePath,
    partition: partitionOf(file),
    records: file.recordCount,
    bytes: file.contentSizeInBytes ?? file.fileSizeInBytes,
  })
}

const describe = (snapshot: Snapshot) => ({id: String(snapshot['snapshot-id']), timestamp: snapshot['timestamp-ms']})

function sum(files: readonly ChangedFile[]): FileFigures {
  return files.reduce(
    (total, {records, bytes}) => ({files: total.files + 1, records: total.records + records, bytes: total.bytes + bytes}),
    {
      files: 0,
      records: 0,
      bytes: 0,
    },
  )
}
