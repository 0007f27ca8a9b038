import type {LeafValues} from '../parquet/leaves.js'
import {concatenate, joinLevels, takeEntries, takeLevels} from '../parquet/slice.js'
import {entryCount, joinPacked, type PackedValues, packValues, takePacked, viewsOf} from './packed-values.js'

/** The values of a leaf while they are sorted. */
export type Column = LeafValues | PackedValues

const isPacked = (column: Column): column is PackedValues => 'ends' in column

/** The values as a sort holds them. */
export function pack(column: LeafValues): Column {
  const {values} = column
  return Array.isArray(values) && values.some((value) => value instanceof Uint8Array) ? packValues(column) : column
}

/** The values as the rest of the library knows them: all of them, or those of the rows at these places, in this order. */
export function unpack(column: Column, rows?: Uint32Array): LeafValues {
  if (!isPacked(column)) return rows ? takeEntries(column, entriesOf(column, rows), rows.length) : column
  if (!rows) return {...levelsOf(column), values: viewsOf(column)}
  const entries = entriesOf(column, rows)
  return {...takenLevels(column, entries, rows.length), values: viewsOf(column, entries)}
}

const levelsOf = ({leaf, definitionLevels, repetitionLevels, rows}: Column) => ({leaf, definitionLevels, repetitionLevels, rows})

const takenLevels = ({leaf, definitionLevels, repetitionLevels}: Column, entries: Uint32Array, rows: number) => ({
  leaf,
  definitionLevels: definitionLevels && takeLevels(definitionLevels, entries),
  repetitionLevels: repetitionLevels && takeLevels(repetitionLevels, entries),
  rows,
})

/** Columns one after the other. */
export function joinColumns(columns: readonly Column[]): Column {
  const [first] = columns
  if (!first || columns.length === 1) return first as Column
  if (!columns.some(isPacked)) return concatenate(columns as readonly LeafValues[])
  // Where one has nothing but nulls it is not packed yet.
  const parts = columns.map((column) => (isPacked(column) ? column : packValues(column)))
  return {leaf: first.leaf, ...joinPacked(parts), ...joinLevels(parts.map((part) => ({...part, entries: entryCount(part)})))}
}

/** The rows at these places, in this order. */
export function takeRows(column: Column, rows: Uint32Array): Column {
  const entries = entriesOf(column, rows)
  if (!isPacked(column)) return takeEntries(column, entries, rows.length)
  return {...takenLevels(column, entries, rows.length), ...takePacked(column, entries)}
}

function entriesOf({repetitionLevels, rows: count}: Column, rows: Uint32Array): Uint32Array {
  if (!repetitionLevels) return rows
  const starts = new Uint32Array(count + 1)
  let begun = 0
  for (let at = 0; at < repetitionLevels.length; at++) if (repetitionLevels[at] === 0) starts[begun++] = at
  starts[count] = repetitionLevels.length
  const length = rows.reduce((total, row) => total + (starts[row + 1] as number) - (starts[row] as number), 0)
  const entries = new Uint32Array(length)
  let next = 0
  for (const row of rows) for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) entries[next++] = at
  return entries
}

/** Bytes of an entry of an array, and of a number that is an object. */
const [ENTRY, BOXED] = [8, 24]

/** About how much memory a column takes, in bytes. */
export function memoryOf(column: Column): number {
  const levels = (column.definitionLevels?.length ?? 0) + (column.repetitionLevels?.length ?? 0)
  if (isPacked(column)) return levels + column.bytes.length + 4 * (column.ends.length + (column.codes?.length ?? 0))
  const {values} = column
  if (!Array.isArray(values)) return levels + values.byteLength
  const isBoxed = values.some((value) => typeof value === 'bigint' || (typeof value === 'number' && !Number.isInteger(value)))
  return levels + values.length * (isBoxed ? ENTRY + BOXED : ENTRY)
}
