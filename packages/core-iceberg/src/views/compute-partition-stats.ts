import {formatCount} from '@phlo/core'
import {formatKeyValues, type OperationView} from '@phlo/core/command'
import type {ComputePartitionStatsPlan, ComputePartitionStatsResult} from '@phlo/iceberg'

/** What was counted, and from where on. */
export const computePartitionStatsView: OperationView<ComputePartitionStatsPlan, ComputePartitionStatsResult> = {
  destructive: false,
  plan: ({previous, countedFrom}) =>
    formatKeyValues({'Counted on from': countedFrom ?? 'nothing', 'Takes the place of': previous ?? undefined}),
  result: ({partitions, isIncremental, statisticsFile}) =>
    formatKeyValues({
      Partitions: formatCount(partitions),
      Counted: isIncremental ? 'what has changed' : 'everything',
      Statistics: statisticsFile ?? undefined,
    }),
}
