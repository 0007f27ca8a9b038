import {formatTimestamp} from '@phlo/core'
import {formatKeyValues, formatTable, refFlag} from '@phlo/core/command'
import {describeTable, type TableDescription} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'

export default class TableShow extends IcebergCommand<TableDescription> {
  static override summary = 'Shows a table: schema, partition spec, sort order, current snapshot, properties.'
  static override examples = ['<%= config.bin %> table show sales.orders', '<%= config.bin %> table show sales.orders --json']
  static override args = {table: tableArg}
  static override flags = {ref: refFlag}

  async run() {
    const {args} = await this.parse(TableShow)
    const description = describeTable(await this.openIcebergTable(args.table))
    const {columns, properties, snapshot, updatedAt, ...rest} = description
    this.log(
      formatKeyValues({
        Table: rest.table,
        Format: `Iceberg v${rest.formatVersion}`,
        UUID: rest.uuid,
        Location: rest.location,
        Metadata: rest.metadataLocation,
        Partitioned: rest.partitionSpec || 'no',
        Sorted: rest.sortOrder || 'no',
        Snapshot: snapshot === null ? 'none' : `${snapshot.id} (${snapshot.operation}, ${formatTimestamp(snapshot.timestamp)})`,
        Updated: formatTimestamp(updatedAt),
      }),
    )
    this.log()
    this.log(
      formatTable(columns, [
        {header: 'id', value: ({id}) => id},
        {header: 'column', value: ({name}) => name},
        {header: 'type', value: ({type}) => type},
        {header: 'null', value: ({required}) => (required ? 'no' : 'yes')},
        {header: 'doc', value: ({doc}) => doc},
      ]),
    )
    const entries = Object.entries(properties)
    if (entries.length > 0) this.log(`\n${formatKeyValues(Object.fromEntries(entries))}`)
    return description
  }
}
