import {refFlag, writeFlags} from '@phlo/core/command'
import {replaceRef} from '@phlo/iceberg'
import {tableArg} from '../../../arguments.js'
import {IcebergCommand} from '../../../iceberg-command.js'
import {clearRetentionFlag, refOptions, tagArg, tagFlags} from '../../../ref-flags.js'
import {refsView} from '../../../views/change-refs.js'

export default class SnapshotTagReplace extends IcebergCommand<unknown> {
  static override summary = 'Moves a tag that exists to any snapshot, and sets its retention.'
  static override description = 'What only the tag reached stays until it expires.'
  static override examples = ['<%= config.bin %> snapshot tag replace sales.orders latest --at main --dry-run']
  static override args = {table: tableArg, tag: tagArg}
  static override flags = {...writeFlags, ref: refFlag, ...tagFlags, 'clear-retention': clearRetentionFlag}

  async run() {
    const {args, flags} = await this.parse(SnapshotTagReplace)
    const clearing = flags['clear-retention'] ? {clearRetention: true} : {}
    return this.runOperation(replaceRef, args.table, {type: 'tag', name: args.tag, ...refOptions(flags), ...clearing}, refsView)
  }
}
