import type {FileMetaData} from 'hyparquet'
import type {ColumnStatistics} from './footer-statistics.js'
import type {Leaf} from './leaves.js'
import {type FileMetrics, fileMetrics} from './metrics.js'
import type {MetricsConfig} from './metrics-config.js'

/** A column of the table, and what the footer says of it. */
export interface DescribedColumn {
  readonly leaf: Leaf
  readonly statistics: ColumnStatistics
}

/** What a manifest would say of a file by its footer, as the table's metrics modes ask; a count that is not known is left out. */
export function footerMetrics(columns: readonly DescribedColumn[], config: MetricsConfig): FileMetrics {
  const metrics = fileMetrics(
    columns.map(({leaf, statistics}) => ({leaf, metrics: statistics.metrics, bytes: statistics.bytes})),
    config,
  )
  const known = new Set(columns.filter(({statistics}) => statistics.nulls !== undefined).map(({leaf}) => leaf.fieldId))
  return {...metrics, nullValueCounts: new Map([...(metrics.nullValueCounts ?? [])].filter(([id]) => known.has(id)))}
}

/** Where row groups begin, ascending (spec, field 132). */
export function splitOffsets({row_groups: groups}: FileMetaData): readonly number[] {
  return groups
    .flatMap(({columns}) => columns[0]?.meta_data ?? [])
    .map(({dictionary_page_offset: dictionary, data_page_offset: data}) => Number(dictionary || data))
    .sort((a, b) => a - b)
}
