import {Flags} from '@oclif/core'
import {ExitCode, usage} from '@phlo/core'
import {writeFlags} from '@phlo/core/command'
import {currentSchema, evolve, type IcebergTable, inferChanges} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {changeFlags, changesOf} from '../../schema/evolve-flags.js'
import {SchemaCommand} from '../../schema/schema-command.js'
import {comparison} from '../../schema/sides.js'
import {evolveView} from '../../views/evolve.js'

export default class SchemaEvolve extends SchemaCommand<unknown> {
  static override summary = "Changes a table's columns, partition spec and sort order, all in one commit."
  static override description =
    'Changes are made in the order in which they are written, each on what the ones before it left. The dry run says of each whether it is safe, breaks something, or cannot be made, and why. Columns keep their ids, so that no file is rewritten. A path leads to columns in others (address.zip); a name with a dot is put in backquotes.'
  static override examples = [
    '<%= config.bin %> schema evolve sales.orders --add "discount decimal(9,2) comment \'in euros\' after amount" --dry-run',
    '<%= config.bin %> schema evolve sales.orders --rename amount=total --type id=long --allow-breaking',
    '<%= config.bin %> schema evolve sales.orders --require id --identifier id --partition-add "bucket(16, id)"',
    '<%= config.bin %> schema evolve sales.orders --from orders.sql --dry-run',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    ...changeFlags,
    from: Flags.string({
      summary: 'make the columns those of this file or table; what it does not have is dropped',
      helpValue: '<file|table>',
      helpGroup: 'CHANGE',
    }),
    'allow-breaking': Flags.boolean({summary: 'make changes that break readers or writers, too'}),
  }

  async run() {
    const {args, flags, raw} = await this.parse(SchemaEvolve)
    const given = changesOf(raw)
    if (flags.from !== undefined && given.length > 0)
      throw usage('INVALID_OPTION', '--from says what all columns are to be, and goes with no other change.')
    if (flags.from === undefined && given.length === 0) {
      throw usage('NOTHING_TO_CHANGE', `No change of ${args.table} was given.`, ['phlo schema evolve --help'])
    }
    const changes = flags.from === undefined ? given : await this.#changesTo(args.table, flags.from)
    const isAllowed = flags['allow-breaking']
    const isOnlyShown = flags['dry-run'] && flags['plan-out'] === undefined
    const outcome = await this.runOperation(evolve, args.table, {changes, allowBreaking: isAllowed || isOnlyShown}, evolveView)
    if (!isAllowed && outcome.plan?.verdicts.some(({verdict}) => verdict === 'breaking')) {
      this.note('What breaks something is refused without --allow-breaking.')
      process.exitCode = ExitCode.refused
    }
    return outcome
  }

  async #changesTo(name: string, from: string) {
    const table: IcebergTable = await this.openIcebergTable(name)
    const {metadata} = table
    const wanted = await this.schemaSide(from, name)
    this.noteLosses(from, wanted.losses)
    return inferChanges(currentSchema(metadata), wanted.schema, {
      ...comparison({hasIds: true, table}, wanted),
      ...(!wanted.table && {lastColumnId: metadata['last-column-id']}),
    })
  }
}
