import type {ColumnMetaData} from 'hyparquet'
import type {Leaf} from '../../src/parquet/leaves.js'
import {physicalType, toPhysical} from '../../src/parquet/physical.js'
import type {Schema, Value} from '../../src/spec/types.js'
import {type Row, shred} from './samples.js'

/** The size statistics of a leaf in some rows, counted one by one (parquet.thrift, "SizeStatistics"). */
export function countSizes(schema: Schema, leaf: Leaf, rows: readonly Row[]) {
  const {values, definition, repetition} = shred(schema, leaf, rows)
  const counts = (levels: readonly number[], most: number) =>
    Array.from({length: most + 1}, (_, level) => BigInt(levels.filter((own) => own === level).length))
  const lengthOf = (value: Value) => (value === null ? 0 : (toPhysical(leaf.type)(value) as Uint8Array).length)
  return {
    ...(physicalType(leaf.type)?.type === 'BYTE_ARRAY' && {
      unencoded_byte_array_data_bytes: BigInt(values.reduce<number>((sum, value) => sum + lengthOf(value), 0)),
    }),
    ...(leaf.maxRepetitionLevel > 0 && {repetition_level_histogram: counts(repetition, leaf.maxRepetitionLevel)}),
    ...(leaf.maxDefinitionLevel > 1 && {definition_level_histogram: counts(definition, leaf.maxDefinitionLevel)}),
  }
}

/** The size statistics that a footer has, without those that it leaves out. */
export const statedSizes = (chunk: ColumnMetaData | undefined) =>
  Object.fromEntries(Object.entries(chunk?.size_statistics ?? {}).filter(([, count]) => count !== undefined))
