import {formatCount} from '@phlo/core'
import {formatKeyValues, type OperationView} from '@phlo/core/command'
import type {RepairedFile, RepairPlan, RepairResult} from '@phlo/iceberg'
import {findingText} from './check.js'

const listed = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [`${title}\n${lines.map((line) => `  ${line}`).join('\n')}`]

const fileText = ({path, offset, rows}: RepairedFile) =>
  `${path}${offset === undefined ? '' : ` at byte ${offset}`} (${formatCount(rows)} rows)`

/** What is wrong and mended, file by file. */
export const repairView: OperationView<RepairPlan, RepairResult> = {
  plan: ({files, manifests, dropped, dangling, totals, metadataLog, logIsUnordered, statistics}) =>
    [
      ...files.flatMap(({path, changes}) => listed(path, changes)),
      ...manifests.flatMap(({path, problems}) => listed(path, problems)),
      ...listed('taken out of the table, because they are gone:', dropped.map(fileText)),
      ...listed('taken out with them, because they then delete nothing:', dangling.map(fileText)),
      ...listed('totals of the summary:', totals),
      ...listed('taken out of the metadata log:', metadataLog),
      ...(logIsUnordered ? ['the metadata log is put in the order of time'] : []),
      ...listed(
        'statistics that are no longer referred to:',
        statistics.map(({path}) => path),
      ),
    ].join('\n'),
  left: ({left}) => ({
    text: left.map(findingText).join('\n'),
    findings: left,
    failed: left.some(({severity}) => severity === 'error'),
  }),
  result: ({changedRows, droppedRows}) =>
    formatKeyValues({
      'Rows that the table tells of': changedRows === 0 ? undefined : `${changedRows > 0 ? '+' : '-'}${formatCount(Math.abs(changedRows))}`,
      'Rows that are lost': droppedRows === 0 ? undefined : formatCount(droppedRows),
    }),
}
