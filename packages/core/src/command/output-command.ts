import {format} from 'node:util'
import {Command, type Config, type Interfaces} from '@oclif/core'
import {createMasker} from '../config/secrets.js'
import {ExitCode, messageOf} from '../errors.js'
import type {Progress} from '../operation.js'
import {describeFailure, formatFailure} from './failure.js'
import {globalFlags} from './flags.js'
import {printDocument} from './json.js'
import {createProgress, noProgress} from './progress.js'
import {processSurroundings, type Surroundings} from './surroundings.js'

/** The flags that the base classes act on, whichever of them a command has. */
export interface KnownFlags {
  readonly catalog?: string
  readonly ref?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly 'no-color'?: boolean
  readonly 'dry-run'?: boolean
  readonly yes?: boolean
  readonly 'plan-out'?: string
}

/** How a command speaks: results, notes, warnings, errors and the one document of `--json`, with every secret masked. */
export abstract class OutputCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = globalFlags

  protected readonly surroundings: Surroundings
  protected knownFlags: KnownFlags = {}
  readonly #warnings: string[] = []
  readonly #secrets = new Set<string>()
  #mask = createMasker([])
  #progress = noProgress
  #failed = false

  constructor(argv: string[], config: Config) {
    super(argv, config)
    this.surroundings = 'surroundings' in config.options ? (config.options.surroundings as Surroundings) : processSurroundings()
  }

  /** Keeps these values out of everything that is printed from here on. */
  protected hide(secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.add(secret)
    this.#mask = createMasker(this.#secrets)
  }

  protected masked(text: string): string {
    return this.#mask(text)
  }

  /** Progress on standard error; nothing under `--quiet` and `--json`. */
  protected progress(): Progress {
    const silent = this.knownFlags.quiet || this.jsonEnabled()
    if (!silent && this.#progress === noProgress) this.#progress = createProgress(process.stderr, this.surroundings.now)
    return this.#progress
  }

  /** A line for a person on standard error; not under `--quiet` or `--json`. */
  protected note(message: string): void {
    if (!this.knownFlags.quiet) this.logToStderr(message)
  }

  override log(message = '', ...args: unknown[]): void {
    this.#progress.done()
    super.log(this.#mask(format(message, ...args)))
  }

  override logToStderr(message = '', ...args: unknown[]): void {
    this.#progress.done()
    super.logToStderr(this.#mask(format(message, ...args)))
  }

  // oclif drops warnings under --json; scripts need them, so they travel in the document.
  override warn(input: Error | string): Error | string {
    const message = this.#mask(messageOf(input))
    this.#progress.done()
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
    this.knownFlags = parsed.flags as KnownFlags
    if (this.knownFlags['no-color']) process.env['NO_COLOR'] = '1'
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
    printDocument(document, this.#mask)
  }

  protected override async catch(error: Error): Promise<void> {
    this.#failed = true
    // Flags that do not parse are no reason for oclif to remind the author of parsing them.
    this.parsed = true
    this.#progress.done()
    const failure = this.#describe(error)
    process.exitCode = failure.exit
    const left = 'code' in error && error.code === 'EEXIT'
    if (this.jsonEnabled()) {
      this.logJson(left && failure.exit === ExitCode.done ? this.toSuccessJson(null) : this.toErrorJson(error))
      return
    }
    if (!left) process.stderr.write(`${this.#mask(formatFailure(failure))}\n`)
    // oclif's own printing wraps lines and cannot mask; it is left with the exit code.
    throw Object.assign(new Error(this.#mask(failure.message)), {
      code: failure.code,
      suggestions: failure.suggestions,
      oclif: {exit: failure.exit},
      skipOclifErrorHandling: true,
    })
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    this.#progress.done()
    await super.finally(error)
  }

  #describe(error: unknown) {
    const id = (this.id ?? '').replaceAll(':', ' ')
    const flags = [...Object.keys(this.ctor.flags ?? {}), ...Object.keys(this.ctor.baseFlags ?? {}), 'json']
    return describeFailure(error, {usage: `${this.config.bin} ${id}`.trim(), flags})
  }
}
