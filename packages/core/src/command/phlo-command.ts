import {catalogSettings} from '../config/catalog-settings.js'
import {loadConfig} from '../config/load.js'
import type {PhloConfig} from '../config/resolve.js'
import {type ContributionList, listContributions} from '../contributions/list.js'
import {dependentsOf, enginesOf} from '../contributions/load.js'
import {messageOf} from '../errors.js'
import {usage} from '../errors-of-tables.js'
import type {FileIO} from '../file-io.js'
import type {LakehouseResource} from '../lakehouse.js'
import type {LakehouseTable} from '../lakehouse-table.js'
import type {Explanation, OperationContext, OperationPlan, OperationResult, TableOperation} from '../operation.js'
import {parseTableName} from '../table-name.js'
import {globalFlags} from './flags.js'
import {createInterruption} from './interruption.js'
import {openAllowed} from './open-allowed.js'
import type {OperationHost, OperationOutcome, OperationView} from './operation-host.js'
import {OutputCommand} from './output-command.js'
import {planFresh} from './plan-fresh.js'
import {formatRequests} from './requests.js'
import {applyPlan, explainOperation, runOperation} from './run-operation.js'
import {accessControlInForce, loadWatchers, type Watchers} from './services.js'
import {createSession, type OpenOptions, type Session} from './session.js'

/**
 * What every command of Phlo extends. `run` parses its flags, does its work through the methods below, prints for a person with
 * `this.log`, and returns the data, which is the `result` of the one document that `--json` prints.
 *
 * @example
 * export default class TableShow extends PhloCommand<{location: string}> {
 *   static override args = {table: Args.string({required: true})}
 *   async run() {
 *     const {args} = await this.parse(TableShow)
 *     const {location} = await this.openTable(args.table)
 *     this.log(location)
 *     return {location}
 *   }
 * }
 */
export abstract class PhloCommand<Result = unknown> extends OutputCommand {
  readonly #interruption = createInterruption((message) => this.note(message))
  #config: Promise<PhloConfig> | undefined
  #contributions: ContributionList | undefined
  #session: Promise<Session> | undefined
  #watchers: Promise<Watchers> | undefined

  abstract override run(): Promise<Result>

  /** The configuration as the flags, the environment and the files make it. */
  protected configuration(): Promise<PhloConfig> {
    this.#config ??= loadConfig(this.surroundings, {catalog: this.knownFlags.catalog})
    return this.#config
  }

  /** What the installed plugins contribute; what is wrong with any of them is a warning, once. */
  protected contributions(): ContributionList {
    if (!this.#contributions) {
      this.#contributions = listContributions(this.config.getPluginsList())
      for (const warning of this.#contributions.warnings) this.warn(warning)
    }
    return this.#contributions
  }

  /**
   * Opens the catalog of this name, or that of `--catalog` and the configuration, at `--ref` where it has references of its own. It is
   * closed when the command ends. An interrupt ends what it is asked, unless it is opened for what has to be undone then.
   *
   * @throws PhloError `CATALOG_WITHOUT_REFS` (exit 2) for a `--ref` that neither the catalog nor the command knows what to do with
   */
  protected async openCatalog(name?: string, options: OpenOptions = {}): Promise<LakehouseResource> {
    const catalog = await (await this.#opened()).open(name, options)
    const own = this.ctor.flags?.['ref']
    const isOfTables = own !== undefined && own !== globalFlags.ref
    if (this.knownFlags.ref !== undefined && !catalog.branches && !isOfTables) {
      throw usage('CATALOG_WITHOUT_REFS', `Catalog ${catalog.name} has no branches and tags of its own, so --ref means nothing here.`, [
        `phlo ${(this.id ?? '').replaceAll(':', ' ')} --help`,
      ])
    }
    return catalog
  }

  /** Storage outside of tables, reached as that catalog, or the one in force, reaches its own; it is closed with the command. */
  protected async openStorage(path: string, catalog?: string): Promise<FileIO> {
    return (await this.#opened()).storage(path, catalog)
  }

  #opened(): Promise<Session> {
    this.#session ??= this.configuration().then((config) =>
      createSession({
        config,
        contributions: this.contributions(),
        env: this.surroundings.env,
        ref: this.knownFlags.ref,
        signal: this.#interruption.signal,
        onSecrets: (secrets) => this.hide(secrets),
      }),
    )
    return this.#session
  }

  /** Opens a table of the catalog in force, at `--ref` unless another ref is given. */
  protected async openTable(name: string, options: {readonly ref?: string | undefined} = {}): Promise<LakehouseTable> {
    const tableName = parseTableName(name)
    const ref = options.ref ?? this.knownFlags.ref
    return (await this.openCatalog()).getTable(tableName, ref === undefined ? {} : {ref})
  }

  /** Runs an operation as the flags say; see `runOperation`. The command has `writeFlags`, and `refFlag` where a ref makes sense. */
  protected async runOperation<Options, Plan extends OperationPlan, Outcome extends OperationResult, Table extends LakehouseTable>(
    operation: TableOperation<Options, Plan, Outcome, Table>,
    tableName: string,
    options: Options,
    view: OperationView<Plan, Outcome> = {},
  ): Promise<OperationOutcome<Plan, Outcome>> {
    return this.#counted(await runOperation(await this.#operationHost(), operation, tableName, options, view))
  }

  /** What an operation would do, and nothing else: for a command that does several things at once. A denied principal learns nothing. */
  protected async planOperation<Options, Plan extends OperationPlan, Outcome extends OperationResult, Table extends LakehouseTable>(
    operation: TableOperation<Options, Plan, Outcome, Table>,
    tableName: string,
    options: Options,
  ): Promise<Plan> {
    const host = await this.#operationHost()
    return (await planFresh(operation, await openAllowed(host, operation, tableName), options, host.context)).plan
  }

  /** Does exactly a saved plan (`readPlan`), in the catalog that it names; see `applyPlan`. */
  protected async applyPlan<Options, Plan extends OperationPlan, Outcome extends OperationResult, Table extends LakehouseTable>(
    operation: TableOperation<Options, Plan, Outcome, Table>,
    plan: Plan,
    identity: (table: Table) => string,
    view: OperationView<Plan, Outcome> = {},
  ): Promise<OperationOutcome<Plan, Outcome>> {
    return this.#counted(await applyPlan(await this.#operationHost(plan.table.catalog), operation, plan, identity, view))
  }

  /** Why an operation would or would not touch each file; see `explainOperation`. */
  protected async *explainOperation<Options, Plan extends OperationPlan, Outcome extends OperationResult, Table extends LakehouseTable>(
    operation: TableOperation<Options, Plan, Outcome, Table>,
    tableName: string,
    options: Options,
  ): AsyncGenerator<Explanation> {
    yield* explainOperation(await this.#operationHost(), operation, tableName, options)
  }

  /** What operations and long work need. From here on an interrupt lets the step in hand finish or be undone. */
  protected async operationContext(catalog?: string): Promise<OperationContext> {
    this.#watchers ??= loadWatchers(this.contributions()).then((watchers) => {
      for (const warning of watchers.warnings) this.warn(warning)
      return watchers
    })
    const {tracer} = await this.#watchers
    this.#interruption.listen()
    return {
      signal: this.#interruption.signal,
      progress: this.progress(),
      clock: {now: this.surroundings.now},
      log: {
        debug: (message) => {
          if (this.knownFlags.verbose) this.note(message)
        },
        warn: (message) => this.warn(message),
      },
      tracer,
      principal: {name: this.surroundings.user, roles: []},
      storage: (path) => this.openStorage(path, catalog),
      engines: enginesOf(this.contributions()),
      dependents: dependentsOf(this.contributions()),
    }
  }

  /**
   * Asks whether to do what is said. With `--yes` the answer is yes.
   *
   * @throws PhloError `CONFIRMATION_REQUIRED` (exit 2) when there is nobody to ask: no terminal, or `--json`.
   */
  protected async confirm(what: string): Promise<boolean> {
    if (this.knownFlags.yes) return true
    if (!this.surroundings.interactive || this.jsonEnabled()) {
      throw usage('CONFIRMATION_REQUIRED', `${what} Nobody can be asked here, so this needs --yes.`, ['--yes', '--dry-run'])
    }
    const answer = await this.surroundings.ask(`${this.masked(what)}\nDo it? [y/N] `, this.#interruption.signal)
    return /^y(es)?$/i.test(answer.trim())
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    const session = await this.#session?.catch(() => undefined)
    for (const trouble of (await session?.close()) ?? []) this.warn(trouble)
    const requests = session?.requests()
    if (requests && this.knownFlags.verbose) this.note(formatRequests(requests))
    const watchers = await this.#watchers?.catch(() => undefined)
    for (const provider of watchers?.observability ?? []) {
      await provider.flush().catch((cause: unknown) => this.warn(`${provider.name} did not take what was measured: ${messageOf(cause)}`))
    }
    this.#interruption.stop()
    await super.finally(error)
  }

  async #counted<Plan, Outcome>(outcome: OperationOutcome<Plan, Outcome>): Promise<OperationOutcome<Plan, Outcome>> {
    const requests = (await this.#session)?.requests()
    return requests ? {...outcome, requests} : outcome
  }

  async #operationHost(catalog?: string): Promise<OperationHost> {
    const config = await this.configuration()
    const {name} = catalogSettings(config, catalog)
    const context = await this.operationContext(name)
    return {
      flags: {
        dryRun: this.knownFlags['dry-run'] ?? false,
        planOut: this.knownFlags['plan-out'],
        ref: this.knownFlags.ref,
      },
      context,
      access: await accessControlInForce(config, this.contributions()),
      watchers: (await this.#watchers) ?? (await loadWatchers(this.contributions())),
      cwd: this.surroundings.cwd,
      catalog: name,
      openTable: async (table, ref) => (await this.openCatalog(name)).getTable(parseTableName(table), ref === undefined ? {} : {ref}),
      show: (text) => this.log(text),
      tell: (text) => this.note(text),
      warn: (text) => void this.warn(text),
      confirm: (what) => this.confirm(what),
    }
  }
}
