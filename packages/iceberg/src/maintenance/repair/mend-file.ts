import type {InputFile} from '@phlo/core'
import type {FileMetaData} from 'hyparquet'
import {countsInStruct, type FooterContext, isBeyond, unreadable} from '../../inspect/check/footer.js'
import {tableFileLeaves} from '../../parquet/file-leaves.js'
import {type DescribedColumn, footerMetrics, splitOffsets} from '../../parquet/footer-metrics.js'
import {columnStatistics} from '../../parquet/footer-statistics.js'
import type {Leaf} from '../../parquet/leaves.js'
import type {FileMetrics} from '../../parquet/metrics.js'
import type {MetricsConfig} from '../../parquet/metrics-config.js'
import {physicalType} from '../../parquet/physical.js'
import {compareValues} from '../../spec/compare-values.js'
import type {DataFile} from '../../spec/manifest.js'
import {isUnordered} from '../../spec/primitive-types.js'
import {valueFromBytes} from '../../spec/single-value.js'

export interface Mended {
  /** The very same object when nothing is wrong. */
  readonly dataFile: DataFile
  readonly changes: readonly string[]
}

type Maps = Record<'valueCounts' | 'nullValueCounts' | 'nanValueCounts', Map<number, number>> &
  Record<'lowerBounds' | 'upperBounds', Map<number, Uint8Array>>

/**
 * What the manifest should say of a Parquet file, by its footer: rows, size, split offsets, and the counts and bounds of its columns.
 * Of what is there, only what the footer contradicts is changed; a data file gets what the table's metrics modes ask for and is
 * missing. Partition, sequence numbers, first row id, sort order and column sizes stay.
 *
 * A file with row ids that has more rows than its entry says stays as it is: its ids would run into those of another file.
 *
 * @throws PhloError `NO_FIELD_IDS`
 */
export function mendFile(file: InputFile, footer: FileMetaData, entry: DataFile, layout: FooterContext, config: MetricsConfig): Mended {
  const rows = Number(footer.num_rows)
  const {recordCount, fileSizeInBytes} = entry
  if (entry.firstRowId !== undefined && rows > recordCount) return {dataFile: entry, changes: []}
  const changes: string[] = []
  if (rows !== recordCount) changes.push(`record_count ${recordCount} to ${rows}`)
  if (file.size !== fileSizeInBytes) changes.push(`file_size_in_bytes ${fileSizeInBytes} to ${file.size}`)
  const offsets = splitOffsets(footer)
  const hasWrongOffsets = entry.splitOffsets !== undefined && entry.splitOffsets.join() !== offsets.join()
  if (hasWrongOffsets) changes.push('split_offsets')
  const columns = describedColumns(file, footer, entry, layout)
  const wanted = footerMetrics(columns, entry.content === 'data' ? config : () => ({kind: 'none'}))
  const maps: Maps = {
    valueCounts: new Map(entry.valueCounts),
    nullValueCounts: new Map(entry.nullValueCounts),
    nanValueCounts: new Map(entry.nanValueCounts),
    lowerBounds: new Map(entry.lowerBounds),
    upperBounds: new Map(entry.upperBounds),
  }
  for (const column of columns) {
    mendCounts(column, maps, wanted, changes)
    mendBounds(column, maps, wanted, changes)
  }
  if (changes.length === 0) return {dataFile: entry, changes}
  const {splitOffsets: _, ...rest} = entry
  const kept = hasWrongOffsets ? {splitOffsets: offsets} : entry.splitOffsets && {splitOffsets: entry.splitOffsets}
  // A map that was not there and got nothing stays away.
  const filled = Object.entries(maps).filter(([key, map]) => map.size > 0 || entry[key as keyof Maps] !== undefined)
  return {dataFile: {...rest, ...kept, recordCount: rows, fileSizeInBytes: file.size, ...Object.fromEntries(filled)}, changes}
}

/** The columns that the table can read; what null lists and maps count for is not the same to all writers. */
function describedColumns(file: InputFile, footer: FileMetaData, entry: DataFile, layout: FooterContext): readonly DescribedColumn[] {
  return tableFileLeaves(entry.filePath, footer, layout.mapping).flatMap((column) => {
    const leaf = column.fieldId === undefined ? undefined : layout.leaves.get(column.fieldId)
    if (!leaf || !physicalType(leaf.type) || leaf.maxRepetitionLevel > 0 || unreadable(file, column, leaf) !== undefined) return []
    return [{leaf, statistics: columnStatistics(file, footer, column, leaf)}]
  })
}

function mendCounts({leaf, statistics}: DescribedColumn, maps: Maps, wanted: FileMetrics, changes: string[]): void {
  const {fieldId: id, name} = leaf
  const counted = {values: maps.valueCounts.get(id), nulls: maps.nullValueCounts.get(id)}
  const {values, nulls: ofFooter} = leaf.path.length > 1 ? countsInStruct(statistics, counted) : statistics
  for (const [key, what, found] of [
    ['valueCounts', 'value_counts', values],
    ['nullValueCounts', 'null_value_counts', ofFooter],
  ] as const) {
    const said = maps[key].get(id)
    if (found === undefined || (said === undefined ? !wanted[key]?.has(id) : said === found)) continue
    maps[key].set(id, found)
    changes.push(said === undefined ? `${what} of ${name}` : `${what} of ${name} ${said} to ${found}`)
  }
  const [nulls = 0, nans = 0] = [maps.nullValueCounts.get(id), maps.nanValueCounts.get(id)]
  const areTooMany = nulls + nans > statistics.values
  if (nans < 0 || (areTooMany && nans > 0)) {
    maps.nanValueCounts.delete(id)
    changes.push(`nan_value_counts of ${name} left out`)
  }
  if (statistics.nulls === undefined && (nulls < 0 || nulls > statistics.values)) {
    maps.nullValueCounts.delete(id)
    changes.push(`null_value_counts of ${name} left out`)
  }
}

function mendBounds({leaf, statistics}: DescribedColumn, maps: Maps, wanted: FileMetrics, changes: string[]): void {
  const {fieldId: id, name} = leaf
  // Bounds of shapes are no values of theirs, and no footer has them.
  if (isUnordered(leaf.type)) return
  const isInverted = areInverted(leaf, maps.lowerBounds.get(id), maps.upperBounds.get(id))
  for (const [key, what, value, sign] of [
    ['lowerBounds', 'lower_bounds', statistics.metrics.lower, -1],
    ['upperBounds', 'upper_bounds', statistics.metrics.upper, 1],
  ] as const) {
    const said = maps[key].get(id)
    const bound = wanted[key]?.get(id)
    if (said === undefined ? bound === undefined : !isInverted && !(statistics.isExact && isBeyond(leaf, value, said, sign))) continue
    if (bound === undefined) maps[key].delete(id)
    else maps[key].set(id, bound)
    changes.push(bound === undefined ? `${what} of ${name} left out` : `${what} of ${name}`)
  }
}

/** Bounds that are no values of the column bound nothing either. */
function areInverted({type}: Leaf, lower: Uint8Array | undefined, upper: Uint8Array | undefined): boolean {
  try {
    const [least, most] = [lower && valueFromBytes(type, lower), upper && valueFromBytes(type, upper)]
    return least !== undefined && most !== undefined && compareValues(type)(least, most) > 0
  } catch {
    return true
  }
}
