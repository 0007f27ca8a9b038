import {readManifestList} from '../avro/manifest-list.js'
import {schemaById} from '../spec/current.js'
import {partitionNames} from '../spec/file-partition.js'
import type {FileContent, ManifestEntry} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {type ColumnChange, diffSchemas} from './diff-schemas.js'
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

export interface SnapshotDiff {
  readonly from: {readonly id: string; readonly timestamp: number}
  readonly to: {readonly id: string; readonly timestamp: number}
  readonly dataFiles: {readonly added: FileFigures; readonly removed: FileFigures}
  readonly deleteFiles: {readonly added: FileFigures; readonly removed: FileFigures}
  /** Between the schemas that the two snapshots were written with. */
  readonly columns: readonly ColumnChange[]
  readonly files: readonly ChangedFile[]
}

/**
 * What the second snapshot has that the first has not, and the other way round, whichever of them is older and whatever branches they
 * are on. Manifests that both have are not read.
 */
export async function diffSnapshots(table: IcebergTable, from: Snapshot, to: Snapshot): Promise<SnapshotDiff> {
  const {io, metadata} = table
  const version = metadata['format-version']
  const [before, after] = [await readManifestList(io, from, version), await readManifestList(io, to, version)]
  const {gone, came} = await exclusiveEntries(table, before, after)
  const partitionOf = partitionNames(metadata)
  const row =
    (change: ChangedFile['change']) =>
    ({dataFile: file}: ManifestEntry) => ({
      change,
      content: file.content,
      path: file.filePath,
      partition: partitionOf(file),
      records: file.recordCount,
      bytes: file.contentSizeInBytes ?? file.fileSizeInBytes,
    })
  const files = [...gone.map(row('removed')), ...came.map(row('added'))]
  const figures = (isData: boolean) => ({
    added: sum(files.filter((file) => file.change === 'added' && (file.content === 'data') === isData)),
    removed: sum(files.filter((file) => file.change === 'removed' && (file.content === 'data') === isData)),
  })
  return {
    from: describe(from),
    to: describe(to),
    dataFiles: figures(true),
    deleteFiles: figures(false),
    columns: diffSchemas(schemaById(metadata, from['schema-id']), schemaById(metadata, to['schema-id'])),
    files,
  }
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
