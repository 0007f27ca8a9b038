import type {ColumnChunk} from 'hyparquet'
import type {ByteWriter} from 'hyparquet-writer'
import {decimalType} from '../spec/primitive-types.js'
import type {ColumnElements} from './elements.js'
import type {Leaf, LeafValues} from './leaves.js'
import {isFloating, type LeafMetrics} from './metrics.js'
import {signedBigint} from './physical.js'
import {variantPart} from './variant-column.js'
import type {ParquetWriteOptions} from './write-file.js'
import {writeLeaf} from './write-leaf.js'
import type {WrittenChunk} from './written-chunk.js'

/** A column chunk that is put together from pages of others. */
export interface ColumnPages {
  /** Writes the pages; `flush`, between them, hands on what was written so far when that is much, so that it is not kept in memory. */
  readonly write: (writer: ByteWriter, flush: () => Promise<void>) => Promise<DescribedChunk>
}

/** A column chunk that was written, and what is known of its values. */
export interface DescribedChunk {
  readonly written: WrittenChunk
  readonly metrics: LeafMetrics
  readonly statistics: ChunkStatistics
}

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

/** The statistics of a column chunk, as the footer's writer wants them: decimals as bigints, whatever they are stored as. */
export function statisticsOf({type}: Leaf, {nulls, lower, upper}: LeafMetrics): ChunkStatistics {
  const decimal = (value: NonNullable<typeof lower>) => (value instanceof Uint8Array ? signedBigint(value) : BigInt(value))
  const shown = (value: typeof lower) => (value === undefined || !decimalType(type) ? value : decimal(value))
  // Parquet wants a zero's sign to be on the safe side (parquet.thrift, ColumnOrder).
  const zero = (value: typeof lower, sign: 0 | -0) => (value === 0 ? sign : value)
  const [min, max] = isFloating({type}) ? [zero(lower, -0), zero(upper, 0)] : [shown(lower), shown(upper)]
  return {null_count: BigInt(nulls), ...(min !== undefined && max !== undefined && {min_value: min, max_value: max})} as ChunkStatistics
}
