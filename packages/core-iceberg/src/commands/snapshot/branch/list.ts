import {tableArg} from '../../../arguments.js'
import {IcebergCommand} from '../../../iceberg-command.js'
import {refsOfType, refTable} from '../../../views/refs.js'

export default class SnapshotBranchList extends IcebergCommand<unknown> {
  static override summary = 'Lists the branches of a table.'
  static override examples = ['<%= config.bin %> snapshot branch list sales.orders']
  static override args = {table: tableArg}

  async run() {
    const {args} = await this.parse(SnapshotBranchList)
    const branches = refsOfType(await this.openIcebergTable(args.table), 'branch')
    if (branches.length === 0) this.note('The table has no branch: it has no snapshot.')
    else this.log(refTable(branches))
    return {branches}
  }
}
