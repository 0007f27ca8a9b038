import {type RefRow, refRows} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {refTable} from '../../views/refs.js'

export default class TableRefs extends IcebergCommand<{refs: readonly RefRow[]}> {
  static override summary = 'Lists the branches and tags of a table.'
  static override examples = ['<%= config.bin %> table refs sales.orders']
  static override args = {table: tableArg}

  async run() {
    const {args} = await this.parse(TableRefs)
    const refs = refRows(await this.openIcebergTable(args.table))
    if (refs.length === 0) this.note('The table has no refs: it has no snapshot.')
    else this.log(refTable(refs))
    return {refs}
  }
}
