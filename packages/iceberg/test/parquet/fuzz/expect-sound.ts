import {isDeepStrictEqual} from 'node:util'
import {expect} from '@jest/globals'
import type {ColumnChunk, ColumnMetaData} from 'hyparquet'
import {leavesOf} from '../../../src/parquet/leaves.js'
import type {MergedFile} from '../../../src/parquet/merge-files.js'
import type {MetricsConfig} from '../../../src/parquet/metrics-config.js'
import {decimalType, isUnordered} from '../../../src/spec/primitive-types.js'
import {valueFromBytes} from '../../../src/spec/single-value.js'
import type {PrimitiveType, Schema, Value} from '../../../src/spec/types.js'
import {bruteForce, isLess, type Measured, metricsOf} from '../brute-force.js'
import {expectPageIndexes} from '../page-indexes.js'
import {type Row, shred} from '../samples.js'
import type {ReadFile} from './read-values.js'

export interface Asked {
  readonly schema: Schema
  readonly config: MetricsConfig
  /** Row groups that are copied have the bounds of their whole file, and uncounted NaNs. */
  readonly isCopied: boolean
  /** What row groups of the inputs state as bounds, in hexadecimal, by field id. */
  readonly stated: () => Promise<ReadonlyMap<number, ReadonlySet<string>>>
}

/** What is said of a file, in its manifest, its footer and its page indexes, is what its rows say. */
export async function expectSound(output: MergedFile, {footer, rows}: ReadFile, {schema, config, isCopied, stated}: Asked): Promise<void> {
  expect(output.recordCount).toBe(rows.length)
  const asked = wanted(schema, rows, config)
  const said = metricsOf(output.metrics, schema)
  if (!isCopied && !isDeepStrictEqual(said, asked)) expect(said).toEqual(asWideAsStated(schema, asked, said, await stated()))
  if (isCopied) for (const [at, column] of said.entries()) expectNoWider(column, asked[at] as Measured)
  let first = 0
  for (const group of footer.row_groups) {
    const own = rows.slice(first, first + Number(group.num_rows))
    first += own.length
    await expectPageIndexes(
      output.path,
      {...footer, row_groups: [{...group, columns: group.columns.map(withoutStrangeSizes)}]},
      schema,
      own,
    )
    for (const [at, {meta_data: chunk}] of group.columns.entries()) expectStatistics(chunk as ColumnMetaData, schema, at, own)
  }
  expect(first).toBe(rows.length)
}

/** Without histograms of levels that tell no more than the counts of nulls, which PyArrow's files have and ours need not. */
function withoutStrangeSizes(column: ColumnChunk): ColumnChunk {
  const data = column.meta_data as ColumnMetaData
  const {
    definition_level_histogram: levels,
    repetition_level_histogram: repeated,
    unencoded_byte_array_data_bytes: bytes,
  } = data.size_statistics ?? {}
  const kept = {
    ...(bytes !== undefined && {unencoded_byte_array_data_bytes: bytes}),
    ...(levels && levels.length > 2 && {definition_level_histogram: levels}),
    ...(repeated && repeated.length > 0 && {repetition_level_histogram: repeated}),
  }
  return {...column, meta_data: {...data, size_statistics: kept}}
}

/** What a manifest has to say of some rows, as the table's metrics modes ask. */
function wanted(schema: Schema, rows: readonly Row[], config: MetricsConfig): readonly Measured[] {
  const byLength = new Map<number, readonly Measured[]>()
  return leavesOf(schema).map(({name, fieldId}, at) => {
    const mode = config(fieldId)
    const length = mode.kind === 'truncate' ? mode.length : Number.POSITIVE_INFINITY
    const all = byLength.get(length) ?? bruteForce(schema, rows, length)
    byLength.set(length, all)
    if (mode.kind === 'none') return {name, values: undefined, nulls: undefined, nans: undefined, lower: undefined, upper: undefined}
    const own = all[at] as Measured
    return mode.kind === 'counts' ? {...own, lower: undefined, upper: undefined} : own
  })
}

/**
 * PyArrow states bounds of the whole dictionary of an array, of which a row group may have fewer values. Such bounds hold, and are all that
 * is known of values that nobody decodes.
 */
function asWideAsStated(
  schema: Schema,
  asked: readonly Measured[],
  said: readonly Measured[],
  stated: ReadonlyMap<number, ReadonlySet<string>>,
): readonly Measured[] {
  return leavesOf(schema).map(({fieldId, type}, at) => {
    const [column, found] = [asked[at] as Measured, said[at] as Measured]
    const isLower = (left: string, right: string) => {
      const [one, other] = [left, right].map((hex) => valueFromBytes(type, Buffer.from(hex, 'hex')))
      return isLess(type, one as Exclude<Value, null>, other as Exclude<Value, null>)
    }
    const known = (bound: string | undefined): bound is string => bound !== undefined && (stated.get(fieldId)?.has(bound) ?? false)
    return {
      ...column,
      lower: known(found.lower) && column.lower !== undefined && isLower(found.lower, column.lower) ? found.lower : column.lower,
      upper: known(found.upper) && column.upper !== undefined && isLower(column.upper, found.upper) ? found.upper : column.upper,
    }
  })
}

/** Counts are right; what else is said is not narrower than it has to be. */
function expectNoWider(said: Measured, asked: Measured): void {
  const {values, nulls} = said
  expect({name: said.name, values, nulls}).toEqual({name: asked.name, values: asked.values, nulls: asked.nulls})
  if (said.nans !== undefined) expect({name: said.name, nans: said.nans}).toEqual({name: asked.name, nans: asked.nans})
}

/** The statistics of a column chunk count its nulls, and bound its values. */
function expectStatistics(
  {statistics, path_in_schema: path, num_values: entries}: ColumnMetaData,
  schema: Schema,
  at: number,
  rows: readonly Row[],
) {
  const leaf = leavesOf(schema)[at]
  if (!leaf) throw new Error(`there is a column ${path.join('.')} too many`)
  const {values} = shred(schema, leaf, rows)
  const present = values.filter((value) => value !== null && !Number.isNaN(value)) as Exclude<Value, null>[]
  const nulls = BigInt(values.filter((value) => value === null).length)
  const {min_value: min, max_value: max, null_count: counted = nulls} = statistics ?? {}
  const bounds = isUnordered(leaf.type) ? [] : [min, max]
  const outside = present.filter((value) => isBelow(leaf.type, value, bounds[0]) || isAbove(leaf.type, value, bounds[1]))
  const found = {name: leaf.name, entries, nulls: counted, bounds, outside}
  const wanted = {name: leaf.name, entries: BigInt(values.length), nulls, bounds, outside: []}
  if (!isDeepStrictEqual(found, wanted)) expect(found).toEqual(wanted)
}

/** hyparquet makes doubles of the bounds of decimals. */
const lossy = (type: PrimitiveType, value: Exclude<Value, null>, bound: unknown) => {
  const scale = decimalType(type)?.scale ?? 0
  return (Number(value) / 10 ** scale - Number(bound)) / Math.max(1, Math.abs(Number(bound)))
}

function isBelow(type: PrimitiveType, value: Exclude<Value, null>, bound: unknown): boolean {
  if (bound === undefined) return false
  return decimalType(type) ? lossy(type, value, bound) < -1e-9 : isLess(type, value, asValue(type, bound))
}

function isAbove(type: PrimitiveType, value: Exclude<Value, null>, bound: unknown): boolean {
  if (bound === undefined) return false
  return decimalType(type) ? lossy(type, value, bound) > 1e-9 : isLess(type, asValue(type, bound), value)
}

const asValue = (type: PrimitiveType, bound: unknown) =>
  (type === 'uuid' && bound instanceof Uint8Array ? Buffer.from(bound).toString('hex') : bound) as Exclude<Value, null>
