import {Flags} from '@oclif/core'
import {refFlag, sizeFlag, writeFlags} from '@phlo/core/command'
import {rewriteManifests} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {defined} from '../../optimize-flags.js'
import {rewriteManifestsView} from '../../views/rewrite-manifests.js'

export default class TableRewriteManifests extends IcebergCommand<unknown> {
  static override summary = 'Writes manifests anew: few, and each about few partitions.'
  static override description =
    'Planning a scan then reads less, as with Spark’s rewrite_manifests. No data file is read or written; entries keep their snapshots, sequence numbers and first row ids. Manifests that are optimal already are left alone, unless an order is asked for.'
  static override examples = [
    '<%= config.bin %> table rewrite-manifests sales.orders --dry-run',
    '<%= config.bin %> table rewrite-manifests sales.orders --sort-by at_month,region --yes',
  ]
  static override aliases = ['maintenance:rewrite-manifests']
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    ref: refFlag,
    'sort-by': Flags.string({
      summary: 'partition fields to order entries by, the most important one first; default: the order of the spec',
      multiple: true,
      delimiter: ',',
      helpValue: '<field>',
    }),
    'spec-id': Flags.integer({summary: 'manifests of this partition spec; default: the table’s current one', min: 0, helpValue: '<id>'}),
    'target-manifest-size': sizeFlag({summary: 'default: the table’s commit.manifest.target-size-bytes, else 8MB'}),
  }

  async run() {
    const {args, flags} = await this.parse(TableRewriteManifests)
    const options = defined({
      sortBy: flags['sort-by'],
      specId: flags['spec-id'],
      targetManifestSize: flags['target-manifest-size'],
    })
    return this.runOperation(rewriteManifests, args.table, options, rewriteManifestsView)
  }
}
