import {formatTimestamp, hasCode, type LakehouseView, parseTableName} from '@phlo/core'
import {formatKeyValues, refFlag} from '@phlo/core/command'
import {describeTable, describeView, type IcebergTable, type IcebergView, type TableDescription, type ViewDescription} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {columnTable, viewText} from '../../views/view.js'

export default class TableShow extends IcebergCommand<TableDescription | ViewDescription> {
  static override summary =
    'Shows a table: schema, partition spec, sort order, current snapshot, properties. Of a view: schema, SQL, version, properties.'
  static override examples = ['<%= config.bin %> table show sales.orders', '<%= config.bin %> table show sales.orders --json']
  static override args = {table: tableArg}
  static override flags = {ref: refFlag}

  async run() {
    const {args} = await this.parse(TableShow)
    const found = await this.#tableOrView(args.table)
    if ('view' in found) {
      const description = describeView(found.view)
      this.log(viewText(description))
      return description
    }
    const description = describeTable(found.table)
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
    this.log(columnTable(columns))
    const entries = Object.entries(properties)
    if (entries.length > 0) this.log(`\n${formatKeyValues(Object.fromEntries(entries))}`)
    return description
  }

  /** What is no table may be a view; whoever asks for a table pays nothing for that. */
  async #tableOrView(name: string): Promise<{readonly table: IcebergTable} | {readonly view: IcebergView}> {
    try {
      return {table: await this.openIcebergTable(name)}
    } catch (error) {
      const view = hasCode(error, 'TABLE_NOT_FOUND') ? await this.#viewOf(name) : undefined
      if (view?.format !== 'iceberg') throw error
      return {view: view as IcebergView}
    }
  }

  async #viewOf(name: string): Promise<LakehouseView | undefined> {
    try {
      return await (await this.openCatalog()).getView?.(parseTableName(name))
    } catch (error) {
      if (hasCode(error, 'VIEW_NOT_FOUND') || hasCode(error, 'NOT_SUPPORTED_BY_CATALOG')) return undefined
      throw error
    }
  }
}
