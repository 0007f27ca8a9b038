import {formatBytes, formatCount, type PlannedFile} from '@phlo/core'
import {formatKeyValues, type OperationView} from '@phlo/core/command'
import type {PickPlan, PickResult} from '@phlo/iceberg'

const files = (list: readonly PlannedFile[]) =>
  `${formatCount(list.length)} files, ${formatBytes(list.reduce((sum, {size}) => sum + size, 0))}`

/** What the picked snapshot adds and removes. */
export const pickView: OperationView<PickPlan, PickResult> = {
  plan: ({added, removed, fastForward}) =>
    formatKeyValues({How: fastForward ? 'the branch moves to it' : 'a new snapshot', Added: files(added), Removed: files(removed)}),
  result: ({addedFiles, removedFiles}) =>
    formatKeyValues({'Added files': formatCount(addedFiles), 'Removed files': formatCount(removedFiles)}),
}
