import type {ColumnChunk} from 'hyparquet'
import {decimalType} from '../spec/primitive-types.js'
import type {Leaf} from './leaves.js'

type Statistics = NonNullable<NonNullable<ColumnChunk['meta_data']>['statistics']>

/**
 * The description of a copied column chunk at its new place and under its new name. Page indexes and Bloom filters lie outside of
 * its bytes and are not taken along.
 */
export function relocated(chunk: ColumnChunk, offset: number, leaf: Leaf, path: readonly string[]): ColumnChunk {
  const data = chunk.meta_data as NonNullable<ColumnChunk['meta_data']>
  const start = data.dictionary_page_offset || data.data_page_offset
  const moved = BigInt(offset) - start
  const {
    bloom_filter_offset: _filter,
    bloom_filter_length: _length,
    index_page_offset: _index,
    dictionary_page_offset: dictionary,
    statistics,
    ...rest
  } = data
  return {
    file_offset: BigInt(offset),
    meta_data: {
      ...rest,
      path_in_schema: [...path],
      ...(statistics && {statistics: stillTrue(leaf, statistics)}),
      data_page_offset: data.data_page_offset + moved,
      ...(dictionary && {dictionary_page_offset: dictionary + moved}),
    },
  } as ColumnChunk
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
