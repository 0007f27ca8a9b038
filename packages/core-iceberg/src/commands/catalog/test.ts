import {Args, Flags} from '@oclif/core'
import {ExitCode, formatDuration, refused} from '@phlo/core'
import {formatTable, writeFlags} from '@phlo/core/command'
import type {IcebergLakehouse} from '@phlo/iceberg'
import {parseNamespace} from '../../arguments.js'
import {type Findings, type Probed, plannedProbes, runProbes} from '../../catalog-test/run-probes.js'
import {scratchName} from '../../catalog-test/scratch.js'
import {IcebergCommand} from '../../iceberg-command.js'

interface CatalogTestResult extends Omit<Findings, 'isUsable'> {
  readonly name: string
  readonly reachable: true
  readonly ms: number
  readonly outcome: 'planned' | 'done'
  /** The namespace that is made and dropped again. */
  readonly namespace: string
  /** Everything that Phlo needs is there, or nothing can be changed at all. */
  readonly usable: boolean
}

export default class CatalogTest extends IcebergCommand<CatalogTestResult> {
  static override summary = 'Tries what a catalog can do, in a namespace that is made for it and dropped again.'
  static override description =
    `Asks the catalog and its warehouse for a sign of life. Then makes a namespace with a name that nobody has, and in it does what Phlo's commands do: makes tables, writes files, commits, also two at once and one too late, renames, registers, drops. At the end, also after a failure or an interrupt, everything is taken away again; nothing else is touched.

Exits with 1 when something fails that Phlo needs. What a catalog cannot do and Phlo can do without is shown and does not change the exit code.`
  static override examples = [
    '<%= config.bin %> catalog test lake',
    '<%= config.bin %> catalog test lake --namespace sandbox',
    '<%= config.bin %> catalog test lake --dry-run',
  ]
  static override args = {catalog: Args.string({description: 'catalog; the default one when left out'})}
  static override flags = {
    namespace: Flags.string({summary: 'make the namespace in this one', helpValue: '<namespace>'}),
    'dry-run': writeFlags['dry-run'],
  }

  async run(): Promise<CatalogTestResult> {
    const {args, flags} = await this.parse(CatalogTest)
    const parent = flags.namespace === undefined ? [] : parseNamespace(flags.namespace)
    const namespace = [...parent, scratchName()]
    const started = performance.now()
    // What was made is taken away after an interrupt too.
    const lake = await this.openCatalog(args.catalog, {isInterruptible: false})
    await lake.check()
    const ms = Math.round(performance.now() - started)
    this.log(`catalog ${lake.name} and its warehouse answered in ${formatDuration(ms)}`)
    const result = {name: lake.name, reachable: true as const, ms, namespace: namespace.join('.')}
    if (flags['dry-run']) {
      this.log(`would make the namespace ${result.namespace}, try this in it, and drop it again:`)
      this.log(formatTable(plannedProbes(), [ABILITY, NEEDED]))
      return {...result, outcome: 'planned', usable: true, probes: [], left: []}
    }
    if (!('catalog' in lake))
      throw refused('WRONG_FORMAT', `The tables of catalog ${lake.name} are not of Iceberg, so nothing more can be tried.`)
    const {isUsable, ...found} = await this.#try(lake as IcebergLakehouse, namespace)
    if (!isUsable) process.exitCode = ExitCode.failed
    return {...result, ...found, outcome: 'done', usable: isUsable}
  }

  async #try(lake: IcebergLakehouse, namespace: readonly string[]): Promise<Findings> {
    const {signal, progress} = await this.operationContext()
    progress.start('trying', plannedProbes().length)
    const found = await runProbes(lake, namespace, {
      signal,
      onProbe: () => progress.advance(),
      onLeft: (sentence) => void this.warn(sentence),
    }).finally(() => progress.done())
    this.log(
      formatTable(found.probes, [
        ABILITY,
        NEEDED,
        {header: 'can', value: ({result}) => result},
        {header: 'why not', value: ({detail}) => detail},
      ]),
    )
    return found
  }
}

const ABILITY = {header: 'ability', value: ({ability}: Pick<Probed, 'ability'>) => ability}
const NEEDED = {header: 'needed', value: ({needed}: Pick<Probed, 'needed'>) => (needed ? 'yes' : '')}
