import type {FileIO} from '@phlo/core'
import type {ManifestEntry, ManifestFile} from '../spec/manifest.js'
import {partitionFields, schemasCurrentFirst} from '../spec/partition-spec.js'
import type {TableMetadata} from '../spec/table-metadata.js'
import type {AvroSchema} from './avro-schema.js'
import {type AvroBlocks, corruptManifest, namingManifest, openAvroBlocks, placedRecords} from './container-reader.js'
import {type EntryBlock, entryBlocks} from './entry-block.js'
import {type EntryColumns, entryColumns} from './entry-columns.js'

/** What of the table's metadata manifests are read with. */
type Specs = Pick<TableMetadata, 'partition-specs' | 'schemas' | 'current-schema-id'>

/**
 * The entries of a manifest, deleted ones too, with everything that they inherit filled in: snapshot id, sequence numbers (spec,
 * "Sequence Number Inheritance") and, in a data manifest that has one in its manifest list, first row ids ("First Row ID
 * Inheritance"). Read as a stream; memory does not grow with the manifest.
 *
 * @throws PhloError `FILE_NOT_FOUND`; `MANIFEST_CORRUPT` naming the manifest
 */
export async function* readManifest(
  io: FileIO,
  manifest: ManifestFile,
  context: {
    readonly metadata: Specs
    /** Told the manifest's own key-value metadata, before the first entry. */
    readonly onHeader?: (header: ReadonlyMap<string, string>) => void
  },
): AsyncIterable<ManifestEntry> {
  const opened = await openManifest(io, manifest, knownColumns(context.metadata))
  context.onHeader?.(opened.header)
  for await (const block of opened.blocks()) {
    for (let row = 0; row < block.count; row++) yield block.entry(row)
  }
}

/** A manifest whose header was read. */
interface OpenManifest {
  readonly header: ReadonlyMap<string, string>
  /** The entries. Closes the manifest at the end, also when it is left early. */
  blocks(): AsyncIterable<EntryBlock>
  close(): Promise<void>
}

async function openManifest(io: FileIO, manifest: ManifestFile, columnsFor: ColumnsFor): Promise<OpenManifest> {
  const path = manifest.manifestPath
  const file = await openAvroBlocks(io, path, manifest.manifestLength > 0 ? manifest.manifestLength : undefined)
  try {
    const columns = columnsFor(manifest, file.schema)
    return {header: file.metadata, close: file.close, blocks: () => blocksOf(manifest, file, columns)}
  } catch (error) {
    await file.close()
    throw corruptManifest(path, error)
  }
}

async function* blocksOf(manifest: ManifestFile, file: AvroBlocks, columns: EntryColumns): AsyncIterable<EntryBlock> {
  const path = manifest.manifestPath
  const toBlock = namingManifest(path, entryBlocks(manifest, columns))
  for await (const placed of placedRecords(path, file, columns.walk)) yield toBlock(placed)
}

/** The columns of a manifest by the schema in its header. */
type ColumnsFor = (manifest: ManifestFile, schema: string) => EntryColumns

/** Works out columns once for all manifests of a schema and spec that follow each other: a table has few of both. */
function knownColumns(metadata: Specs): ColumnsFor {
  let last: {readonly specId: number; readonly schema: string; readonly columns: EntryColumns} | undefined
  return ({partitionSpecId: specId}, schema) => {
    if (last?.specId === specId && last.schema === schema) return last.columns
    const spec = metadata['partition-specs'].find((candidate) => candidate['spec-id'] === specId)
    if (!spec) throw new RangeError(`its partition spec ${specId} is not in the table's metadata`)
    const columns = entryColumns(JSON.parse(schema) as AvroSchema, specId, partitionFields(spec, schemasCurrentFirst(metadata)))
    last = {specId, schema, columns}
    return columns
  }
}

/** Manifests that are open at a time; their beginnings, up to a megabyte each, are in memory. */
const AHEAD = 8

/** How manifests are read one after the other. */
export interface ReadingManifests {
  readonly signal?: AbortSignal | undefined
  /** Called after each manifest. */
  readonly onManifest?: () => void
}

/**
 * The entries of some manifests in their order. The next few are opened and read while the entries of one are at work, so that a
 * store's latency is waited for once and not for each; whoever stops early has opened no more than these.
 *
 * @throws PhloError `FILE_NOT_FOUND`; `MANIFEST_CORRUPT` naming the manifest; the signal's reason
 */
export async function* readManifests(
  {io, metadata}: {readonly io: FileIO; readonly metadata: Specs},
  manifests: Iterable<ManifestFile>,
  {signal, onManifest}: ReadingManifests = {},
): AsyncIterable<EntryBlock> {
  const columnsFor = knownColumns(metadata)
  const rest = manifests[Symbol.iterator]()
  const ahead: Promise<OpenManifest>[] = []
  const openNext = () => {
    const next = rest.next()
    if (next.done) return
    const opening = openManifest(io, next.value, columnsFor)
    // It is awaited in its turn, which may never come.
    opening.catch(() => {})
    ahead.push(opening)
  }
  try {
    for (let opened = 0; opened < AHEAD; opened++) openNext()
    while (ahead.length > 0) {
      signal?.throwIfAborted()
      const {blocks} = await (ahead.shift() as Promise<OpenManifest>)
      openNext()
      yield* blocks()
      onManifest?.()
    }
  } finally {
    await Promise.all(ahead.map(async (opening) => (await opening.catch(() => undefined))?.close()))
  }
}
