import {formatBytes, formatCount} from '@phlo/core'
import {formatKeyValues, formatTable, type OperationView} from '@phlo/core/command'
import type {OptimizePlan, OptimizeResult} from '@phlo/iceberg'

/** The groups of a plan, and the figures of what was done. */
export const optimizeView: OperationView<OptimizePlan, OptimizeResult> = {
  plan: ({groups, order, untouchedFiles, deadDeletes, options}) =>
    [
      ...orderLines(order),
      formatTable(groups, [
        {header: 'partition', value: ({partition}) => partition || '(unpartitioned)'},
        {header: 'files', value: ({files}) => files},
        {header: 'size', value: ({bytes}) => formatBytes(bytes)},
        {header: 'into', value: ({outputs}) => outputs},
        {header: 'why', value: ({reason}) => reason},
      ]),
      `${formatCount(untouchedFiles)} files stay as they are`,
      ...(deadDeletes.length > 0 ? [`${formatCount(deadDeletes.length)} delete files ${fateOfDeletes(groups, options)}`] : []),
    ].join('\n'),
  result: ({rows, deletedRows, keptDeletedRows, removedDeleteFiles, commits, engines, failedGroups}) =>
    [
      formatKeyValues({
        Rows: formatCount(rows),
        'Deleted rows left out': deletedRows > 0 ? formatCount(deletedRows) : undefined,
        'Deleted rows kept': keptDeletedRows > 0 ? formatCount(keptDeletedRows) : undefined,
        'Delete files removed': removedDeleteFiles > 0 ? formatCount(removedDeleteFiles) : undefined,
        'Sorted by': sortedBy(engines),
        Commits: commits,
      }),
      ...failedGroups.map(({partition, reason}) => `failed: ${partition || '(unpartitioned)'}: ${reason}`),
    ].join('\n'),
}

function fateOfDeletes({length}: OptimizePlan['groups'], {keepDeletes}: OptimizePlan['options']): string {
  if (length === 0) return 'go: they apply to nothing'
  return keepDeletes === true ? 'go; the rows that they delete stay, and are deleted by new ones' : 'go with the rows that they delete'
}

function sortedBy(engines: OptimizeResult['engines']): string | undefined {
  const names = Object.entries(engines).map(([name, groups]) => `${name} (${formatCount(groups)} ${groups === 1 ? 'group' : 'groups'})`)
  return names.length > 0 ? names.join(', ') : undefined
}

function orderLines(order: OptimizePlan['order']): readonly string[] {
  if (!order) return []
  const left = order.kind === 'zorder' ? order.constant : []
  return [
    `rows are sorted by ${order.text} within each group`,
    ...(left.length > 0 ? [`left out of the z-order, since a partition has one value of it: ${left.join(', ')}`] : []),
  ]
}
