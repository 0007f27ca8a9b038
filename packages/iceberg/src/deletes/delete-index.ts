import {formatTableName, type PhloError, unavailable} from '@phlo/core'
import {liveEntries} from '../avro/live-entries.js'
import {readManifestList} from '../avro/manifest-list.js'
import {headOf} from '../refs.js'
import {partitionKey} from '../spec/file-partition.js'
import type {ManifestEntry, ManifestFile} from '../spec/manifest.js'
import {schemasCurrentFirst} from '../spec/partition-spec.js'
import {referencedDataFile} from '../spec/referenced-data-file.js'
import {fieldLookup, fieldsById, type IndexedField} from '../spec/schema.js'
import type {Snapshot, TableMetadata} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {isDeletionVector} from './deletion-vector.js'
import {keyColumns, mayShareKey, type RangesOf, rangesOf} from './equality-match.js'
import {positionDeleteGroup} from './position-delete-group.js'

type DataEntry = Pick<ManifestEntry, 'dataFile' | 'sequenceNumber'>

/** Tells which delete files have to be applied to a data file. */
export interface DeleteIndex {
  /** Live delete files. */
  readonly size: number
  /**
   * The deletes that may be about rows of the data file (spec, "Scan Planning"): its deletion vector, or else position deletes,
   * and then equality deletes. What metrics prove to be about other rows is left out.
   *
   * @throws PhloError `DELETES_CORRUPT` for a delete of this very file that is of another partition, or a vector older than the file
   */
  deletesFor(data: DataEntry): readonly ManifestEntry[]
}

/** Which deletes an index is made of. */
export interface DeletesToRead {
  /** Default: the head of the table's ref. */
  readonly snapshot?: Snapshot
  /** The snapshot's, when the caller has read the list. */
  readonly manifests?: readonly ManifestFile[]
  readonly signal?: AbortSignal
}

/**
 * An index of the live delete files of a snapshot.
 *
 * @throws PhloError `DELETES_CORRUPT`; the errors of reading manifests
 */
export async function readDeleteIndex(table: IcebergTable, {manifests, snapshot, signal}: DeletesToRead = {}): Promise<DeleteIndex> {
  const deletes = (manifests ?? (await manifestsIn(table, snapshot ?? headOf(table)))).filter(({content}) => content === 'deletes')
  return await deleteIndex(liveEntries(table, deletes, signal), table.metadata, formatTableName(table.name))
}

const manifestsIn = async ({io, metadata}: IcebergTable, snapshot: Snapshot | undefined) =>
  snapshot ? await readManifestList(io, snapshot, metadata['format-version']) : []

/**
 * Makes the index of the entries of delete manifests; deleted ones are passed over. Memory is that of the delete files, however
 * many data files there are, and a lookup looks only at deletes of the same file, partition or, when they are global, columns.
 *
 * @param name of the table, for errors
 * @throws PhloError `DELETES_CORRUPT` for two deletion vectors of one data file, a vector without one, or an entry that deletes nothing
 */
export async function deleteIndex(
  entries: AsyncIterable<ManifestEntry> | Iterable<ManifestEntry>,
  metadata: Pick<TableMetadata, 'partition-specs' | 'schemas' | 'current-schema-id'>,
  name: string,
): Promise<DeleteIndex> {
  const vectors = new Map<string, ManifestEntry>()
  const byPath = new Map<string, ManifestEntry[]>()
  const positions = new Map<string, ManifestEntry[]>()
  const equalities = new Map<string, ManifestEntry[]>()
  const global: ManifestEntry[] = []
  const globalSpecs = unpartitionedSpecs(metadata)
  let size = 0
  for await (const entry of entries) {
    if (entry.status === 'deleted') continue
    const {dataFile} = entry
    size++
    if (dataFile.content === 'equality-deletes') {
      if (globalSpecs.has(dataFile.specId)) global.push(entry)
      else push(equalities, partitionKey(dataFile), entry)
    } else if (isDeletionVector(dataFile)) {
      const path = dataFile.referencedDataFile
      if (path === undefined) throw corrupt(name, `the deletion vector in ${dataFile.filePath} does not name its data file`)
      const other = vectors.get(path)
      if (other) throw corrupt(name, `${path} has two deletion vectors, in ${other.dataFile.filePath} and ${dataFile.filePath}`)
      vectors.set(path, entry)
    } else if (dataFile.content === 'position-deletes') {
      const path = referencedDataFile(dataFile)
      if (path === undefined) push(positions, partitionKey(dataFile), entry)
      else push(byPath, path, entry)
    } else throw corrupt(name, `${dataFile.filePath} is a data file in a manifest of deletes`)
  }
  const inPartition = mapValues(positions, positionDeleteGroup)
  // The current schema comes first: its type is the one that bounds were promoted to.
  const fieldOf = fieldLookup(schemasCurrentFirst(metadata), fieldsById)
  const equalInPartition = mapValues(equalities, (group) => equalityGroup(group, fieldOf))
  const equalAnywhere = equalityGroup(global, fieldOf)
  return {
    size,
    deletesFor(data) {
      const {filePath} = data.dataFile
      const vector = vectors.get(filePath)
      const own = vector ? [vector] : (byPath.get(filePath) ?? [])
      for (const {dataFile} of own) assertSamePartition(name, data, dataFile)
      if (vector && vector.sequenceNumber < data.sequenceNumber) throw corrupt(name, `the deletion vector of ${filePath} is older than it`)
      const key = partitionKey(data.dataFile)
      const shared = vector ? [] : (inPartition.get(key)?.(filePath) ?? [])
      const ranges = rangesOf(data.dataFile)
      return [
        ...[...own, ...shared].filter(({sequenceNumber}) => sequenceNumber >= data.sequenceNumber),
        ...(equalInPartition.get(key)?.(data, ranges) ?? []),
        ...equalAnywhere(data, ranges),
      ]
    },
  }
}

/** The equality deletes of one scope that may match a data file. Those that are not newer than it are passed over unseen. */
function equalityGroup(
  entries: readonly ManifestEntry[],
  fieldOf: (id: number) => IndexedField | undefined,
): (data: DataEntry, ranges: RangesOf) => readonly ManifestEntry[] {
  const newestFirst = entries
    .map((entry) => ({entry, columns: keyColumns(entry.dataFile, fieldOf)}))
    .sort((a, b) => Number(b.entry.sequenceNumber - a.entry.sequenceNumber))
  return (data, ranges) => {
    const found: ManifestEntry[] = []
    for (const {entry, columns} of newestFirst) {
      if (entry.sequenceNumber <= data.sequenceNumber) break
      if (mayShareKey(columns, ranges)) found.push(entry)
    }
    return found
  }
}

/** Equality deletes of these specs apply in all partitions of all specs. A spec whose fields were all dropped is one of them. */
function unpartitionedSpecs({'partition-specs': specs}: Pick<TableMetadata, 'partition-specs'>): ReadonlySet<number> {
  return new Set(specs.filter(({fields}) => fields.every(({transform}) => transform === 'void')).map((spec) => spec['spec-id']))
}

function assertSamePartition(name: string, {dataFile}: DataEntry, deletes: ManifestEntry['dataFile']): void {
  if (partitionKey(dataFile) === partitionKey(deletes)) return
  throw corrupt(name, `${deletes.filePath} deletes rows of ${dataFile.filePath}, and is of another partition`)
}

function corrupt(name: string, reason: string): PhloError {
  return unavailable('DELETES_CORRUPT', `The deletes of ${name} contradict each other: ${reason}.`)
}

function push<V>(groups: Map<string, V[]>, key: string, value: V): void {
  const group = groups.get(key)
  if (group) group.push(value)
  else groups.set(key, [value])
}

const mapValues = <A, B>(map: ReadonlyMap<string, A>, convert: (value: A) => B) =>
  new Map(Array.from(map, ([key, value]) => [key, convert(value)] as const))
