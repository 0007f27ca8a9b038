import {Flags} from '@oclif/core'
import {formatCount, formatTimestamp} from '@phlo/core'
import {formatTable} from '@phlo/core/command'
import {ancestorIds, headOf, type SnapshotRow, snapshotRows} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

const figure = (summary: SnapshotRow['summary'], key: string) => (summary[key] === undefined ? null : formatCount(Number(summary[key])))

export default class SnapshotList extends IcebergCommand<{snapshots: readonly SnapshotRow[]}> {
  static override summary = 'Lists the snapshots of a table, oldest first.'
  static override examples = [
    '<%= config.bin %> snapshot list sales.orders',
    '<%= config.bin %> snapshot list sales.orders --ancestors --ref audit --json',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ancestors: Flags.boolean({summary: 'only those that led to the head of main, or of --ref'}),
    ref: Flags.string({summary: 'branch or tag to work on; main when left out', dependsOn: ['ancestors'], helpValue: '<name>'}),
  }

  async run() {
    const {args, flags} = await this.parse(SnapshotList)
    const table = await this.openIcebergTable(args.table)
    const ancestors = flags.ancestors ? ancestorIds(table, headOf(table)) : undefined
    const snapshots = snapshotRows(table).filter(({id}) => ancestors?.has(BigInt(id)) ?? true)
    if (snapshots.length === 0)
      this.note(flags.ancestors ? `${table.ref} has no snapshots.` : 'The table has no snapshots: nothing was ever written to it.')
    else
      this.log(
        formatTable(snapshots, [
          {header: 'snapshot', value: ({id}) => id},
          {header: 'made', value: ({timestamp}) => formatTimestamp(timestamp)},
          {header: 'operation', value: ({operation}) => operation},
          {header: '+files', value: ({summary}) => figure(summary, 'added-data-files')},
          {header: '-files', value: ({summary}) => figure(summary, 'deleted-data-files')},
          {header: 'files', value: ({summary}) => figure(summary, 'total-data-files')},
          {header: 'rows', value: ({summary}) => figure(summary, 'total-records')},
          {header: 'refs', value: ({refs}) => refs.join(', ')},
        ]),
      )
    return {snapshots}
  }
}
