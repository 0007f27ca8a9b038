import {Flags} from '@oclif/core'
import {
  allowAll,
  type CatalogSettings,
  catalogSettings,
  configuredCatalogs,
  ExitCode,
  formatDuration,
  hasCode,
  maskUrls,
  messageOf,
  noTracing,
  type PhloConfig,
} from '@phlo/core'
import {accessControlInForce, formatKeyValues, formatTable, loadWatchers, PhloCommand} from '@phlo/core/command'
import {measureClockSkew, TOLERATED_SKEW} from '../clock-skew.js'

/** Longer than a person waits, shorter than a firewall that drops packets. Milliseconds. */
const PATIENCE = 10_000

interface CatalogHealth {
  readonly name: string
  readonly type: string
  readonly state: 'reachable' | 'unreachable' | 'not installed'
  /** Milliseconds until it answered; null when it did not. */
  readonly milliseconds: number | null
  readonly reason: string | null
  /** Milliseconds that its server's clock is ahead of ours; null when it does not tell the time. */
  readonly clockSkew: number | null
}

interface DoctorReport {
  readonly version: string
  readonly node: string
  readonly platform: string
  readonly safeMode: boolean
  readonly plugins: readonly {
    readonly name: string
    readonly version: string
    readonly type: string
    readonly contributes: readonly string[]
  }[]
  readonly configuration: PhloConfig['files']
  readonly catalogs: readonly CatalogHealth[]
  readonly accessControl: string
  readonly tracing: string
}

export default class Doctor extends PhloCommand<DoctorReport> {
  static override summary = 'Checks the installation: versions, plugins, configuration, and whether the catalog and its warehouse answer.'
  static override description = 'Exits with 3 when something that is configured cannot be reached.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --all --json']
  static override flags = {all: Flags.boolean({summary: 'ask every configured catalog, not only the one in force'})}

  async run(): Promise<DoctorReport> {
    const {flags} = await this.parse(Doctor)
    const config = await this.configuration()
    const names = flags.all ? configuredCatalogs(config) : [catalogSettings(config).name]
    const catalogs = await Promise.all(names.map((name) => this.#health(catalogSettings(config, name), isBuiltIn(config, name))))
    const report: DoctorReport = {
      version: this.config.version,
      node: process.versions.node,
      platform: `${this.config.platform}-${this.config.arch}`,
      safeMode: this.surroundings.env['PHLO_SAFE_MODE'] === '1',
      plugins: this.#plugins(),
      configuration: config.files,
      catalogs,
      accessControl: await this.#accessControl(config),
      tracing: await this.#tracing(),
    }
    this.log(render(report))
    if (catalogs.some(({state}) => state === 'unreachable')) process.exitCode = ExitCode.unavailable
    return report
  }

  #plugins(): DoctorReport['plugins'] {
    const {contributions} = this.contributions()
    return this.config
      .getPluginsList()
      .sort((left, right) => (left.name < right.name ? -1 : 1))
      .map(({name, version, type}) => ({
        name,
        version,
        type,
        contributes: contributions.filter(({plugin}) => plugin === name).map((contribution) => `${contribution.kind}/${contribution.name}`),
      }))
  }

  async #health(settings: CatalogSettings, builtIn: boolean): Promise<CatalogHealth> {
    const {name, type, properties} = settings
    const started = this.surroundings.now()
    const clockSkew = await this.#clockSkew(settings)
    try {
      await withinPatience(this.openCatalog(name).then((catalog) => catalog.check()))
      return {name, type, state: 'reachable', milliseconds: this.surroundings.now() - started, reason: null, clockSkew}
    } catch (error) {
      // What nobody configured is not missed.
      const state = builtIn && hasCode(error, 'CONTRIBUTION_NOT_FOUND') ? 'not installed' : 'unreachable'
      const at = properties['uri'] ? ` (${maskUrls(properties['uri'])})` : ''
      return {name, type, state, milliseconds: null, reason: `${messageOf(error)}${state === 'unreachable' ? at : ''}`, clockSkew}
    }
  }

  async #clockSkew({name, properties}: CatalogSettings): Promise<number | null> {
    const url = [properties['s3.endpoint'], properties['uri']].find((candidate) => candidate && /^https?:\/\//.test(candidate))
    const skew = url === undefined ? undefined : await measureClockSkew(url, this.surroundings.now, AbortSignal.timeout(PATIENCE))
    if (skew !== undefined && Math.abs(skew) > TOLERATED_SKEW) {
      this.warn(
        `The clock of catalog ${name}'s server is ${formatDuration(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} this machine's.`,
      )
    }
    return skew ?? null
  }

  async #accessControl(config: PhloConfig): Promise<string> {
    const provider = await accessControlInForce(config, this.contributions()).catch((error: unknown) => {
      this.warn(messageOf(error))
      process.exitCode = ExitCode.unavailable
      return undefined
    })
    if (!provider) return 'cannot be used, every operation is refused'
    return provider === allowAll ? 'none installed, everything is allowed' : provider.name
  }

  async #tracing(): Promise<string> {
    const {tracer, warnings} = await loadWatchers(this.contributions())
    for (const warning of warnings) this.warn(warning)
    return tracer === noTracing ? 'none installed' : tracer.name
  }
}

function isBuiltIn(config: PhloConfig, name: string): boolean {
  return config.values.get(`catalogs.${name}.type`)?.origin.source === 'default'
}

async function withinPatience(work: Promise<void>): Promise<void> {
  const {promise, reject} = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${formatDuration(PATIENCE)}.`)), PATIENCE)
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function render(report: DoctorReport): string {
  const plugins = formatTable(report.plugins, [
    {header: 'plugin', value: ({name}) => name},
    {header: 'version', value: ({version}) => version, align: 'left'},
    {header: 'from', value: ({type}) => type},
    {header: 'contributes', value: ({contributes}) => contributes.join(' ')},
  ])
  const catalogs = formatTable(report.catalogs, [
    {header: 'catalog', value: ({name}) => name},
    {header: 'type', value: ({type}) => type},
    {header: 'state', value: ({state}) => state},
    {header: 'answered in', value: ({milliseconds}) => (milliseconds === null ? '' : formatDuration(milliseconds))},
    {header: 'clock', value: ({clockSkew}) => (clockSkew === null ? '' : `${clockSkew > 0 ? '+' : ''}${clockSkew} ms`)},
  ])
  const reasons = report.catalogs.flatMap(({name, reason}) => (reason === null ? [] : [`${name}: ${reason}`]))
  const facts = formatKeyValues({
    phlo: report.version,
    node: report.node,
    platform: report.platform,
    ...(report.safeMode ? {'safe mode': 'on, installed plugins are not loaded'} : {}),
    ...Object.fromEntries(report.configuration.map(({kind, path, found}) => [`${kind} file`, found ? path : `${path} (none)`])),
    'access control': report.accessControl,
    tracing: report.tracing,
  })
  return [facts, plugins, [catalogs, ...reasons].join('\n')].join('\n\n')
}
