import type {LakehouseTable, OperationContext, SnapshotManager} from '@phlo/core'
import {type SnapshotRow, snapshotRows} from './inspect/files.js'
import {cherryPick} from './maintenance/cherry-pick/index.js'
import {expireSnapshots} from './maintenance/expire-snapshots/index.js'
import {snapshotWithId} from './maintenance/refs/find-snapshot.js'
import {createRef} from './maintenance/refs/named-refs.js'
import {rollback} from './maintenance/rollback/index.js'
import {silentContext} from './silent-context.js'
import type {IcebergTable} from './table.js'

interface Planned<Options, Plan> {
  plan(table: IcebergTable, options: Options, context: OperationContext): Promise<Plan>
  execute(table: IcebergTable, plan: Plan, context: OperationContext): Promise<unknown>
}

/** The history of Iceberg tables as any package can use it: the same operations as those of the commands, without a word. */
export function icebergSnapshots(): SnapshotManager {
  const done = async <Options, Plan>(
    operation: Planned<Options, Plan>,
    given: LakehouseTable,
    options: Options,
  ): Promise<LakehouseTable> => {
    const table = given as IcebergTable
    const context = silentContext()
    await operation.execute(table, await operation.plan(table, options, context), context)
    return table.refresh()
  }
  const list = async (table: LakehouseTable) => snapshotRows(table as IcebergTable)
  return {
    list,
    async get(table, id) {
      const wanted = String(snapshotWithId(table as IcebergTable, id)['snapshot-id'])
      return (await list(table)).find((snapshot) => snapshot.id === wanted) as SnapshotRow
    },
    expire: (table, snapshotIds) => done(expireSnapshots, table, {snapshotIds, metadataOnly: true}),
    rollback: (table, to) => done(rollback, table, {to}),
    tag: (table, name, at) => done(createRef, table, {type: 'tag', name, at}),
    branch: (table, name, at) => done(createRef, table, {type: 'branch', name, at}),
    cherryPick: (table, snapshot) => done(cherryPick, table, {snapshot}),
  }
}
