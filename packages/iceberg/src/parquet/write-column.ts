import type {ColumnChunk} from 'hyparquet'
import type {ByteWriter} from 'hyparquet-writer'
import {writeColumn} from 'hyparquet-writer/src/column.js'
import {decimalType} from '../spec/primitive-types.js'
import {compressorOf} from './codecs.js'
import type {ColumnElements} from './elements.js'
import type {Leaf, LeafValues, PhysicalValue} from './leaves.js'
import {isFloating, type LeafMetrics, measure} from './metrics.js'
import {signedBigint} from './physical.js'
import {variantPart} from './variant-column.js'
import type {ParquetWriteOptions} from './write-file.js'

/** A column chunk that is put together from pages of others. */
export interface ColumnPages {
  /** Writes the pages; `flush` hands on what was written so far, so that it is not kept in memory. */
  readonly write: (writer: ByteWriter, flush: () => Promise<void>) => Promise<DescribedChunk>
}

/** A column chunk that was written, and what is known of its values. */
export interface DescribedChunk {
  readonly written: WrittenChunk
  readonly metrics: LeafMetrics
  readonly statistics: ChunkStatistics
}

export type WrittenChunk = ReturnType<typeof writeColumn>
export type ChunkStatistics = NonNullable<NonNullable<ColumnChunk['meta_data']>['statistics']>

/** Writes one column chunk with its statistics, from values or from pages; of a variant, the part that the elements name. */
export async function writeChunk(
  writer: ByteWriter,
  elements: ColumnElements,
  given: LeafValues | ColumnPages,
  options: ParquetWriteOptions,
  flush: () => Promise<void>,
): Promise<{readonly written: WrittenChunk; readonly metrics: LeafMetrics}> {
  const {written, metrics, statistics} =
    'write' in given ? await given.write(writer, flush) : writeLeaf(writer, elements, variantPart(given, elements.part), options)
  written.chunk.meta_data = {...(written.chunk.meta_data as NonNullable<ColumnChunk['meta_data']>), statistics}
  return {written, metrics}
}

function writeLeaf(writer: ByteWriter, elements: ColumnElements, values: LeafValues, options: ParquetWriteOptions): DescribedChunk {
  const metrics = measure(values)
  const {leaf, definitionLevels, repetitionLevels} = values
  const {codec} = options.compression
  // Bytes are ordered without a sign by the writer, which long decimals are not.
  const columnIndex = !(decimalType(leaf.type) && elements.physical.type === 'FIXED_LEN_BYTE_ARRAY')
  const full = () => new Uint8Array(values.values.length).fill(leaf.maxDefinitionLevel)
  const written = writeColumn({
    writer,
    column: {
      columnName: leaf.name,
      element: elements.physical,
      schemaPath: [...elements.schemaPath],
      codec,
      compressors: codec === 'UNCOMPRESSED' ? {} : {[codec]: compressorOf(options.compression)},
      stats: false,
      pageSize: options.pageBytes,
      dictionarySize: options.dictionaryBytes,
      ...(hasBothZeros(values) && {encoding: 'PLAIN' as const}),
      columnIndex,
      offsetIndex: true,
    },
    pageData: {
      values: values.values as PhysicalValue[],
      definitionLevels: (leaf.maxDefinitionLevel > 0 ? (definitionLevels ?? full()) : []) as number[],
      repetitionLevels: (repetitionLevels ?? []) as number[],
      maxDefinitionLevel: leaf.maxDefinitionLevel,
    },
  })
  return {written, metrics, statistics: statisticsOf(leaf, metrics)}
}

/** Whether 0 and -0 are both among the values: the writer's dictionaries take them for one value and would lose a sign. */
function hasBothZeros({leaf, values}: LeafValues): boolean {
  if (!isFloating(leaf)) return false
  const all = values as ArrayLike<PhysicalValue>
  let [hasPositive, hasNegative] = [false, false]
  for (let at = 0; at < all.length && !(hasPositive && hasNegative); at++) {
    if (Object.is(all[at], 0)) hasPositive = true
    else if (Object.is(all[at], -0)) hasNegative = true
  }
  return hasPositive && hasNegative
}

/** The statistics of a column chunk, as the footer's writer wants them: decimals as bigints, whatever they are stored as. */
export function statisticsOf({type}: Leaf, {nulls, lower, upper}: LeafMetrics): ChunkStatistics {
  const decimal = (value: NonNullable<typeof lower>) => (value instanceof Uint8Array ? signedBigint(value) : BigInt(value))
  const shown = (value: typeof lower) => (value === undefined || !decimalType(type) ? value : decimal(value))
  // Parquet wants a zero's sign to be on the safe side (parquet.thrift, ColumnOrder).
  const zero = (value: typeof lower, sign: 0 | -0) => (value === 0 ? sign : value)
  const [min, max] = isFloating({type}) ? [zero(lower, -0), zero(upper, 0)] : [shown(lower), shown(upper)]
  return {null_count: BigInt(nulls), ...(min !== undefined && max !== undefined && {min_value: min, max_value: max})} as ChunkStatistics
}
