import {defaultsOf} from '../parquet/defaults.js'
import {fileRows, rowSourceOf} from '../parquet/file-rows.js'
import {type Leaf, type LeafValues, leavesOf} from '../parquet/leaves.js'
import {nameMapping} from '../parquet/name-mapping.js'
import {assertReadable} from '../parquet/readable.js'
import {selectRows} from '../parquet/slice.js'
import {matchingRows, testedLeaves} from '../scan/matching-rows.js'
import type {Predicate} from '../scan/predicate.js'
import {identityValues} from '../spec/file-partition.js'
import type {Schema} from '../spec/types.js'
import type {IcebergTable} from '../table.js'
import type {ChangedRows} from './changed-rows.js'
import {rowKeys} from './row-keys.js'

/** Which columns of changed rows are looked at, and what for. */
export interface ChangeLayout {
  /** By all of its columns rows are compared. */
  readonly schema: Schema
  readonly predicate: Predicate | undefined
  /** Those that come out. */
  readonly output: readonly Leaf[]
  /** Those that identify a row; none when updates are not looked for. */
  readonly identifier: readonly Leaf[]
}

/** Changed rows of one row group that match the condition. */
export interface Rows {
  readonly count: number
  readonly read: (leaf: Leaf) => LeafValues
  /** One for each row, from all of its values. */
  keys(): readonly string[]
  /** One for each row, from those that identify it; undefined when none do. */
  identifiers(): readonly string[] | undefined
}

/** The rows of a change, a row group at a time. */
export async function* rowsOf(
  table: IcebergTable,
  {entry, others}: ChangedRows,
  {schema, predicate, output, identifier}: ChangeLayout,
  signal: AbortSignal,
): AsyncIterable<Rows> {
  const {dataFile, sequenceNumber} = entry
  assertReadable(dataFile)
  const all = leavesOf(schema)
  const tested = predicate ? testedLeaves(predicate, schema) : []
  const layout = {
    leaves: [...new Map([...all, ...output, ...identifier].map((leaf) => [leaf.fieldId, leaf])).values()],
    mapping: nameMapping(table.properties),
    defaultOf: defaultsOf(schema, identityValues(table.metadata)(dataFile)),
  }
  const source = {
    ...rowSourceOf(dataFile),
    lineage: {firstRowId: dataFile.firstRowId, sequenceNumber},
    deleted: others,
  }
  for await (const {read: every, rows} of fileRows(table.io, source, layout, signal)) {
    const matching = predicate ? matchingRows(predicate, tested, every, rows) : undefined
    const count = matching?.length ?? rows
    const read = (leaf: Leaf) => (matching ? selectRows(every(leaf), matching) : every(leaf))
    const keysOf = (leaves: readonly Leaf[]) => rowKeys(leaves.map(read), count)
    if (count > 0) yield {count, read, keys: () => keysOf(all), identifiers: () => (identifier.length > 0 ? keysOf(identifier) : undefined)}
  }
}
