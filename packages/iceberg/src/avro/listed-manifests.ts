import type {FileIO} from '@phlo/core'
import type {ManifestFile} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {AvroSchema} from './avro-schema.js'
import {type AvroBlocks, corruptManifest, namingManifest, openAvroBlocks, placedRecords} from './container-reader.js'
import type {Cursor} from './cursor.js'
import {describeManifest} from './describe-manifest.js'
import {type ListColumns, listColumns} from './list-columns.js'
import type {Placed, Walk} from './places.js'

/** The part of a snapshot that tells where its manifests are. */
export type Listing = Pick<Snapshot, 'snapshot-id' | 'manifest-list' | 'manifests'>

/** A manifest of a snapshot as its list tells of it. */
export interface ListedManifest {
  readonly path: string
  /** A copy; undefined where there is no list. */
  record(): ListRecord | undefined
  /** Reads the manifest itself where the list says too little of it. */
  describe(): Promise<ManifestFile>
}

/** The bytes of a manifest in a list, and how they are read. */
export interface ListRecord {
  readonly walk: Walk
  readonly bytes: Buffer
}

/** What a reader of lists knows of their records beforehand. */
export interface Expecting {
  /** The record that may come next. */
  expected(): ListRecord | undefined
  /** Told when it did: it is not told of otherwise. */
  passed(): void
}

export interface OpenManifestList {
  /** Bytes; 0 for a snapshot without a list. */
  readonly length: number
  /** Closes the list at the end, also when it is left early. */
  manifests(expecting?: Expecting): AsyncIterable<ListedManifest>
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
  if (path === undefined) return {length: 0, manifests: () => namedManifests(io, snapshot)}
  const file = await openAvroBlocks(io, path)
  try {
    const columns = columnsFor(file.schema)
    return {length: file.size, manifests: (expecting) => listed({io, list: path, file, columns, formatVersion}, expecting)}
  } catch (error) {
    await file.close()
    throw corruptManifest(path, error)
  }
}

async function* namedManifests(io: FileIO, {manifests = [], 'snapshot-id': snapshotId}: Listing): AsyncIterable<ListedManifest> {
  for (const path of manifests) yield {path, record: () => undefined, describe: () => describeManifest(io, {path, snapshotId})}
}

interface ListInWork {
  readonly io: FileIO
  readonly list: string
  readonly file: AvroBlocks
  readonly columns: ListColumns
  readonly formatVersion: number
}

async function* listed(
  {io, list, file, columns, formatVersion}: ListInWork,
  expecting: Expecting | undefined,
): AsyncIterable<ListedManifest> {
  const {walk} = columns
  const pathOf = namingManifest(list, (placed: Placed) => columns.path(placed, 0))
  const manifestOf = namingManifest(list, (placed: Placed) => columns.manifest(placed, 0))
  let [from, here]: [number, Cursor | undefined] = [0, undefined]
  const pass = (cursor: Cursor) => {
    const expected = expecting?.expected()
    if (expected?.walk === walk && startsWith(cursor, expected.bytes)) {
      cursor.at += expected.bytes.length
      expecting?.passed()
      return true
    }
    from = cursor.at
    here = cursor
    return false
  }
  for await (const placed of placedRecords(list, file, walk, {pass, batch: 1})) {
    yield {
      path: pathOf(placed),
      record: () => ({walk, bytes: Buffer.from(placed.cursor.bytes.subarray(from, here?.at))}),
      async describe() {
        const told = manifestOf(placed)
        // Version 1 may leave counts out, which says nothing about what they are: the manifest knows.
        if (!('content' in told)) return await describeManifest(io, told)
        // Nor are there sequence numbers in version 1, whatever a list holds.
        return formatVersion === 1 ? {...told, sequenceNumber: 0n, minSequenceNumber: 0n} : told
      },
    }
  }
}

function startsWith({bytes, at}: Cursor, record: Buffer): boolean {
  const end = at + record.length
  return end <= bytes.length && record.compare(bytes, at, end) === 0
}
