import {tableArg} from '../../../arguments.js'
import {IcebergCommand} from '../../../iceberg-command.js'
import {refsOfType, refTable} from '../../../views/refs.js'

export default class SnapshotTagList extends IcebergCommand<unknown> {
  static override summary = 'Lists the tags of a table.'
  static override examples = ['<%= config.bin %> snapshot tag list sales.orders']
  static override args = {table: tableArg}

  async run() {
    const {args} = await this.parse(SnapshotTagList)
    const tags = refsOfType(await this.openIcebergTable(args.table), 'tag')
    if (tags.length === 0) this.note('The table has no tags.')
    else this.log(refTable(tags))
    return {tags}
  }
}
