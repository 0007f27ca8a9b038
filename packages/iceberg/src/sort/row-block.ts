import type {Leaf, LeafValues} from '../parquet/leaves.js'
import type {LeafReader} from '../parquet/read-leaves.js'
import {sliceRows} from '../parquet/slice.js'
import type {RowBatch} from '../write/row-batch.js'
import {type Column, joinColumns, memoryOf, pack, unpack} from './columns.js'
import type {RowKeys} from './row-keys.js'
import type {SortKeys} from './sort-keys.js'

/** Some rows in memory. */
export interface RowBlock {
  readonly rows: number
  /** In the order of the schema's leaves. */
  readonly columns: Column[]
  /** About how much memory they and their keys take, in bytes. */
  readonly bytes: number
}

/** Rows with their keys. */
export interface KeyedBlock extends RowBlock {
  readonly keys: SortKeys
}

/** A block as a batch; a column is unpacked each time that it is asked for. */
export const batchOf = ({rows, columns}: RowBlock): RowBatch => ({rows, column: readerOf(columns, (column) => unpack(column))})

/** Finds a leaf's column by its id. */
export function readerOf(columns: readonly Column[], as: (column: Column) => LeafValues): LeafReader {
  const places = new Map(columns.map(({leaf}, index) => [leaf.fieldId, index]))
  return ({fieldId}) => as(columns[places.get(fieldId) as number] as Column)
}

/**
 * Decodes rows `from` up to `to` of a batch, and makes their keys; undefined when they take more than `limit` bytes and are more than
 * one. Besides the limit the columns of the keys, and one whole column of the batch, are in memory.
 */
export function decodeRows(
  batch: RowBatch,
  {from, to, limit}: {readonly from: number; readonly to: number; readonly limit: number},
  leaves: readonly Leaf[],
  keysOf: RowKeys,
): KeyedBlock | undefined {
  const rows = to - from
  const decoded = new Map<number, LeafValues>()
  const read = (leaf: Leaf) => decoded.get(leaf.fieldId) ?? sliceRows(batch.column(leaf), from, to)
  const readKey = (leaf: Leaf) => {
    const column = read(leaf)
    decoded.set(leaf.fieldId, column)
    return column
  }
  const keys = keysOf(readKey, rows)
  const columns: Column[] = []
  let bytes = keys.bytes.length + keys.heads.byteLength + keys.offsets.byteLength
  for (const leaf of leaves) {
    if (bytes > limit && rows > 1) return undefined
    const column = pack(read(leaf))
    columns.push(column)
    bytes += memoryOf(column)
  }
  return bytes > limit && rows > 1 ? undefined : {rows, columns, bytes, keys}
}

/** Blocks one after the other. It takes their columns out of them, so that they are let go of one by one. */
export function joinBlocks(blocks: readonly RowBlock[]): RowBlock {
  const [first] = blocks
  if (first && blocks.length === 1) return {rows: first.rows, columns: first.columns, bytes: first.bytes}
  const parts = blocks.map(({columns}) => columns.splice(0))
  const columns = Array.from({length: parts[0]?.length ?? 0}, () => joinColumns(parts.map((own) => own.shift() as Column)))
  return {rows: sum(blocks, ({rows}) => rows), columns, bytes: sum(blocks, ({bytes}) => bytes)}
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number) => items.reduce((total, item) => total + of(item), 0)
