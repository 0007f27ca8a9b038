import {writeFlags} from '@phlo/core/command'
import {deleteRef} from '@phlo/iceberg'
import {tableArg} from '../../../arguments.js'
import {IcebergCommand} from '../../../iceberg-command.js'
import {tagArg} from '../../../ref-flags.js'
import {refsView} from '../../../views/change-refs.js'

export default class SnapshotTagDelete extends IcebergCommand<unknown> {
  static override summary = 'Deletes a tag of a table.'
  static override description = 'What only the tag reached stays until it expires.'
  static override examples = ['<%= config.bin %> snapshot tag delete sales.orders before-migration --yes']
  static override args = {table: tableArg, tag: tagArg}
  static override flags = writeFlags

  async run() {
    const {args} = await this.parse(SnapshotTagDelete)
    return this.runOperation(deleteRef, args.table, {type: 'tag', name: args.tag}, refsView)
  }
}
