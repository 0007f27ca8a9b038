import {randomUUID} from 'node:crypto'
import {
  appendFiles,
  arrowRows,
  type CheckOptions,
  checkTable,
  commitTable,
  currentSchema,
  type DataFile,
  type Finding,
  headOf,
  type IcebergTable,
  type ManifestEntry,
  type ManifestFile,
  readManifest,
  readManifestList,
  type TableMetadata,
  writeDataFiles,
} from '@phlo/iceberg'
import {Schema as ArrowSchema, Field, Float64, Int64, makeData, RecordBatch, Struct, Utf8, vectorFromArray} from 'apache-arrow'
import {manifestStage, NO_FILES, writeManifests} from '../../src/commit/manifests.js'
import {newSnapshotId, proposeManifests, proposeSnapshot} from '../../src/commit/propose-snapshot.js'
import {positionBitmap} from '../../src/deletes/roaring.js'
import {writeDeletionVectors} from '../../src/deletes/write-deletion-vectors.js'
import {writePositionDeletes} from '../../src/deletes/write-position-deletes.js'
import {type Lake, openLake} from '../support/lake.js'

/** Everything that a check finds. */
export async function findingsOf(lake: Lake, table: IcebergTable, options: CheckOptions = {data: true}): Promise<readonly Finding[]> {
  const found: Finding[] = []
  for await (const finding of checkTable(table, options, lake.context)) found.push(finding)
  return found
}

export const codesOf = (findings: readonly Finding[]) => findings.map(({code}) => code)

let next = 0

/** A lakehouse for these tables. */
export async function openCheckedLake(): Promise<Lake> {
  const lake = await openLake()
  await lake.catalog.createNamespace(['c'], {})
  return lake
}

/** A table of `id: long`, `weight: double`, `place: string`, partitioned by place unless told otherwise. */
export async function emptyTable(lake: Lake, version: number, transform: string | null = 'identity'): Promise<string> {
  const name = `t${next++}`
  const types = {id: 'long', weight: 'double', place: 'string'}
  const fields = Object.entries(types).map(([column, type], index) => ({id: index + 1, name: column, type, required: false}))
  const partition = transform === null ? [] : [{'source-id': 3, 'field-id': 1000, name: 'place_part', transform}]
  await lake.catalog.createTable(
    {namespace: ['c'], name},
    {
      schema: {type: 'struct', fields},
      partitionSpec: {'spec-id': 0, fields: partition},
      properties: {'format-version': String(version)},
    },
  )
  return `c.${name}`
}

/** Commits some rows in a file for each place. */
export async function appendRows(lake: Lake, name: string, first = 0, count = 40): Promise<void> {
  const table = await lake.table(name)
  const batch = arrowRows(rowsFrom(first, count), currentSchema(table.metadata))
  const one = (async function* () {
    yield batch
  })()
  const files = await writeDataFiles(table, one, {signal: lake.context.signal, onStaged() {}, onRows() {}})
  await appendFiles(table, files, lake.context)
}

/** A table of two commits. */
export async function twoCommits(lake: Lake, version: number): Promise<{readonly name: string; readonly table: IcebergTable}> {
  const name = await emptyTable(lake, version)
  for (const first of [0, 100]) await appendRows(lake, name, first)
  return {name, table: await lake.table(name)}
}

/** The table as its metadata would be if it said something else. */
export const withMetadataOf = (table: IcebergTable, change: Partial<TableMetadata>): IcebergTable => ({
  ...table,
  metadata: {...table.metadata, ...change},
})

function rowsFrom(first: number, count: number): RecordBatch {
  const numbers = Array.from({length: count}, (_, row) => first + row)
  const text = vectorFromArray(
    numbers.map((number) => (number % 7 === 0 ? null : `place ${number % 3}`)),
    new Utf8(),
  )
  const long = makeData({type: new Int64(), length: count, nullCount: 0, data: BigInt64Array.from(numbers, BigInt)})
  const doubles = Float64Array.from(numbers, (number) => (number % 11 === 0 ? Number.NaN : number / 4))
  const double = makeData({type: new Float64(), length: count, nullCount: 0, data: doubles})
  const fields = [new Field('id', new Int64(), true), new Field('weight', new Float64(), true), new Field('place', new Utf8(), true)]
  const children = [long, double, text.data[0] as never]
  return new RecordBatch(new ArrowSchema(fields), makeData({type: new Struct(fields), length: count, nullCount: 0, children}))
}

export async function manifestsOf(table: IcebergTable): Promise<readonly ManifestFile[]> {
  const head = headOf(table)
  return head ? readManifestList(table.io, head, table.metadata['format-version']) : []
}

/** The live entries of the head. */
export async function entriesOf(table: IcebergTable): Promise<readonly ManifestEntry[]> {
  const entries: ManifestEntry[] = []
  for (const manifest of await manifestsOf(table)) {
    for await (const entry of readManifest(table.io, manifest, table)) if (entry.status !== 'deleted') entries.push(entry)
  }
  return entries
}

/** Commits a snapshot whose manifest list says this. */
export async function commitManifests(lake: Lake, name: string, manifests: readonly ManifestFile[], snapshotId = newSnapshotId()) {
  const change = {snapshotId, manifests, summary: {operation: 'replace'}, staged: []}
  await commitTable(await lake.table(name), (base) => proposeManifests(base, change, lake.context), lake.context)
  return lake.table(name)
}

/** Commits the head again with its manifest list, or what it says of its first manifest, changed. */
export async function withManifest(lake: Lake, name: string, change: Partial<ManifestFile>): Promise<IcebergTable> {
  const [first, ...others] = await manifestsOf(await lake.table(name))
  return commitManifests(lake, name, [{...(first as ManifestFile), ...change}, ...others])
}

/** Commits the head again in new manifests, with the entry of its first file changed; a change to nothing leaves the file out. */
export async function withEntries(
  lake: Lake,
  name: string,
  change: (entries: readonly ManifestEntry[]) => readonly ManifestEntry[],
): Promise<IcebergTable> {
  const table = await lake.table(name)
  const snapshotId = newSnapshotId()
  const entries = change(await entriesOf(table)).map((entry) => ({...entry, status: 'existing' as const}))
  const manifests = await writeManifests(table, manifestStage(table, snapshotId), entries)
  return commitManifests(lake, name, manifests, snapshotId)
}

/** The same for what a manifest says of the first data file. */
export const withFile = (lake: Lake, name: string, change: (file: DataFile) => Partial<DataFile>): Promise<IcebergTable> =>
  withEntries(lake, name, ([first, ...others]) => {
    const entry = first as ManifestEntry
    return [{...entry, dataFile: {...entry.dataFile, ...change(entry.dataFile)}}, ...others]
  })

/** Commits delete files. */
export async function addDeletes(lake: Lake, name: string, added: readonly DataFile[]): Promise<IcebergTable> {
  const change = {operation: 'delete' as const, added: added.map((dataFile) => ({dataFile})), removed: NO_FILES}
  await commitTable(await lake.table(name), (base) => proposeSnapshot(base, change, lake.context), lake.context)
  return lake.table(name)
}

type Target = Pick<DataFile, 'filePath' | 'specId' | 'partition'>

/** A position delete file about one data file. */
export function positionDeletes(
  table: IcebergTable,
  {filePath, specId, partition}: Target,
  positions: readonly number[],
): Promise<DataFile> {
  const deletes = new Map([[filePath, positionBitmap(positions)]])
  const path = `${table.location}/data/${randomUUID()}-deletes.parquet`
  return writePositionDeletes(table.io, {path, specId, partition, properties: {}, deletes})
}

/** Deletion vectors in one Puffin file. */
export function vectors(table: IcebergTable, targets: readonly Target[], positions: readonly number[]): Promise<readonly DataFile[]> {
  const path = `${table.location}/data/${randomUUID()}.puffin`
  return writeDeletionVectors(
    table.io,
    path,
    targets.map((dataFile) => ({dataFile, positions: positionBitmap(positions)})),
  )
}
