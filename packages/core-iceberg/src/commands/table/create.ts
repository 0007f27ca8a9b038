import {Flags} from '@oclif/core'
import {formatTableName, parseTableName} from '@phlo/core'
import {formatKeyValues, writeFlags} from '@phlo/core/command'
import {describeTable, type IcebergTable, parsePartitionSpec, parseSortOrder, type TableDescription} from '@phlo/iceberg'
import {parsePairs, tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {schemaFrom} from '../../schema-from.js'

export default class TableCreate extends IcebergCommand<TableDescription | {outcome: 'planned'; summary: string}> {
  static override summary = 'Creates an empty table.'
  static override description =
    'The schema is written as "name: type" pairs, with "not null" for required columns, or taken from a Parquet file or a JSON file with an Iceberg schema. Types: boolean, int, long, float, double, decimal(9,2), date, time, timestamp, timestamptz, string, uuid, fixed[16], binary, list<…>, map<…, …>, struct<name: type, …>.'
  static override examples = [
    '<%= config.bin %> table create sales.orders --schema "id: long not null, at: timestamp, amount: decimal(9,2)" --partition-by "month(at)"',
    '<%= config.bin %> table create sales.orders --from orders.parquet --property write.target-file-size-bytes=268435456',
  ]
  static override args = {table: tableArg}
  static override flags = {
    schema: Flags.string({summary: 'columns, as "name: type, …"', exactlyOne: ['schema', 'from'], helpValue: '<columns>'}),
    from: Flags.string({summary: 'take the schema of this .parquet or .json file', helpValue: '<file>'}),
    'partition-by': Flags.string({summary: 'partition fields, such as "month(at), bucket(16, id)"', helpValue: '<fields>'}),
    'sort-by': Flags.string({summary: 'sort order, such as "at desc nulls last, id"', helpValue: '<fields>'}),
    location: Flags.string({summary: 'where its files go; below the warehouse when left out', helpValue: '<uri>'}),
    property: Flags.string({summary: 'table property, as key=value; may be given several times', multiple: true, helpValue: '<key=value>'}),
    'dry-run': writeFlags['dry-run'],
  }

  async run() {
    const {args, flags} = await this.parse(TableCreate)
    const name = parseTableName(args.table)
    const schema = await schemaFrom(flags, this.surroundings.cwd, (path) => this.openStorage(path))
    const properties = parsePairs(flags.property)
    const request = {
      schema,
      ...(flags['partition-by'] !== undefined && {partitionSpec: parsePartitionSpec(flags['partition-by'], schema)}),
      ...(flags['sort-by'] !== undefined && {sortOrder: parseSortOrder(flags['sort-by'], schema)}),
      ...(flags.location !== undefined && {location: flags.location}),
      properties,
    }
    const catalog = await this.openCatalog()
    if (flags['dry-run']) {
      const summary = `create ${formatTableName(name)} in catalog ${catalog.name} with ${schema.fields.length} columns`
      this.log(summary)
      return {outcome: 'planned' as const, summary}
    }
    const description = describeTable((await catalog.createTable(name, request)) as IcebergTable)
    this.log(
      formatKeyValues({Created: description.table, Location: description.location, Undo: `phlo table drop ${description.table} --purge`}),
    )
    return description
  }
}
