import {appendFiles, currentSchema, type IcebergTable, type Schema, type Value, writeDataFiles} from '@phlo/iceberg'
import fc from 'fast-check'
import {leafValues, type Nested, type Row, valueOf} from '../../parquet/samples.js'
import type {Lake} from '../../support/lake.js'
import type {Choice} from './choice.js'
import {type Columns, childrenOf, isNested, type ModelColumn, promoted} from './columns.js'

/** A value by column id: a struct by the ids of its fields, a map as a list of entries by the ids of key and value. */
export type Cell = Value | readonly Cell[] | Cells
export type Cells = ReadonlyMap<number, Cell>

/** Days that are moments in nanoseconds, too, and of which every language has the year. */
const DAYS = 50_000
const RANGES: Readonly<Record<string, fc.Arbitrary<Exclude<Value, null>>>> = {
  date: fc.integer({min: -DAYS, max: DAYS}),
  time: fc.bigInt({min: 0n, max: 86_399_999_999n}),
  timestamp: moments(1_000_000n),
  timestamptz: moments(1_000_000n),
  timestamp_ns: moments(1_000_000_000n),
  timestamptz_ns: moments(1_000_000_000n),
}

function moments(unitsPerSecond: bigint): fc.Arbitrary<bigint> {
  const most = BigInt(DAYS) * 86_400n * unitsPerSecond
  return fc.bigInt({min: -most, max: most})
}

/** Values of primitive types, some of each made beforehand. */
export function valuePool(seed: number): (type: string, choice: Choice) => Exclude<Value, null> {
  const pools = new Map<string, readonly Exclude<Value, null>[]>()
  return (type, choice) => {
    const pool = pools.get(type) ?? fc.sample(RANGES[type] ?? valueOf(type), {numRuns: 80, seed})
    pools.set(type, pool)
    return choice.of(pool)
  }
}

export type ValuePool = ReturnType<typeof valuePool>

/** A new row of all the columns, a quarter of what may be null is. */
export function randomRow(columns: Columns, pool: ValuePool, choice: Choice): Cells {
  return struct(columns, undefined, pool, choice)
}

const struct = (columns: Columns, parent: number | undefined, pool: ValuePool, choice: Choice): Cells =>
  new Map(childrenOf(columns, parent).map((column) => [column.id, cell(columns, column, pool, choice)]))

function cell(columns: Columns, column: ModelColumn, pool: ValuePool, choice: Choice): Cell {
  if (column.type === 'unknown' || (!column.required && choice.often(0.25))) return null
  if (column.type === 'struct') return struct(columns, column.id, pool, choice)
  if (!isNested(column.type)) return pool(column.type, choice)
  const [first, second] = childrenOf(columns, column.id) as [ModelColumn, ModelColumn | undefined]
  const items = Array.from({length: choice.below(3)}, () =>
    second ? new Map([first, second].map((inner) => [inner.id, cell(columns, inner, pool, choice)])) : cell(columns, first, pool, choice),
  )
  if (!second) return items
  const keys = items.map((entry) => JSON.stringify(plain(columns, first, (entry as Cells).get(first.id), EXACT)))
  return items.filter((_, index) => keys.indexOf(keys[index] as string) === index)
}

/** How a judge reads what is not the same to all. */
export interface Reader {
  /** A list of structs, or a map to structs, that is null has nothing in it for PyIceberg (`ArrowProjectionVisitor` keeps its offsets alone). */
  readonly isNullEmpty: boolean
}

const EXACT: Reader = {isNullEmpty: false}

/**
 * The row as a judge reads it: the values of the columns that there are, in their order, those that it was written without by default (spec,
 * "Column Projection").
 */
export const plainRow = (columns: Columns, row: Cells, reader: Reader = EXACT): unknown[] =>
  childrenOf(columns, undefined).map((column) => plain(columns, column, row.get(column.id), reader))

function plain(columns: Columns, column: ModelColumn, given: Cell | undefined, reader: Reader): unknown {
  const value = given === undefined ? (column.initial ?? null) : given
  const children = childrenOf(columns, column.id)
  const inner = (cells: Cells) => children.map((child) => plain(columns, child, cells.get(child.id), reader))
  if (value === null)
    return given === null && reader.isNullEmpty && column.type !== 'struct' && children.at(-1)?.type === 'struct' ? [] : null
  if (column.type === 'struct') return inner(value as Cells)
  const [first] = children
  if (column.type === 'list') return (value as readonly Cell[]).map((item) => plain(columns, first as ModelColumn, item, reader))
  if (column.type === 'map') return (value as readonly Cells[]).map(inner)
  return plainValue(column.type, promoted(column.type, value as Exclude<Value, null>))
}

/** As scripts/oracles/pyiceberg_judge.py writes values. */
function plainValue(type: string, value: Exclude<Value, null>): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (type === 'uuid') return (value as string).replaceAll('-', '')
  if (type === 'float' || type === 'double') return Number.isNaN(value) ? 'nan' : doubleBits(value as number)
  return typeof value === 'boolean' || typeof value === 'string' ? value : String(value)
}

function doubleBits(value: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes.toString('hex')
}

/** Has the table's writer append rows, all in one commit. */
export async function appendRows(lake: Lake, name: string, columns: Columns, rows: readonly Cells[]): Promise<IcebergTable> {
  const table = await lake.table(name)
  const schema: Schema = currentSchema(table.metadata)
  const named = rows.map((row) => namedRow(columns, undefined, row))
  const batches = (async function* () {
    yield {rows: rows.length, column: (leaf: Parameters<typeof leafValues>[1]) => leafValues(schema, leaf, named)}
  })()
  const files = await writeDataFiles(table, batches, {signal: lake.context.signal, onStaged() {}, onRows() {}})
  return (await appendFiles(table, files, lake.context)).table
}

const namedRow = (columns: Columns, parent: number | undefined, row: Cells): Row =>
  Object.fromEntries(childrenOf(columns, parent).map((column) => [column.name, named(columns, column, row.get(column.id) ?? null)]))

function named(columns: Columns, column: ModelColumn, value: Cell): Nested {
  if (value === null || !isNested(column.type)) return value as Value
  if (column.type === 'struct') return namedRow(columns, column.id, value as Cells)
  const [first] = childrenOf(columns, column.id) as [ModelColumn]
  return (value as readonly Cell[]).map((item) =>
    column.type === 'list' ? named(columns, first, item) : namedRow(columns, column.id, item as Cells),
  )
}
