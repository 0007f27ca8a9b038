import {Flags} from '@oclif/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {expireSnapshots} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {expireFlags, expireOptions} from '../../expire-flags.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {defined} from '../../optimize-flags.js'
import {expireView} from '../../views/expire-snapshots.js'

export default class TableExpireSnapshots extends IcebergCommand<unknown> {
  static override summary = 'Forgets old snapshots and deletes the files that only they reach.'
  static override description =
    'Branches, tags and their own retention are respected, and a table with gc.enabled=false is refused. In a catalog with branches and tags (Nessie) the snapshots of this branch are forgotten, and the files are left to vacuum. Files go after the commit that stops referring to them was read back. What has expired cannot be travelled to any more.'
  static override examples = [
    '<%= config.bin %> table expire-snapshots sales.orders --dry-run',
    '<%= config.bin %> table expire-snapshots sales.orders --older-than 7d --retain-last 10 --yes',
    '<%= config.bin %> table expire-snapshots sales.orders --snapshot-id 3051729675574597004 --quarantine',
  ]
  static override aliases = ['maintenance:expire-snapshots']
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    ref: refFlag,
    ...expireFlags,
    'clean-expired-metadata': Flags.boolean({summary: 'also drop partition specs and schemas that nothing uses any more'}),
    'metadata-only': Flags.boolean({summary: 'delete no file', exclusive: ['quarantine']}),
    quarantine: Flags.boolean({summary: 'move the files aside instead of deleting them'}),
  }

  async run() {
    const {args, flags} = await this.parse(TableExpireSnapshots)
    const options = {
      ...expireOptions(flags),
      ...defined({
        cleanExpiredMetadata: flags['clean-expired-metadata'],
        metadataOnly: flags['metadata-only'],
        quarantine: flags.quarantine,
      }),
    }
    return this.runOperation(expireSnapshots, args.table, options, expireView)
  }
}
