import type {FileIO} from '@phlo/core'
import type {ManifestFile} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {AvroSchema} from './avro-schema.js'
import {type AvroBlocks, corruptManifest, namingManifest, openAvroBlocks, placedRecords} from './container-reader.js'
import {describeManifest} from './describe-manifest.js'
import {type ListColumns, listColumns} from './list-columns.js'

/** The part of a snapshot that tells where its manifests are. */
export type Listing = Pick<Snapshot, 'snapshot-id' | 'manifest-list' | 'manifests'>

/** Some manifests of a snapshot, of which nothing is known before it is asked for. */
export interface ListBlock {
  readonly count: number
  path(row: number): string
  /** Reads the manifest itself where the list says too little of it. */
  describe(row: number): Promise<ManifestFile>
}

export interface OpenManifestList {
  /** Bytes; 0 for a snapshot without a list. */
  readonly length: number
  /** Closes the list at the end, also when it is left early. */
  blocks(): AsyncIterable<ListBlock>
}

/** Works out the columns of a schema once for all lists that have it. */
export function knownListColumns(): (schema: string) => ListColumns {
  let last: {readonly schema: string; readonly columns: ListColumns} | undefined
  return (schema) => {
    if (last?.schema !== schema) last = {schema, columns: listColumns(JSON.parse(schema) as AvroSchema)}
    return last.columns
  }
}

/**
 * Opens the manifest list of a snapshot; what an old one of version 1 has instead is told as if it were one.
 *
 * @throws PhloError `FILE_NOT_FOUND`; `MANIFEST_CORRUPT` naming the list, or later a manifest
 */
export async function openManifestList(
  io: FileIO,
  snapshot: Listing,
  formatVersion: number,
  columnsFor: (schema: string) => ListColumns,
): Promise<OpenManifestList> {
  const path = snapshot['manifest-list']
  if (path === undefined) return {length: 0, blocks: () => namedManifests(io, snapshot)}
  const file = await openAvroBlocks(io, path)
  try {
    const columns = columnsFor(file.schema)
    return {length: file.size, blocks: () => listBlocks(io, path, {file, columns, formatVersion})}
  } catch (error) {
    await file.close()
    throw corruptManifest(path, error)
  }
}

async function* namedManifests(io: FileIO, {manifests = [], 'snapshot-id': snapshotId}: Listing): AsyncIterable<ListBlock> {
  const path = (row: number) => manifests[row] as string
  yield {count: manifests.length, path, describe: (row) => describeManifest(io, {path: path(row), snapshotId})}
}

async function* listBlocks(
  io: FileIO,
  list: string,
  {file, columns, formatVersion}: {readonly file: AvroBlocks; readonly columns: ListColumns; readonly formatVersion: number},
): AsyncIterable<ListBlock> {
  for await (const placed of placedRecords(list, file, columns.walk)) {
    const manifest = namingManifest(list, (row: number) => columns.manifest(placed, row))
    yield {
      count: placed.count,
      path: namingManifest(list, (row: number) => columns.path(placed, row)),
      async describe(row) {
        const told = manifest(row)
        // Version 1 may leave counts out, which says nothing about what they are: the manifest knows.
        if (!('content' in told)) return await describeManifest(io, told)
        // Nor are there sequence numbers in version 1, whatever a list holds.
        return formatVersion === 1 ? {...told, sequenceNumber: 0n, minSequenceNumber: 0n} : told
      },
    }
  }
}
