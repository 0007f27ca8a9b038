import {hasCode, type LakehouseResource, parseTableName, type SchemaChange} from '@phlo/core'
import type {EvolvePlan, IcebergTable} from '@phlo/iceberg'
import {plannedTable} from './create-declared.js'
import type {DeclaredTable} from './declarations.js'
import type {PlannedSchema} from './schemas-plan.js'
import {heldProperties, wantedChanges} from './wanted-changes.js'

/** What planning needs of the command. */
export interface Planning {
  readonly catalog: LakehouseResource
  openTable(name: string): Promise<IcebergTable>
  /** @param restate properties that are declared and that the table has */
  planChanges(name: string, changes: readonly SchemaChange[], restate: Readonly<Record<string, string>>): Promise<EvolvePlan>
  readonly prune: boolean
}

/** What each declared table needs to be what is declared; reads only. */
export async function planSchemas(declared: readonly DeclaredTable[], planning: Planning): Promise<readonly PlannedSchema[]> {
  const planned: PlannedSchema[] = []
  for (const {table, source, schema} of declared) {
    const found = await existing(planning, table)
    if (!found) {
      planned.push({table, source, action: 'create', create: plannedTable(schema)})
      continue
    }
    const changes = wantedChanges(found, schema, planning)
    const change = changes.length === 0 ? undefined : await planning.planChanges(table, changes, heldProperties(found, schema))
    planned.push(change && !change.noop ? {table, source, action: 'change', change} : {table, source, action: 'none'})
  }
  return planned
}

/** The table, or undefined when there is none of that name. */
export async function existing({openTable}: Pick<Planning, 'openTable'>, name: string): Promise<IcebergTable | undefined> {
  parseTableName(name)
  try {
    return await openTable(name)
  } catch (error) {
    if (hasCode(error, 'TABLE_NOT_FOUND') || hasCode(error, 'NAMESPACE_NOT_FOUND')) return undefined
    throw error
  }
}
