import {Flags} from '@oclif/core'
import {writeFlags} from '@phlo/core/command'
import {rewritePath} from '@phlo/iceberg'
import {pathOrUri, tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {defined} from '../../optimize-flags.js'
import {rewritePathView} from '../../views/rewrite-path.js'

export default class TableRewritePath extends IcebergCommand<unknown> {
  static override summary = 'Makes a table ready to be moved to another folder or bucket, and copies it there.'
  static override description =
    'As Spark’s rewrite_table_path: metadata, manifests, position deletes and deletion vectors have absolute paths in them and are written anew into a staging folder; a list says which files have to be copied where. --copy copies them, reads each copy back, writes nothing over, and with the same --staging goes on where it was interrupted. The table itself is not changed: the command that registers the copy is printed.'
  static override examples = [
    '<%= config.bin %> table rewrite-path sales.orders --target-prefix s3://new-lake/sales/orders --dry-run',
    '<%= config.bin %> table rewrite-path sales.orders --source-prefix s3://lake --target-prefix s3://new-lake --staging s3://new-staging/orders --copy',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    'source-prefix': Flags.string({summary: 'what all paths of the table begin with; default: its location', helpValue: '<folder>'}),
    'target-prefix': Flags.string({summary: 'what they begin with afterwards', helpValue: '<folder>', required: true}),
    staging: Flags.string({summary: 'where rewritten files go; default: a new folder beside the table’s metadata', helpValue: '<folder>'}),
    copy: Flags.boolean({summary: 'also copy all files to their targets'}),
    'start-version': Flags.string({
      summary: 'a metadata file whose table is at the target already: only what was added since',
      helpValue: '<name>',
    }),
    'end-version': Flags.string({summary: 'the metadata file that is moved; default: the current one', helpValue: '<name>'}),
  }

  async run() {
    const {args, flags} = await this.parse(TableRewritePath)
    const folder = (path: string | undefined) => (path === undefined ? path : pathOrUri(this.surroundings.cwd, path))
    const options = {
      targetPrefix: folder(flags['target-prefix']) ?? '',
      ...defined({
        sourcePrefix: folder(flags['source-prefix']),
        staging: folder(flags.staging),
        copy: flags.copy,
        startVersion: flags['start-version'],
        endVersion: flags['end-version'],
      }),
    }
    return this.runOperation(rewritePath, args.table, options, rewritePathView)
  }
}
