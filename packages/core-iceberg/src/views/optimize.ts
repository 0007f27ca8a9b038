import {formatBytes, formatCount} from '@phlo/core'
import {formatKeyValues, formatTable, type OperationView} from '@phlo/core/command'
import type {OptimizePlan, OptimizeResult} from '@phlo/iceberg'

/** The groups of a plan, and the figures of what was done. */
export const optimizeView: OperationView<OptimizePlan, OptimizeResult> = {
  plan: ({groups, untouchedFiles}) =>
    [
      formatTable(groups, [
        {header: 'partition', value: ({partition}) => partition || '(unpartitioned)'},
        {header: 'files', value: ({files}) => files},
        {header: 'size', value: ({bytes}) => formatBytes(bytes)},
        {header: 'into', value: ({outputs}) => outputs},
        {header: 'why', value: ({reason}) => reason},
      ]),
      `${formatCount(untouchedFiles)} files stay as they are`,
    ].join('\n'),
  result: ({rows, commits, failedGroups}) =>
    [
      formatKeyValues({Rows: formatCount(rows), Commits: commits}),
      ...failedGroups.map(({partition, reason}) => `failed: ${partition || '(unpartitioned)'}: ${reason}`),
    ].join('\n'),
}
