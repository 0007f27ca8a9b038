import {isFloating} from '../metrics.js'
import type {ParquetWriteOptions} from '../write-file.js'
import type {ColumnToMerge} from './column-ways.js'
import type {ColumnMerge} from './merge-column.js'
import {nullsOf} from './merged-metrics.js'
import {smallPage} from './small-page.js'

/** What is looked for in the values of a column while its pages are merged. */
export function lookedFor(
  {leaf, parts, metrics}: ColumnToMerge,
  options: ParquetWriteOptions,
): Pick<ColumnMerge, 'scan' | 'countNulls' | 'bloomFilter'> {
  return {
    scan: 'inValues' in metrics && isFloating(leaf),
    countNulls: nullsOf(parts) === undefined,
    bloomFilter: options.bloomFilter(leaf),
  }
}

/** Milliseconds, as the bench's machine takes them. */
const COSTS = {chunk: 0.06, entry: 20e-6, byte: 1.2e-6, compressedByte: 6e-6}

/**
 * About how many milliseconds of a processor it takes to merge a column: 0 where bytes are only copied, which takes no longer than to give
 * them to another thread.
 */
export function workOf(column: ColumnToMerge, options: ParquetWriteOptions): number {
  const {scan, countNulls, bloomFilter} = lookedFor(column, options)
  const areOpened = scan || countNulls || bloomFilter !== undefined
  const small = smallPage(options.pageBytes)
  return column.parts.reduce((sum, {hasDictionary, codec, entries, uncompressed}) => {
    const isCompressed = codec !== options.compression.codec || uncompressed < small
    if (!areOpened && !hasDictionary && !isCompressed) return sum
    const ofBytes = uncompressed * (COSTS.byte + (isCompressed ? COSTS.compressedByte : 0))
    return sum + COSTS.chunk + entries * COSTS.entry + ofBytes
  }, 0)
}
