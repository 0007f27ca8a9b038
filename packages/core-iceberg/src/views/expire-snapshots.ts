import {formatBytes, formatCount, formatTimestamp, type PlannedFile} from '@phlo/core'
import {formatKeyValues, formatTable, type OperationView} from '@phlo/core/command'
import type {ExpirePlan, ExpireResult} from '@phlo/iceberg'

const files = (list: readonly PlannedFile[]) =>
  list.length === 0 ? undefined : `${formatCount(list.length)}, ${formatBytes(list.reduce((sum, {size}) => sum + size, 0))}`

const some = (count: number) => (count === 0 ? undefined : formatCount(count))

/** The snapshots that go and what goes with them. */
export const expireView: OperationView<ExpirePlan, ExpireResult> = {
  plan: (plan) =>
    [
      formatTable(plan.snapshots, [
        {header: 'snapshot', value: ({id}) => id},
        {header: 'made', value: ({timestamp}) => formatTimestamp(timestamp)},
        {header: 'why', value: ({reason}) => reason},
      ]),
      formatKeyValues({
        'Snapshots that stay': formatCount(plan.retained.length),
        'Refs to drop': plan.refs.length > 0 ? plan.refs.join(', ') : undefined,
        'Data files': files(plan.files.dataFiles),
        'Position delete files': files(plan.files.positionDeleteFiles),
        'Equality delete files': files(plan.files.equalityDeleteFiles),
        Manifests: files(plan.files.manifests),
        'Manifest lists': files(plan.files.manifestLists),
        'Statistics files': files(plan.files.statisticsFiles),
      }),
    ].join('\n'),
  result: (result) =>
    formatKeyValues({
      'Data files': some(result.deletedDataFiles),
      'Position delete files': some(result.deletedPositionDeleteFiles),
      'Equality delete files': some(result.deletedEqualityDeleteFiles),
      Manifests: some(result.deletedManifestFiles),
      'Manifest lists': some(result.deletedManifestLists),
      'Statistics files': some(result.deletedStatisticsFiles),
      'Not deleted':
        result.failedDeletes.length > 0 ? `${result.failedDeletes.length}, the first ${result.failedDeletes[0]?.path}` : undefined,
    }),
}
