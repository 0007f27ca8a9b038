import {type FileIO, refused} from '@phlo/core'
import {defaultsOf} from '../../parquet/defaults.js'
import {fileRows} from '../../parquet/file-rows.js'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from '../../parquet/leaves.js'
import {toPhysical, toValue} from '../../parquet/physical.js'
import {compareValues} from '../../spec/compare-values.js'
import {partitionKey} from '../../spec/file-partition.js'
import type {Value} from '../../spec/types.js'
import type {IcebergTable} from '../../table.js'
import {type CountsByPartition, NO_COUNTS, type PartitionCounts} from './partition-counts.js'
import {COLUMNS, statisticsSchema} from './statistics-schema.js'
import type {UnifiedPartition} from './unified-partition.js'

/**
 * Writes partition statistics, sorted by partition, and reads them back.
 *
 * @returns bytes
 * @throws PhloError `VERIFICATION_FAILED` (exit 6)
 */
export async function writePartitionStatistics(
  {io, metadata, properties}: IcebergTable,
  path: string,
  unified: UnifiedPartition,
  counts: CountsByPartition,
): Promise<number> {
  const {createParquetFile, parquetWriteOptions} = await import('../../parquet/write-file.js')
  const schema = statisticsSchema(unified, metadata['format-version'])
  const rows = [...counts.values()].sort(byPartition(unified))
  const writer = await createParquetFile(io, path, schema, parquetWriteOptions(properties, schema))
  let size: number
  try {
    await writer.writeRowGroup(rows.length, (leaf) => columnOf(leaf, unified, rows))
    size = (await writer.close()).size
  } catch (error) {
    await writer.abort()
    throw error
  }
  const found = await readPartitionStatistics(io, {path, size}, unified, metadata['format-version'])
  const areSame = found.size === rows.length && rows.every((row) => textOf(found.get(partitionKey(row))) === textOf(row))
  if (!areSame) throw refused('VERIFICATION_FAILED', `What was written to ${path} is not what was counted; nothing was committed.`)
  return size
}

/** Nulls first, as Iceberg orders structs; partitions that only differ in their spec by that. */
function byPartition({fields}: UnifiedPartition): (a: PartitionCounts, b: PartitionCounts) => number {
  const comparators = fields.map(({type}) => compareValues(type))
  return (a, b) => {
    for (const [index, compare] of comparators.entries()) {
      const [left, right] = [a.partition[index] ?? null, b.partition[index] ?? null]
      const difference = left === null || right === null ? Number(left !== null) - Number(right !== null) : compare(left, right)
      if (difference !== 0) return difference
    }
    return a.specId - b.specId
  }
}

function columnOf(leaf: Leaf, {fields}: UnifiedPartition, rows: readonly PartitionCounts[]): LeafValues {
  const index = fields.findIndex(({id}) => id === leaf.fieldId)
  const column = COLUMNS.find(({id}) => id === leaf.fieldId)
  const physical = toPhysical(leaf.type)
  const values = rows.map((row): PhysicalValue => {
    const value: Value | undefined = column ? valueOf(row, column.of, leaf.type === 'long') : row.partition[index]
    return value === undefined || value === null ? null : physical(value)
  })
  const levels = Uint8Array.from(values, (value) => leaf.maxDefinitionLevel - Number(value === null))
  const isFull = values.every((value) => value !== null)
  return {leaf, values, rows: rows.length, ...(!isFull && {definitionLevels: levels})}
}

function valueOf(row: PartitionCounts, of: (typeof COLUMNS)[number]['of'], isLong: boolean): Value | undefined {
  const value = of === 'records' ? recordsOf(row) : row[of]
  return typeof value === 'number' && isLong ? BigInt(value) : value
}

/** Rows after deletes, where that is known without reading any: deletion vectors delete each row once, and of rows that there are. */
export function recordsOf(row: PartitionCounts): number | undefined {
  if (row.equalityDeleteFiles !== 0 || row.positionDeleteFiles !== 0) return undefined
  return Math.max(0, row.dataRecords - row.positionDeleteRecords)
}

/**
 * Reads a partition statistics file, of any version.
 *
 * @throws PhloError as `fileRows` does
 */
export async function readPartitionStatistics(
  io: FileIO,
  file: {readonly path: string; readonly size: number},
  unified: UnifiedPartition,
  formatVersion: number,
): Promise<CountsByPartition> {
  const schema = statisticsSchema(unified, formatVersion)
  const leaves = leavesOf(schema)
  const counts: CountsByPartition = new Map()
  const layout = {leaves, mapping: undefined, defaultOf: defaultsOf(schema, new Map())}
  for await (const {read, rows} of fileRows(io, file, layout)) {
    const columns = new Map(leaves.map((leaf) => [leaf.fieldId, {values: read(leaf).values, toValue: toValue(leaf.type)}]))
    const at = (id: number, row: number): Value => {
      const physical = columns.get(id)?.values[row] ?? null
      return physical === null ? null : (columns.get(id)?.toValue(physical) ?? null)
    }
    for (let row = 0; row < rows; row++) {
      const found: PartitionCounts = {
        ...NO_COUNTS,
        specId: Number(at(2, row)),
        partition: unified.fields.map(({id}) => at(id, row)),
      }
      for (const {id, of} of COLUMNS) {
        const value = at(id, row)
        if (of === 'records' || of === 'specId' || value === null) continue
        if (of === 'updatedBy') found.updatedBy = BigInt(value as bigint)
        else found[of] = Number(value)
      }
      counts.set(partitionKey(found), found)
    }
  }
  return counts
}

const textOf = (row: PartitionCounts | undefined) =>
  row && [partitionKey(row), ...COLUMNS.map(({of}) => (of === 'records' ? recordsOf(row) : row[of]))].join(' ')
