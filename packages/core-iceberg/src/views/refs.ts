import {formatDuration} from '@phlo/core'
import {formatTable} from '@phlo/core/command'
import {type IcebergTable, type RefRow, refRows} from '@phlo/iceberg'

const age = (milliseconds: number | null) => (milliseconds === null ? null : formatDuration(milliseconds))

/** Branches and tags with their retention. */
export function refTable(refs: readonly RefRow[]): string {
  return formatTable(refs, [
    {header: 'ref', value: ({name}) => name},
    {header: 'type', value: ({type}) => type},
    {header: 'snapshot', value: ({snapshotId}) => snapshotId},
    {header: 'max ref age', value: ({maxRefAge}) => age(maxRefAge)},
    {header: 'max snapshot age', value: ({maxSnapshotAge}) => age(maxSnapshotAge)},
    {header: 'min snapshots', value: ({minSnapshotsToKeep}) => minSnapshotsToKeep},
  ])
}

/** Only the branches, or only the tags. */
export const refsOfType = (table: IcebergTable, type: RefRow['type']) => refRows(table).filter((ref) => ref.type === type)
