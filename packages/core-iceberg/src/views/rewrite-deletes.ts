import {formatBytes, formatCount} from '@phlo/core'
import {formatKeyValues, formatTable, type OperationView} from '@phlo/core/command'
import type {RewriteDeletesPlan, RewriteDeletesResult} from '@phlo/iceberg'

/** The delete files that are replaced, by partition. */
export const rewriteDeletesView: OperationView<RewriteDeletesPlan, RewriteDeletesResult> = {
  destructive: false,
  plan: ({groups}) =>
    formatTable(groups, [
      {header: 'partition', value: ({partition}) => partition || '(unpartitioned)'},
      {header: 'delete files', value: ({inputs}) => inputs.length},
      {header: 'size', value: ({inputs}) => formatBytes(inputs.reduce((sum, {size}) => sum + size, 0))},
      {header: 'rows', value: ({inputs}) => inputs.reduce((sum, {rows}) => sum + rows, 0)},
    ]),
  result: ({deletedRows}) => formatKeyValues({'Rows that they delete': formatCount(deletedRows)}),
}
