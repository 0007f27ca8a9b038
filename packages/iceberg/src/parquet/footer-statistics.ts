import type {InputFile} from '@phlo/core'
import type {ColumnMetaData, FileMetaData, SchemaElement} from 'hyparquet'
import {isUnordered} from '../spec/primitive-types.js'
import type {FileLeaf} from './file-leaves.js'
import type {Leaf, PhysicalValue} from './leaves.js'
import {combine, isFloating, type LeafMetrics, NOTHING} from './metrics.js'
import {signedBytes} from './physical.js'
import {convertValues} from './promote.js'

/** What a footer says of one column of the whole file. */
export interface ColumnStatistics {
  /** Entries, nulls and those of nested lists included. */
  readonly values: number
  /** Undefined when a row group does not tell. */
  readonly nulls: number | undefined
  /** For `fileMetrics`; its `nulls` are zero where they are not known. */
  readonly metrics: LeafMetrics
  /** False when the bounds are cut, so that they need not be values of the column. */
  readonly isExact: boolean
  /** Bytes, compressed. */
  readonly bytes: number
}

type Present = Exclude<PhysicalValue, null>
type Statistics = NonNullable<ColumnMetaData['statistics']>

/** Up to here a decimal comes out of a footer unharmed: its reader hands decimals out as doubles. */
const EXACT_DECIMAL = 2 ** 49

/** Adds up what the row groups of a file say of a column, as values of the table's type. Data pages are not read. */
export function columnStatistics(file: InputFile, footer: FileMetaData, column: FileLeaf, leaf: Leaf): ColumnStatistics {
  let metrics = NOTHING
  let nulls: number | undefined = 0
  let isExact = true
  let bytes = 0
  for (const chunk of chunksOf(footer, column)) {
    const own = nullsOf(column, chunk)
    const values = Number(chunk.num_values)
    nulls = own === undefined || nulls === undefined ? undefined : nulls + own
    bytes += Number(chunk.total_compressed_size)
    const bounds = own === values ? [] : boundsOf(file, column, leaf, chunk.statistics)
    const [lower, upper] = bounds ?? []
    // What is not counted in a part is not known of the whole.
    const nans = isFloating(leaf) ? Number.NaN : 0
    metrics = combine(leaf.type, metrics, {values, nulls: own ?? 0, nans, lower, upper, bounded: bounds !== undefined})
    if (chunk.statistics?.is_min_value_exact === false || chunk.statistics?.is_max_value_exact === false) isExact = false
  }
  return {values: metrics.values, nulls, metrics, isExact, bytes}
}

/** Nulls of a column in the whole file; undefined when a row group does not tell. */
export function columnNulls(footer: FileMetaData, column: FileLeaf): number | undefined {
  let nulls = 0
  for (const chunk of chunksOf(footer, column)) {
    const own = nullsOf(column, chunk)
    if (own === undefined) return undefined
    nulls += own
  }
  return nulls
}

const chunksOf = ({row_groups: groups}: FileMetaData, {index}: FileLeaf): readonly ColumnMetaData[] =>
  groups.flatMap(({columns}) => columns[index]?.meta_data ?? [])

function nullsOf({path}: FileLeaf, {statistics}: ColumnMetaData): number | undefined {
  if (path.every(({repetition}) => repetition === 'REQUIRED')) return 0
  return statistics?.null_count === undefined ? undefined : Number(statistics.null_count)
}

/**
 * Bounds that can be trusted (parquet.thrift, "Statistics" and "ColumnOrder"): the old `min` and `max` are right for signed
 * numbers only, those of INT96 have no order, a NaN spoils both, and a zero may be of either sign.
 */
export function boundsOf(
  file: Pick<InputFile, 'path'>,
  column: FileLeaf,
  leaf: Leaf,
  statistics: Statistics | undefined,
): readonly [Present, Present] | undefined {
  const {element} = column
  if (!statistics || element.type === 'INT96' || isUnordered(leaf.type)) return undefined
  const isSigned = element.type === 'INT32' || element.type === 'INT64' || element.type === 'FLOAT' || element.type === 'DOUBLE'
  const [min, max] = [
    statistics.min_value ?? (isSigned ? statistics.min : undefined),
    statistics.max_value ?? (isSigned ? statistics.max : undefined),
  ]
  const [lower, upper] = [asStored(element, min), asStored(element, max)]
  if (lower === undefined || upper === undefined || Number.isNaN(lower) || Number.isNaN(upper)) return undefined
  const [first, last] = convertValues(file, column, leaf, [lower === 0 ? zero(element, -0) : lower, upper === 0 ? zero(element, 0) : upper])
  return [first as Present, last as Present]
}

const zero = ({type}: SchemaElement, sign: 0 | -0) => (type === 'FLOAT' || type === 'DOUBLE' ? sign : 0)

/** A statistic as a value of the column is stored; undefined when its reader may have changed it. */
function asStored(element: SchemaElement, value: unknown): Present | undefined {
  const {type, scale = 0, logical_type: logical, converted_type: converted} = element
  if (value === undefined) return undefined
  if (typeof value === 'number' && (logical?.type === 'DECIMAL' || converted === 'DECIMAL')) {
    if (type === 'INT32' && converted !== 'DECIMAL') return value
    const unscaled = Math.round(value * 10 ** scale)
    if (!(Math.abs(unscaled) < EXACT_DECIMAL)) return undefined
    if (type === 'INT32') return unscaled
    return type === 'INT64' ? BigInt(unscaled) : signedBytes(BigInt(unscaled), element.type_length ?? 16)
  }
  return isStoredAs(element, value) ? value : undefined
}

/** Statistics of another length than their type's, some writers' empty ones among them, come as bytes, or as bytes of that length. */
function isStoredAs({type, type_length: length}: SchemaElement, value: unknown): value is Present {
  if (type === 'BOOLEAN') return typeof value === 'boolean'
  if (type === 'INT64') return typeof value === 'bigint'
  if (type === 'BYTE_ARRAY') return value instanceof Uint8Array
  if (type === 'FIXED_LEN_BYTE_ARRAY') return value instanceof Uint8Array && value.length === length
  return typeof value === 'number'
}
