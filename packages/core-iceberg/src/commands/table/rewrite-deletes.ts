import {Flags} from '@oclif/core'
import {refFlag, sizeFlag, writeFlags} from '@phlo/core/command'
import {rewriteDeletes} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {defined} from '../../optimize-flags.js'
import {rewriteDeletesView} from '../../views/rewrite-deletes.js'

export default class TableRewriteDeletes extends IcebergCommand<unknown> {
  static override summary = 'Replaces delete files by fewer, or faster, ones that delete the same rows.'
  static override description =
    'Position delete files of a v2 table are compacted; those of a v3 table become deletion vectors. With --equality it is the equality deletes, which every reader pays for, that become position deletes (v2) or deletion vectors (v3). No data file is written, so that rows keep their ids; what was written is read back before it is committed.'
  static override examples = [
    '<%= config.bin %> table rewrite-deletes sales.orders --dry-run',
    '<%= config.bin %> table rewrite-deletes sales.orders --equality --yes',
  ]
  static override aliases = ['maintenance:rewrite-deletes']
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    ref: refFlag,
    equality: Flags.boolean({summary: 'rewrite equality deletes instead of position deletes'}),
    'target-file-size': sizeFlag({
      summary: 'size of the position delete files to make; default: the table’s write.delete.target-file-size-bytes, else 64MB',
    }),
    'min-input-files': Flags.integer({summary: 'leave partitions with fewer small files alone (v2); default: 5', min: 1, helpValue: '<n>'}),
  }

  async run() {
    const {args, flags} = await this.parse(TableRewriteDeletes)
    const options = defined({
      equality: flags.equality || undefined,
      targetFileSize: flags['target-file-size'],
      minInputFiles: flags['min-input-files'],
    })
    return this.runOperation(rewriteDeletes, args.table, options, rewriteDeletesView)
  }
}
