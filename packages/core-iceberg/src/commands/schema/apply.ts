import {resolve} from 'node:path'
import {Flags} from '@oclif/core'
import {type LakehouseResource, refused, usage} from '@phlo/core'
import {writeFlags} from '@phlo/core/command'
import {evolve, type IcebergTable} from '@phlo/iceberg'
import {createPlanned} from '../../schema/create-declared.js'
import {readDeclared} from '../../schema/declarations.js'
import {planSchemas} from '../../schema/plan-schemas.js'
import {SchemaCommand} from '../../schema/schema-command.js'
import {type PlannedSchema, readSchemasPlan, type SchemasPlan} from '../../schema/schemas-plan.js'
import {evolveView} from '../../views/evolve.js'
import {schemasSummary, schemasText} from '../../views/schemas-plan.js'
import {writeNewFile} from '../../write-new-file.js'

interface Result {
  readonly outcome: 'planned' | 'saved' | 'nothing-to-do' | 'done'
  readonly summary: string
  readonly tables: readonly {readonly table: string; readonly source: string; readonly action: PlannedSchema['action']}[]
  /** With `--dry-run`. */
  readonly plan?: SchemasPlan
  readonly planFile?: string
}

export default class SchemaApply extends SchemaCommand<Result> {
  static override summary = 'Makes tables what files declare: columns, docs, partitions, sort order, properties. Twice is as good as once.'
  static override description =
    'Tables that are not there are created. Each table is changed in one commit, in the order of their names; when one fails, or somebody else changes it meanwhile, those before it are done, and the same command goes on with the rest. Renames are declared (renamed-from) and never guessed. What a file leaves out of partitions, sort order and properties stays as it is.'
  static override examples = [
    '<%= config.bin %> schema apply -f schemas/ --dry-run',
    '<%= config.bin %> schema apply -f schemas/orders.yaml schemas/customers.yaml --yes',
    '<%= config.bin %> schema apply -f contracts/orders.odcs.yaml --yes',
    '<%= config.bin %> schema apply -f schemas/ --plan-out schemas.plan.json',
    '<%= config.bin %> schema apply --plan schemas.plan.json --yes',
    '<%= config.bin %> schema apply -f schemas/ --ref dev --yes',
  ]
  static override flags = {
    ...writeFlags,
    'plan-out': Flags.string({summary: 'save the plan to this new file instead of doing it; --plan does it later', helpValue: '<file>'}),
    file: Flags.string({
      char: 'f',
      summary: 'files that declare tables, or folders of such',
      multiple: true,
      helpValue: '<file>',
      exactlyOne: ['file', 'plan'],
    }),
    plan: Flags.string({summary: 'do exactly what this plan says, which --plan-out saved', helpValue: '<file>', exclusive: ['plan-out']}),
    prune: Flags.option({options: ['true', 'false'] as const})({summary: 'drop columns that are not declared', default: 'true'}),
    'allow-breaking': Flags.boolean({summary: 'make changes that break readers or writers, too'}),
  }

  async run(): Promise<Result> {
    const {flags} = await this.parse(SchemaApply)
    const plan = flags.plan === undefined ? await this.#planned(flags) : await this.#saved(flags.plan)
    const summary = schemasSummary(plan.tables)
    const tables = plan.tables.map(({table, source, action}) => ({table, source, action}))
    const left = plan.tables.filter(({action}) => action !== 'none')
    this.log(schemasText(plan.tables))
    this.log(summary)
    if (flags['plan-out'] !== undefined) {
      const planFile = await writeNewFile(this.surroundings.cwd, flags['plan-out'], `${JSON.stringify(plan, null, 2)}\n`)
      this.note(`Saved, not done. Do it with: phlo schema apply --plan ${flags['plan-out']}${this.placeTyped()}`)
      return {outcome: 'saved', summary, tables, planFile}
    }
    if (flags['dry-run']) {
      if (left.length > 0) this.note('Nothing was changed: this was a dry run.')
      return {outcome: 'planned', summary, tables, plan}
    }
    if (left.length === 0) return {outcome: 'nothing-to-do', summary, tables}
    if (!(await this.confirm(`${plan.catalog}: ${summary}.`))) throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
    await this.#carryOut(left)
    return {outcome: 'done', summary, tables}
  }

  async #planned(flags: {file?: string[] | undefined; prune: string; 'allow-breaking': boolean}): Promise<SchemasPlan> {
    const declared = await readDeclared(this.contributions(), this.surroundings.cwd, flags.file ?? [])
    for (const {table, schema} of declared) this.noteLosses(table, schema.losses)
    const catalog = await this.openCatalog()
    const ref = await branchIn(catalog)
    const allowBreaking = flags['allow-breaking']
    const tables = await planSchemas(declared, {
      catalog,
      openTable: (name) => this.openIcebergTable(name),
      planChanges: (name, changes, restate) => this.planOperation(evolve, name, {changes, allowBreaking, exact: true, restate}),
      prune: flags.prune === 'true',
    })
    const createdAt = new Date(this.surroundings.now()).toISOString()
    return {$type: '@phlo/schemas-plan', contract: 1, catalog: catalog.name, ref, createdAt, tables}
  }

  /** A plan is for the branch that it was made on, and for no other. */
  async #saved(file: string): Promise<SchemasPlan> {
    const plan = await readSchemasPlan(resolve(this.surroundings.cwd, file))
    const {catalog, ref} = plan
    const now = await this.openCatalog()
    const here = await branchIn(now)
    if (now.name === catalog && here === ref) return plan
    const place = (name: string, at: string | null) => (at === null ? `catalog ${name}` : `catalog ${name} at ${at}`)
    throw usage('INVALID_PLAN', `The plan was made for ${place(catalog, ref)}, and this is ${place(now.name, here)}.`, [
      `--catalog ${catalog}${ref === null ? '' : ` --ref ${ref}`}`,
    ])
  }

  async #carryOut(tables: readonly PlannedSchema[]): Promise<void> {
    const catalog = await this.openCatalog()
    const {signal} = await this.operationContext()
    for (const [index, planned] of tables.entries()) {
      try {
        signal.throwIfAborted()
        if (planned.action === 'create') await createPlanned(catalog, planned.table, planned.create)
        else if (planned.action === 'change') {
          await this.applyPlan(evolve, planned.change, (table: IcebergTable) => table.metadata['table-uuid'], evolveView)
        }
        if (planned.action === 'create') this.log(`${planned.table} is created`)
      } catch (error) {
        const rest = tables.length - index
        if (tables.length > 1)
          this.note(`${index} of ${tables.length} tables were done before this. The same command goes on with the other ${rest}.`)
        throw error
      }
    }
  }
}

/** The branch of the whole catalog that is changed; null where it has none. */
const branchIn = async ({branches}: LakehouseResource): Promise<string | null> => (await branches?.writable()) ?? null
