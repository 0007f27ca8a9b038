import {Flags} from '@oclif/core'
import {ExitCode, type SchemaVerdict} from '@phlo/core'
import {judgeChanges} from '@phlo/iceberg'
import {readDeclared} from '../../schema/declarations.js'
import {existing} from '../../schema/plan-schemas.js'
import {SchemaCommand} from '../../schema/schema-command.js'
import {wantedChanges} from '../../schema/wanted-changes.js'
import {verdictsText} from '../../views/evolve.js'

interface Drift {
  readonly table: string
  readonly source: string
  readonly state: 'as declared' | 'missing' | 'drifted'
  /** What would bring it back. */
  readonly changes: readonly SchemaVerdict[]
}

export default class SchemaDrift extends SchemaCommand<{drifted: boolean; tables: readonly Drift[]}> {
  static override summary = 'Reports tables that are not what files declare, and exits with 1 when there are any. For CI.'
  static override examples = [
    '<%= config.bin %> schema drift -f schemas/',
    '<%= config.bin %> schema drift -f schemas/orders.yaml --prune=false --json',
  ]
  static override flags = {
    file: Flags.string({
      char: 'f',
      summary: 'files that declare tables, or folders of such',
      multiple: true,
      required: true,
      helpValue: '<file>',
    }),
    prune: Flags.option({options: ['true', 'false'] as const})({summary: 'count columns that are not declared', default: 'true'}),
  }

  async run() {
    const {flags} = await this.parse(SchemaDrift)
    const declared = await readDeclared(this.contributions(), this.surroundings.cwd, flags.file)
    const context = await this.operationContext()
    const tables: Drift[] = []
    for (const {table, source, schema} of declared) {
      this.noteLosses(table, schema.losses)
      const found = await existing({openTable: (name) => this.openIcebergTable(name)}, table)
      const changes = found ? await judgeChanges(found, wantedChanges(found, schema, {prune: flags.prune === 'true'}), context) : []
      tables.push({table, source, state: !found ? 'missing' : changes.length === 0 ? 'as declared' : 'drifted', changes})
    }
    const drifted = tables.some(({state}) => state !== 'as declared')
    for (const {table, source, state, changes} of tables) {
      this.log(`${table} (${source}): ${state}`)
      if (changes.length > 0) this.log(verdictsText(changes).replaceAll(/^/gm, '  '))
    }
    if (drifted) {
      process.exitCode = ExitCode.failed
      this.note(`Bring them back with: phlo schema apply ${flags.file.map((name) => `-f ${name}`).join(' ')}${this.placeTyped()}`)
    }
    return {drifted, tables}
  }
}
