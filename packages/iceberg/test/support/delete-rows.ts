import {randomUUID} from 'node:crypto'
import {commitTable} from '../../src/commit/commit-table.js'
import {proposeSnapshot} from '../../src/commit/propose-snapshot.js'
import {readDeleteIndex} from '../../src/deletes/delete-index.js'
import {deletedPositions} from '../../src/deletes/deleted-rows.js'
import {isDeletionVector} from '../../src/deletes/deletion-vector.js'
import {addPosition, addPositions, type PositionBitmap, positionBitmap} from '../../src/deletes/roaring.js'
import {writeDeletionVectors} from '../../src/deletes/write-deletion-vectors.js'
import {writePositionDeletes} from '../../src/deletes/write-position-deletes.js'
import {defaultsOf} from '../../src/parquet/defaults.js'
import {fileRows} from '../../src/parquet/file-rows.js'
import {type Leaf, leavesOf, type PhysicalValue} from '../../src/parquet/leaves.js'
import {createParquetFile, parquetWriteOptions} from '../../src/parquet/write-file.js'
import {planScan} from '../../src/scan/plan.js'
import {currentSchema, partitionSpecById} from '../../src/spec/current.js'
import {partitionKey} from '../../src/spec/file-partition.js'
import {type DataFile, fileIdentity, type ManifestEntry} from '../../src/spec/manifest.js'
import type {Schema, StructField} from '../../src/spec/types.js'
import type {IcebergTable} from '../../src/table.js'
import {dataFilePaths} from '../../src/write/data-file-path.js'
import type {Lake} from './lake.js'

/** Deletes as other engines write them: Phlo itself writes none but in place of others. */

type Deleting = Pick<Lake, 'table' | 'context'>

async function commit(lake: Deleting, table: IcebergTable, added: readonly DataFile[], removed: readonly DataFile[] = []): Promise<void> {
  const change = {
    operation: 'delete' as const,
    added: added.map((dataFile) => ({dataFile})),
    removed: {data: new Set<string>(), deletes: new Set(removed.map(fileIdentity))},
  }
  await commitTable(table, (base) => proposeSnapshot(base, change, lake.context), lake.context)
}

/** Deletes the rows whose `id` is wanted by position: a position delete file a partition (v2), or deletion vectors (v3). */
export async function deleteByPosition(lake: Deleting, name: string, wanted: (id: bigint) => boolean): Promise<void> {
  const table = await lake.table(name)
  const {metadata, io, properties} = table
  const entries: ManifestEntry[] = []
  for await (const {entry} of planScan(table)) entries.push(entry)
  const index = await readDeleteIndex(table)
  const gone = await deletedPositions(table, entries, index, {signal: lake.context.signal})
  const partitions = new Map<string, Map<string, PositionBitmap>>()
  for (const {dataFile} of entries) {
    const own = positionBitmap()
    for await (const {position, id} of idsOf(table, dataFile)) if (wanted(id)) addPosition(own, position)
    if (own.containers.size === 0) continue
    const key = partitionKey(dataFile)
    partitions.set(key, (partitions.get(key) ?? new Map()).set(dataFile.filePath, own))
  }
  const added: DataFile[] = []
  const removed: DataFile[] = []
  for (const [key, deletes] of partitions) {
    const own = entries.filter(({dataFile}) => partitionKey(dataFile) === key)
    const {dataFile: first} = own[0] as ManifestEntry
    if (metadata['format-version'] < 3) {
      const path = dataFilePaths(table, first, `${randomUUID()}-deletes`)(0)
      added.push(await writePositionDeletes(io, {path, specId: first.specId, partition: first.partition, properties, deletes}))
      continue
    }
    const vectors = own.flatMap((entry) => {
      const positions = deletes.get(entry.dataFile.filePath)
      if (!positions) return []
      removed.push(...index.deletesFor(entry).flatMap(({dataFile}) => (isDeletionVector(dataFile) ? [dataFile] : [])))
      const before = gone.get(entry.dataFile.filePath)
      return [{dataFile: entry.dataFile, positions: before ? union(before, positions) : positions}]
    })
    added.push(...(await writeDeletionVectors(io, dataFilePaths(table, first, `${randomUUID()}-deletes`, 'puffin')(0), vectors)))
  }
  if (added.length > 0) await commit(lake, table, added, removed)
}

function union(left: PositionBitmap, right: PositionBitmap): PositionBitmap {
  const both = positionBitmap()
  addPositions(both, left)
  addPositions(both, right)
  return both
}

async function* idsOf(table: IcebergTable, {filePath, fileSizeInBytes}: DataFile) {
  const schema = currentSchema(table.metadata)
  const leaves = leavesOf({...schema, fields: schema.fields.filter(({id}) => id === 1)})
  const layout = {leaves, mapping: undefined, defaultOf: defaultsOf(schema, new Map())}
  for await (const {read, rows, position} of fileRows(table.io, {path: filePath, size: fileSizeInBytes}, layout)) {
    const {values} = read(leaves[0] as Leaf)
    for (let row = 0; row < rows; row++) yield {position: position + row, id: values[row] as bigint}
  }
}

/**
 * Deletes the rows whose column equals one of some physical values, in all partitions: by one global file where the first spec has no
 * partitions, as Flink does, else by a file in each partition.
 */
export async function deleteByEquality(lake: Deleting, name: string, fieldId: number, values: readonly PhysicalValue[]): Promise<void> {
  const table = await lake.table(name)
  const {metadata} = table
  const field = currentSchema(metadata).fields.find(({id}) => id === fieldId) as StructField
  const scopes = new Map<string, Pick<DataFile, 'specId' | 'partition'>>()
  if (partitionSpecById(metadata, 0).fields.length === 0) scopes.set('', {specId: 0, partition: []})
  else for await (const {entry} of planScan(table)) scopes.set(partitionKey(entry.dataFile), entry.dataFile)
  const added: DataFile[] = []
  for (const {specId, partition} of scopes.values()) {
    added.push({...(await writeKeys(table, {...field, required: false}, values)), specId, partition})
  }
  await commit(lake, table, added)
}

async function writeKeys(table: IcebergTable, field: StructField, values: readonly PhysicalValue[]): Promise<DataFile> {
  const {io, properties} = table
  const keys: Schema = {type: 'struct', fields: [field]}
  const path = `${table.location}/data/${randomUUID()}-equality.parquet`
  const writer = await createParquetFile(io, path, keys, parquetWriteOptions(properties, keys))
  const definitionLevels = Uint8Array.from(values, (value) => (value === null ? 0 : 1))
  await writer.writeRowGroup(values.length, (leaf) => ({leaf, values: [...values], definitionLevels, rows: values.length}))
  const {size, recordCount, metrics} = await writer.close()
  return {
    content: 'equality-deletes',
    filePath: path,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: [],
    recordCount,
    fileSizeInBytes: size,
    ...metrics,
    equalityIds: [field.id],
  }
}
