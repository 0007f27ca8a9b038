import type {ColumnChunk} from 'hyparquet'
import {decimalType} from '../spec/primitive-types.js'
import {type CopiedIndexes, movedPages} from './chunk-indexes.js'
import type {Leaf} from './leaves.js'
import type {LeafMetrics} from './metrics.js'
import {trustedPages, trustedSizes} from './trusted-sizes.js'
import type {ChunkIndexes} from './write-indexes.js'

type Statistics = NonNullable<NonNullable<ColumnChunk['meta_data']>['statistics']>

/** A column chunk as it stands in another file. */
export interface CopiedChunk {
  readonly leaf: Leaf
  readonly chunk: ColumnChunk
  readonly bytes: Uint8Array
  readonly indexes: CopiedIndexes
  readonly metrics: LeafMetrics
}

/**
 * The description of a copied column chunk at its new place and under its new name, with the page indexes and the Bloom filter that it has
 * outside of its bytes.
 */
export function relocated({leaf, chunk, indexes}: CopiedChunk, offset: number, path: readonly string[]): ChunkIndexes {
  const data = chunk.meta_data as NonNullable<ColumnChunk['meta_data']>
  const start = data.dictionary_page_offset || data.data_page_offset
  const moved = BigInt(offset) - start
  const sizes = trustedSizes(data)
  const {
    bloom_filter_offset: _filter,
    bloom_filter_length: _length,
    index_page_offset: _index,
    dictionary_page_offset: dictionary,
    statistics,
    size_statistics: _sizes,
    ...rest
  } = data
  const description = {
    file_offset: BigInt(offset),
    meta_data: {
      ...rest,
      path_in_schema: [...path],
      ...(statistics && {statistics: stillTrue(leaf, statistics)}),
      ...(sizes && {size_statistics: sizes}),
      data_page_offset: data.data_page_offset + moved,
      ...(dictionary && {dictionary_page_offset: dictionary + moved}),
    },
  } as ColumnChunk
  const {offsetIndex} = indexes
  return {...indexes, ...(offsetIndex && {offsetIndex: movedPages(trustedPages(data, offsetIndex), moved)}), chunk: description}
}

/**
 * What of a chunk's statistics is still true in the new footer. The deprecated `min` and `max` have no order that is agreed on;
 * decimals are known as rounded numbers only, which a bound may not be; and a bound is called exact by the writer, if it is.
 */
function stillTrue({type}: Leaf, {null_count: nulls, min_value: min, max_value: max, ...rest}: Statistics): Statistics {
  const hasBounds = !decimalType(type) && min !== undefined && max !== undefined
  return {
    ...(nulls !== undefined && {null_count: nulls}),
    ...(hasBounds && {min_value: min, max_value: max}),
    ...(hasBounds && rest.is_min_value_exact === false && {is_min_value_exact: false}),
    ...(hasBounds && rest.is_max_value_exact === false && {is_max_value_exact: false}),
  }
}
