import {formatDuration} from '@phlo/core'
import {formatTable} from '@phlo/core/command'
import {type RefRow, refRows} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

const age = (milliseconds: number | null) => (milliseconds === null ? null : formatDuration(milliseconds))

export default class TableRefs extends IcebergCommand<{refs: readonly RefRow[]}> {
  static override summary = 'Lists the branches and tags of a table.'
  static override examples = ['<%= config.bin %> table refs sales.orders']
  static override args = {table: tableArg}

  async run() {
    const {args} = await this.parse(TableRefs)
    const refs = refRows(await this.openIcebergTable(args.table))
    if (refs.length === 0) this.note('The table has no refs: it has no snapshot.')
    else {
      this.log(
        formatTable(refs, [
          {header: 'ref', value: ({name}) => name},
          {header: 'type', value: ({type}) => type},
          {header: 'snapshot', value: ({snapshotId}) => snapshotId},
          {header: 'max ref age', value: ({maxRefAge}) => age(maxRefAge)},
          {header: 'max snapshot age', value: ({maxSnapshotAge}) => age(maxSnapshotAge)},
          {header: 'min snapshots', value: ({minSnapshotsToKeep}) => minSnapshotsToKeep},
        ]),
      )
    }
    return {refs}
  }
}
