import {formatBytes, formatCount} from '@phlo/core'
import {formatKeyValues, formatTable, histogram, sparkline} from '@phlo/core/command'
import type {SizeClass, TableStats} from '@phlo/iceberg'

const sizeLabel = ({upTo}: SizeClass, index: number, all: readonly SizeClass[]) =>
  upTo === Number.MAX_SAFE_INTEGER ? `over ${formatBytes(all[index - 1]?.upTo ?? 0)}` : `to ${formatBytes(upTo)}`

function deletesOf({deleteFiles, positionDeleteFiles, equalityDeleteFiles, deletionVectors}: TableStats): string {
  if (deleteFiles === 0) return '0'
  const kinds = Object.entries({position: positionDeleteFiles, equality: equalityDeleteFiles, 'deletion vectors': deletionVectors})
  const shown = kinds.filter(([, files]) => files > 0).map(([kind, files]) => `${formatCount(files)} ${kind}`)
  return `${formatCount(deleteFiles)} (${shown.join(', ')})`
}

/** Nothing is said of them when nobody has counted them. */
const distinctOf = ({distinctValues}: TableStats) =>
  distinctValues.length === 0 ? undefined : distinctValues.map(({name, ndv}) => `${name} ${formatCount(ndv)}`).join(', ')

/** The figures of a table, the sizes of its files as a histogram, and what to do about them. */
export function renderStats(stats: TableStats, options: {readonly partitions: boolean; readonly terminal: boolean}): string {
  const share = stats.dataFiles === 0 ? '' : ` (${Math.round((100 * stats.smallFiles) / stats.dataFiles)} %)`
  const figures = formatKeyValues({
    Table: stats.table,
    Snapshot: stats.snapshotId ?? 'none',
    Rows: `${formatCount(stats.rows)}${stats.deleteFiles > 0 ? ', before deletes' : ''}`,
    'Data files': `${formatCount(stats.dataFiles)}, ${formatBytes(stats.bytes)}, ${formatBytes(stats.averageFileSize)} on average`,
    'Small files': `${formatCount(stats.smallFiles)}${share} under ${formatBytes(stats.smallFileSize)}`,
    'Delete files': deletesOf(stats),
    Manifests: `${formatCount(stats.manifests)}, ${formatBytes(stats.manifestBytes)}`,
    Snapshots: formatCount(stats.snapshots),
    Partitions: formatCount(stats.partitionCount),
    'Distinct values': distinctOf(stats),
  })
  const counts = stats.sizes.map(({files}) => files)
  const sizes = histogram(stats.sizes.map((size, index, all) => ({label: sizeLabel(size, index, all), count: size.files})))
  const heading = options.terminal ? `File sizes  ${sparkline(counts)}` : 'File sizes'
  const partitions = formatTable(stats.partitions, [
    {header: 'partition', value: ({partition}) => partition || '(unpartitioned)'},
    {header: 'rows', value: ({rows}) => rows},
    {header: 'files', value: ({files}) => files},
    {header: 'small', value: ({smallFiles}) => smallFiles},
    {header: 'size', value: ({bytes}) => formatBytes(bytes)},
  ])
  const advice = stats.advice.map(({reason, command}, index) => `${index + 1}. ${reason}\n   ${command}`).join('\n')
  return [
    figures,
    `${heading}\n${sizes}`,
    ...(options.partitions ? [partitions] : []),
    advice === '' ? 'Maintenance would not pay off now.' : `What would pay off\n${advice}`,
  ].join('\n\n')
}
