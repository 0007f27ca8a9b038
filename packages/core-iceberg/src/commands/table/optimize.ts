import {Flags} from '@oclif/core'
import {refFlag, sizeFlag, writeFlags} from '@phlo/core/command'
import {optimize} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {defined, optimizeFlags, optimizeOptions} from '../../optimize-flags.js'
import {optimizeView} from '../../views/optimize.js'

export default class TableOptimize extends IcebergCommand<unknown> {
  static override summary = 'Merges small data files, splits oversized ones, and sorts rows.'
  static override description =
    'Bin-packs each partition by the rules and defaults of Spark’s rewrite_data_files. Rows, their order within a file’s share, their ids (v3) and every snapshot stay; deletes are applied to the files that are rewritten, and those that then apply to nothing are removed in the same commit. With --keep-deletes the deleted rows stay in the new files, and deletes by position are written for them: faster, since pages are merged as they are, and nothing is purged. The result is verified against what it replaces before it is committed. With --sort or --zorder the rows of each group are sorted, also those of files of a good size that are not in that order yet; --sort table takes the order that the table itself has, and a column of that name is written “table ASC”. What does not fit into --memory-limit goes through temporary files below TMPDIR. A second run has nothing to do.'
  static override examples = [
    '<%= config.bin %> table optimize sales.orders --dry-run',
    '<%= config.bin %> table optimize sales.orders --target-file-size 256MB --where "at >= \'2026-01-01\'" --yes',
    '<%= config.bin %> table optimize sales.orders --sort "event_time DESC NULLS LAST, bucket(16, id)" --dry-run',
    '<%= config.bin %> table optimize sales.orders --zorder country,event_time --yes',
    '<%= config.bin %> table optimize sales.orders --sort table --engine builtin --yes',
    '<%= config.bin %> table optimize sales.orders --keep-deletes --yes',
    '<%= config.bin %> table optimize sales.orders --plan-out plan.json && <%= config.bin %> table apply plan.json',
  ]
  static override aliases = ['maintenance:optimize']
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    ref: refFlag,
    ...optimizeFlags,
    'partial-progress': Flags.boolean({summary: 'commit group by group instead of once at the end'}),
    'max-commits': Flags.integer({
      summary: 'how many commits partial progress may make; default: 10',
      min: 1,
      dependsOn: ['partial-progress'],
      helpValue: '<n>',
    }),
    concurrency: Flags.integer({summary: 'groups to rewrite at a time, each with its own memory; default: 1', min: 1, helpValue: '<n>'}),
    'memory-limit': sizeFlag({
      summary: 'what a sort or a merge holds at a time; what more a sort has goes through temporary files; from 1MB to 4GB, default: 512MB',
    }),
    engine: Flags.string({
      summary: 'which engine sorts, or builtin: Phlo itself; default: an installed one where it pays',
      helpValue: '<name>',
    }),
    verify: Flags.option({options: ['standard', 'full'] as const})({
      summary: 'full: also compare a checksum of every value before the commit',
    }),
  }

  async run() {
    const {args, flags} = await this.parse(TableOptimize)
    const options = {
      ...optimizeOptions(flags),
      ...defined({
        partialProgress: flags['partial-progress'],
        maxCommits: flags['max-commits'],
        concurrency: flags.concurrency,
        memoryLimit: flags['memory-limit'],
        engine: flags.engine,
        verify: flags.verify,
      }),
    }
    return this.runOperation(optimize, args.table, options, optimizeView)
  }
}
