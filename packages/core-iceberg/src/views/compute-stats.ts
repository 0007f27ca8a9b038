import {formatBytes, formatCount} from '@phlo/core'
import {formatKeyValues, formatTable, type OperationView} from '@phlo/core/command'
import type {ComputeStatsPlan, ComputeStatsResult} from '@phlo/iceberg'

/** The columns, and how many distinct values each has. */
export const computeStatsView: OperationView<ComputeStatsPlan, ComputeStatsResult> = {
  destructive: false,
  plan: ({columns, known, files, bytes, rows, previous}) =>
    formatKeyValues({
      Columns: columns.map(({name}) => name).join(', '),
      'Counted already': known.length === 0 ? undefined : known.map(({name}) => name).join(', '),
      'To be read': `${formatCount(files)} files, ${formatCount(rows)} rows before deletes, ${formatBytes(bytes)}`,
      'Takes the place of': previous ?? undefined,
    }),
  result: ({columns, statisticsFile}) =>
    [
      formatTable(columns, [
        {header: 'column', value: ({name}) => name},
        {header: 'distinct values', value: ({ndv}) => ndv},
      ]),
      formatKeyValues({Statistics: statisticsFile ?? undefined}),
    ].join('\n'),
}
