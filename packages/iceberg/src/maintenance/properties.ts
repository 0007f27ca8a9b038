import type {OperationContext} from '@phlo/core'
import type {TableUpdate} from '../catalog/updates.js'
import {commitTable} from '../commit/commit-table.js'
import type {IcebergTable} from '../table.js'

export interface PropertyChanges {
  readonly set: Readonly<Record<string, string>>
  readonly remove: readonly string[]
}

/** Sets and removes table properties in one commit; a property that is removed and not there is no error. */
export async function changeProperties(
  table: IcebergTable,
  {set, remove}: PropertyChanges,
  context: OperationContext,
): Promise<IcebergTable> {
  const updates: TableUpdate[] = []
  if (Object.keys(set).length > 0) updates.push({action: 'set-properties', updates: set})
  if (remove.length > 0) updates.push({action: 'remove-properties', removals: remove})
  if (updates.length === 0) return table
  const landed = ({properties}: IcebergTable['metadata']) =>
    Object.entries(set).every(([key, value]) => properties[key] === value) && remove.every((key) => properties[key] === undefined)
  const {table: changed} = await commitTable(
    table,
    async ({metadata}) => ({
      requirements: [{type: 'assert-table-uuid', uuid: metadata['table-uuid']}],
      updates,
      staged: [],
      landed,
      result: null,
    }),
    context,
  )
  return changed
}
