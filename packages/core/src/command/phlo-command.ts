import {format} from 'node:util'
import {Command, type Config, type Interfaces} from '@oclif/core'
import {catalogSettings} from '../config/catalog-settings.js'
import {loadConfig} from '../config/load.js'
import type {PhloConfig} from '../config/resolve.js'
import {createMasker, mapStrings} from '../config/secrets.js'
import {type ContributionList, listContributions} from '../contributions/list.js'
import {ExitCode, messageOf} from '../errors.js'
import {usage} from '../errors-of-tables.js'
import type {LakehouseResource, LakehouseTable} from '../lakehouse.js'
import type {Explanation, OperationContext, OperationPlan, OperationResult, TableOperation} from '../operation.js'
import {parseTableName} from '../table-name.js'
import {describeFailure, formatFailure} from './failure.js'
import {globalFlags} from './flags.js'
import {createInterruption, type Interruption} from './interruption.js'
import {printDocument, toJson} from './json.js'
import {createProgress, noProgress} from './progress.js'
import {applyPlan, explainOperation, type OperationHost, type OperationOutcome, type OperationView, runOperation} from './run-operation.js'
import {accessControlInForce, loadWatchers, type Watchers} from './services.js'
import {createSession, type Session} from './session.js'
import {processSurroundings, type Surroundings} from './surroundings.js'

/** The flags that this class itself acts on, whichever of them a command has. */
interface KnownFlags {
  readonly catalog?: string
  readonly ref?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly 'no-color'?: boolean
  readonly 'dry-run'?: boolean
  readonly yes?: boolean
  readonly 'plan-out'?: string
}

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
export abstract class PhloCommand<Result = unknown> extends Command {
  static override enableJsonFlag = true
  static override baseFlags = globalFlags

  protected readonly surroundings: Surroundings
  readonly #warnings: string[] = []
  readonly #interruption: Interruption
  #mask = createMasker([])
  readonly #secrets = new Set<string>()
  #flags: KnownFlags = {}
  #failed = false
  #config: Promise<PhloConfig> | undefined
  #contributions: ContributionList | undefined
  #session: Promise<Session> | undefined
  #watchers: Promise<Watchers> | undefined
  #progress = noProgress

  constructor(argv: string[], config: Config) {
    super(argv, config)
    this.surroundings = 'surroundings' in config.options ? (config.options.surroundings as Surroundings) : processSurroundings()
    this.#interruption = createInterruption((message) => this.note(message))
  }

  abstract override run(): Promise<Result>

  /** The configuration as the flags, the environment and the files make it. */
  protected configuration(): Promise<PhloConfig> {
    this.#config ??= loadConfig(this.surroundings, {catalog: this.#flags.catalog})
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

  /** Opens the catalog of this name, or that of `--catalog` and the configuration. It is closed when the command ends. */
  protected async openCatalog(name?: string): Promise<LakehouseResource> {
    this.#session ??= this.configuration().then((config) =>
      createSession({
        config,
        contributions: this.contributions(),
        env: this.surroundings.env,
        signal: this.#interruption.signal,
        onSecrets: (secrets) => this.#hide(secrets),
      }),
    )
    return (await this.#session).open(name)
  }

  /** Opens a table of the catalog in force, at `--ref` unless another ref is given. */
  protected async openTable(name: string, options: {readonly ref?: string | undefined} = {}): Promise<LakehouseTable> {
    const tableName = parseTableName(name)
    const ref = options.ref ?? this.#flags.ref
    return (await this.openCatalog()).getTable(tableName, ref === undefined ? {} : {ref})
  }

  /** Runs an operation as the flags say; see `runOperation`. The command has `writeFlags`, and `refFlag` where a ref makes sense. */
  protected async runOperation<Options, Plan extends OperationPlan, Outcome extends OperationResult, Table extends LakehouseTable>(
    operation: TableOperation<Options, Plan, Outcome, Table>,
    tableName: string,
    options: Options,
    view: OperationView<Plan, Outcome> = {},
  ): Promise<OperationOutcome<Plan, Outcome>> {
    return runOperation(await this.#operationHost(), operation, tableName, options, view)
  }

  /** Does exactly a saved plan (`readPlan`), in the catalog that it names; see `applyPlan`. */
  protected async applyPlan<Options, Plan extends OperationPlan, Outcome extends OperationResult, Table extends LakehouseTable>(
    operation: TableOperation<Options, Plan, Outcome, Table>,
    plan: Plan,
    identity: (table: Table) => string,
    view: OperationView<Plan, Outcome> = {},
  ): Promise<OperationOutcome<Plan, Outcome>> {
    return applyPlan(await this.#operationHost(plan.table.catalog), operation, plan, identity, view)
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
  protected async operationContext(): Promise<OperationContext> {
    this.#watchers ??= loadWatchers(this.contributions()).then((watchers) => {
      for (const warning of watchers.warnings) this.warn(warning)
      return watchers
    })
    const {tracer} = await this.#watchers
    const silent = this.#flags.quiet || this.jsonEnabled()
    if (!silent && this.#progress === noProgress) this.#progress = createProgress(process.stderr, this.surroundings.now)
    this.#interruption.listen()
    return {
      signal: this.#interruption.signal,
      progress: this.#progress,
      clock: {now: this.surroundings.now},
      log: {
        debug: (message) => {
          if (this.#flags.verbose) this.note(message)
        },
        warn: (message) => this.warn(message),
      },
      tracer,
      principal: {name: this.surroundings.user, roles: []},
    }
  }

  /**
   * Asks whether to do what is said. With `--yes` the answer is yes.
   *
   * @throws PhloError `CONFIRMATION_REQUIRED` (exit 2) when there is nobody to ask: no terminal, or `--json`.
   */
  protected async confirm(what: string): Promise<boolean> {
    if (this.#flags.yes) return true
    if (!this.surroundings.interactive || this.jsonEnabled()) {
      throw usage('CONFIRMATION_REQUIRED', `${what} Nobody can be asked here, so this needs --yes.`, ['--yes', '--dry-run'])
    }
    const answer = await this.surroundings.ask(`${this.#mask(what)}\nDo it? [y/N] `, this.#interruption.signal)
    return /^y(es)?$/i.test(answer.trim())
  }

  /** A line for a person on standard error; not under `--quiet` or `--json`. */
  protected note(message: string): void {
    this.#progress.done()
    if (!this.#flags.quiet) this.logToStderr(message)
  }

  override log(message = '', ...args: unknown[]): void {
    this.#progress.done()
    super.log(this.#mask(format(message, ...args)))
  }

  override logToStderr(message = '', ...args: unknown[]): void {
    super.logToStderr(this.#mask(format(message, ...args)))
  }

  // oclif drops warnings under --json; scripts need them, so they travel in the document.
  override warn(input: Error | string): Error | string {
    const message = this.#mask(messageOf(input))
    this.#warnings.push(message)
    if (!this.jsonEnabled()) process.stderr.write(`Warning: ${message}\n`)
    return input
  }

  // The flags say how this class itself behaves, so they are kept as they are parsed.
  protected override async parse<F extends Record<string, unknown>, B extends Record<string, unknown>, A extends Record<string, unknown>>(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv)
    this.#flags = parsed.flags as KnownFlags
    if (this.#flags['no-color']) process.env['NO_COLOR'] = '1'
    return parsed
  }

  // oclif prints no document for a result that is undefined, 0, '' or false.
  protected override async _run<T>(): Promise<T> {
    const result = await super._run<T>()
    if (!result && !this.#failed && this.jsonEnabled()) this.logJson(this.toSuccessJson(result))
    return result
  }

  protected override toSuccessJson(result: unknown): unknown {
    return {result: result ?? null, warnings: this.#warnings}
  }

  // oclif serialises the whole error, which for a bad flag includes the entire configuration of the CLI.
  protected override toErrorJson(error: unknown): unknown {
    const {code, message, suggestions} = this.#describe(error)
    return {error: {code, message, suggestions}, warnings: this.#warnings}
  }

  protected override logJson(document: unknown): void {
    printDocument(mapStrings(toJson(document), this.#mask))
  }

  protected override async catch(error: Error): Promise<void> {
    this.#failed = true
    // Flags that do not parse are no reason for oclif to remind the author of parsing them.
    this.parsed = true
    this.#progress.done()
    const failure = this.#describe(error)
    process.exitCode = failure.exit
    const left = 'code' in error && error.code === 'EEXIT'
    if (this.jsonEnabled()) this.logJson(left && failure.exit === ExitCode.done ? this.toSuccessJson(null) : this.toErrorJson(error))
    else {
      if (!left) process.stderr.write(`${this.#mask(formatFailure(failure))}\n`)
      // oclif's own printing wraps lines and cannot mask; it is left with the exit code.
      throw Object.assign(new Error(this.#mask(failure.message)), {
        code: failure.code,
        suggestions: failure.suggestions,
        oclif: {exit: failure.exit},
        skipOclifErrorHandling: true,
      })
    }
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    this.#progress.done()
    const session = await this.#session?.catch(() => undefined)
    for (const trouble of (await session?.close()) ?? []) this.warn(trouble)
    const watchers = await this.#watchers?.catch(() => undefined)
    for (const provider of watchers?.observability ?? []) {
      await provider.flush().catch((cause: unknown) => this.warn(`${provider.name} did not take what was measured: ${messageOf(cause)}`))
    }
    this.#interruption.stop()
    await super.finally(error)
  }

  #describe(error: unknown) {
    const id = (this.id ?? '').replaceAll(':', ' ')
    const flags = [...Object.keys(this.ctor.flags ?? {}), ...Object.keys(this.ctor.baseFlags ?? {}), 'json']
    return describeFailure(error, {usage: `${this.config.bin} ${id}`.trim(), flags})
  }

  #hide(secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.add(secret)
    this.#mask = createMasker(this.#secrets)
  }

  async #operationHost(catalog?: string): Promise<OperationHost> {
    const config = await this.configuration()
    const {name} = catalogSettings(config, catalog)
    const context = await this.operationContext()
    return {
      flags: {
        dryRun: this.#flags['dry-run'] ?? false,
        yes: this.#flags.yes ?? false,
        planOut: this.#flags['plan-out'],
        ref: this.#flags.ref,
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
