import {Args} from '@oclif/core'
import {ExitCode, formatTableName, formatTimestamp, PhloError} from '@phlo/core'
import {formatKeyValues} from '@phlo/core/command'
import {type SnapshotRow, snapshotRows} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class SnapshotShow extends IcebergCommand<SnapshotRow> {
  static override summary = 'Shows one snapshot: what it did, and what it reads from.'
  static override examples = [
    '<%= config.bin %> snapshot show sales.orders 3051729675574597004',
    '<%= config.bin %> snapshot show sales.orders main',
  ]
  static override args = {table: tableArg, snapshot: Args.string({description: 'id of the snapshot, or a branch or tag', required: true})}

  async run() {
    const {args} = await this.parse(SnapshotShow)
    const table = await this.openIcebergTable(args.table)
    const snapshot = snapshotRows(table).find(({id, refs}) => id === args.snapshot || refs.includes(args.snapshot))
    if (!snapshot) {
      throw new PhloError(`${formatTableName(table.name)} has no snapshot, branch or tag ${args.snapshot}.`, {
        code: 'SNAPSHOT_NOT_FOUND',
        exit: ExitCode.usage,
        suggestions: [`phlo snapshot list ${formatTableName(table.name)}`],
      })
    }
    const {operation: _shownAbove, ...summary} = snapshot.summary
    this.log(
      formatKeyValues({
        Snapshot: snapshot.id,
        Parent: snapshot.parentId ?? 'none',
        Made: formatTimestamp(snapshot.timestamp),
        Operation: snapshot.operation,
        Refs: snapshot.refs.join(', ') || 'none',
        Sequence: snapshot.sequenceNumber,
        Schema: snapshot.schemaId,
        'Manifest list': snapshot.manifestList,
        ...summary,
      }),
    )
    return snapshot
  }
}
