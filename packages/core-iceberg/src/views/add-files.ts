import {formatBytes, formatCount} from '@phlo/core'
import {formatKeyValues, formatTable, type OperationView} from '@phlo/core/command'
import type {AddFilesPlan, AddFilesResult} from '@phlo/iceberg'

const SHOWN = 50

/** What is added to each partition, and what the table gets besides. */
export const addFilesView: OperationView<AddFilesPlan, AddFilesResult> = {
  plan: ({files, nameMapping, missingColumns, emptyFiles}) => {
    const partitions = [...Map.groupBy(files, ({partition}) => partition)]
    return [
      formatTable(partitions.slice(0, SHOWN), [
        {header: 'partition', value: ([partition]) => partition || '(unpartitioned)'},
        {header: 'files', value: ([, own]) => formatCount(own.length)},
        {header: 'rows', value: ([, own]) => formatCount(own.reduce((sum, {rows}) => sum + rows, 0))},
        {header: 'size', value: ([, own]) => formatBytes(own.reduce((sum, {size}) => sum + size, 0))},
      ]),
      ...(partitions.length > SHOWN ? [`… and ${formatCount(partitions.length - SHOWN)} more (--json or --plan-out names them all)`] : []),
      formatKeyValues({
        'Name mapping': nameMapping === null ? undefined : 'set, since files have no field ids',
        'Columns that files lack': missingColumns.length > 0 ? missingColumns.join(', ') : undefined,
        'Files without rows': emptyFiles.length > 0 ? `${formatCount(emptyFiles.length)}, left out` : undefined,
      }),
    ]
      .filter((part) => part !== '')
      .join('\n')
  },
}
