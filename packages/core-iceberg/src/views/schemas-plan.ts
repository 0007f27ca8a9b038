import type {PlannedSchema} from '../schema/schemas-plan.js'
import {verdictsText} from './evolve.js'

/** What becomes of each declared table. */
export function schemasText(tables: readonly PlannedSchema[]): string {
  return tables
    .map((planned) => {
      const {table, source, action} = planned
      if (action === 'none') return `${table} (${source}): as declared`
      if (action === 'create') return `${table} (${source}): create${layoutText(planned.create)}`
      return `${table} (${source}): change\n${verdictsText(planned.change.verdicts).replaceAll(/^/gm, '  ')}`
    })
    .join('\n')
}

const layoutText = ({partitionBy, sortBy}: {readonly partitionBy: string; readonly sortBy: string}) =>
  `${partitionBy === '' ? '' : `, partitioned by ${partitionBy}`}${sortBy === '' ? '' : `, sorted by ${sortBy}`}`

/** How many tables are to be made and changed, in a line. */
export function schemasSummary(tables: readonly PlannedSchema[]): string {
  const count = (action: PlannedSchema['action']) => tables.filter((planned) => planned.action === action).length
  const [create, change] = [count('create'), count('change')]
  const of = (number: number) => `${number} table${number === 1 ? '' : 's'}`
  const parts = [...(create > 0 ? [`create ${of(create)}`] : []), ...(change > 0 ? [`change ${of(change)}`] : [])]
  return parts.length === 0 ? `nothing to do: ${of(tables.length)} as declared` : parts.join(', ')
}
