import {randomUUID} from 'node:crypto'
import {expect} from '@jest/globals'
import {
  appendFiles,
  currentSchema,
  type DataFile,
  type IcebergTable,
  type LeafValues,
  localPath,
  type OptimizeOptions,
  optimize,
  parseSortOrder,
  parseType,
  type Schema,
  type TableUpdate,
  writeDataFiles,
} from '@phlo/iceberg'
import {entriesOf, findingsOf} from '../inspect/checked.js'
import {readRows} from '../parquet/samples.js'
import {type Lake, openLake} from '../support/lake.js'
import {rowsBySnapshot} from '../support/saved-lake.js'

/** Tables of rows on a square, and a sort of them that is looked at from all sides. */

const COLUMNS = 'struct<id: long, x: int, y: int, place: string, point: struct<lat: double, tags: list<string>>>'

export interface Given {
  readonly version?: string
  /** Of the table. */
  readonly order?: string
  readonly transform?: string
}

/** A lake with a table of so many files, of so many rows each. */
export async function openSorted(files: number, rows: number): Promise<{readonly lake: Lake; readonly name: string}> {
  const lake = await openLake()
  await lake.catalog.createNamespace(['s'], {})
  const name = await createTable(lake)
  for (let file = 0; file < files; file++) await append(lake, name, file * rows, rows)
  return {lake, name}
}

/** Makes an empty table. */
export async function createTable(lake: Lake, {version = '2', order = '', transform}: Given = {}): Promise<string> {
  const name = `t${randomUUID()}`
  const schema = parseType(COLUMNS) as Schema
  const spec = transform === undefined ? [] : [{'source-id': 4, 'field-id': 1000, name: 'place_part', transform}]
  await lake.catalog.createTable(
    {namespace: ['s'], name},
    {
      schema,
      partitionSpec: {'spec-id': 0, fields: spec},
      sortOrder: parseSortOrder(order, schema),
      properties: {'format-version': version},
    },
  )
  return `s.${name}`
}

/** Commits a file of rows with these ids for each place; `x` and `y` are where the id is on a square of 32 by 32, in no order. */
export async function append(lake: Lake, name: string, first: number, count: number): Promise<void> {
  const table = await lake.table(name)
  const ids = Array.from({length: count}, (_, row) => first + ((row * 7919) % count))
  const column = (leaf: LeafValues['leaf']): LeafValues => {
    const rows = ids.length
    if (leaf.name === 'id') return {leaf, values: BigInt64Array.from(ids, BigInt), rows}
    if (leaf.name === 'x' || leaf.name === 'y') {
      const cells = ids.map((id) => (id * 389) % 1024)
      return {leaf, values: Int32Array.from(cells, (cell) => (leaf.name === 'x' ? cell >> 5 : cell & 31)), rows}
    }
    if (leaf.name === 'place') return {leaf, values: ids.map((id) => Buffer.from(`place ${id % 3}`)), rows}
    const [level, definitionLevels] = [leaf.maxDefinitionLevel, Uint8Array.from(ids, (id) => (id % 4 === 0 ? 0 : leaf.maxDefinitionLevel))]
    const values = ids.map((id) => (id % 4 === 0 ? null : leaf.type === 'double' ? id / 8 : Buffer.from(`tag ${id}`)))
    return {leaf, values, definitionLevels, ...(level > 2 && {repetitionLevels: new Uint8Array(rows)}), rows}
  }
  const batches = (async function* () {
    yield {rows: ids.length, column}
  })()
  const files = await writeDataFiles(table, batches, {signal: lake.context.signal, onStaged() {}, onRows() {}})
  await appendFiles(table, files, lake.context)
}

/** Commits updates as another engine does. */
export const change = async (lake: Lake, name: string, ...updates: readonly TableUpdate[]) =>
  lake.catalog.commitTable((await lake.table(name)).name, [], updates)

/** Makes sure that an optimize keeps every row, and that a second one like it has nothing to do. */
export async function sort(lake: Lake, name: string, options: OptimizeOptions) {
  const before = await lake.table(name)
  const rows = await rowsBySnapshot(before)
  const {plan, result} = await lake.run(optimize, name, {...options, verify: 'full'})
  const after = await rowsBySnapshot(await lake.table(name))
  expect(after).toEqual({...rows, [String(result.snapshotId)]: rows[String(before.metadata['current-snapshot-id'])]})
  expect((await optimize.plan(await lake.table(name), options, lake.context)).groups).toEqual([])
  expect(await findingsOf(lake, await lake.table(name), {data: true, allSnapshots: true})).toEqual([])
  return {plan, result}
}

/** The data files of the head. */
export async function filesOf(lake: Lake, name: string): Promise<readonly DataFile[]> {
  const entries = await entriesOf(await lake.table(name))
  return entries.map(({dataFile}) => dataFile).filter(({content}) => content === 'data')
}

/** The ids of a file in the order of its rows, as hyparquet alone reads them. */
export async function idsIn(table: IcebergTable, {filePath}: DataFile): Promise<readonly number[]> {
  const {rows} = await readRows(localPath(filePath), currentSchema(table.metadata))
  return rows.map((row) => Number(/^\{id: (\d+)/.exec(row)?.[1]))
}

/** The sort order ids of the data files. */
export const orderIds = async (lake: Lake, name: string) => [...new Set((await filesOf(lake, name)).map(({sortOrderId}) => sortOrderId))]
