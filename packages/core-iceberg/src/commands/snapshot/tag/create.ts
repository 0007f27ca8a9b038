import {refFlag, writeFlags} from '@phlo/core/command'
import {createRef} from '@phlo/iceberg'
import {tableArg} from '../../../arguments.js'
import {IcebergCommand} from '../../../iceberg-command.js'
import {refOptions, tagArg, tagFlags} from '../../../ref-flags.js'
import {createRefView} from '../../../views/change-refs.js'

export default class SnapshotTagCreate extends IcebergCommand<unknown> {
  static override summary = 'Makes a tag at a snapshot of a table.'
  static override description = 'A tag keeps its snapshot from expiring. One that exists is left alone.'
  static override examples = [
    '<%= config.bin %> snapshot tag create sales.orders 2026-01-31 --max-ref-age 365d',
    '<%= config.bin %> snapshot tag create sales.orders before-migration --at 3051729675574597004',
  ]
  static override args = {table: tableArg, tag: tagArg}
  static override flags = {...writeFlags, ref: refFlag, ...tagFlags}

  async run() {
    const {args, flags} = await this.parse(SnapshotTagCreate)
    return this.runOperation(createRef, args.table, {type: 'tag', name: args.tag, ...refOptions(flags)}, createRefView)
  }
}
