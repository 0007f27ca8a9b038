import type {LakehouseTable, SchemaManager} from '@phlo/core'
import {compatibilityOf} from './evolve/compatibility.js'
import {diffSchemas} from './evolve/diff-schemas.js'
import {judgeChanges} from './evolve/judge-changes.js'
import {schemaHistory} from './evolve/schema-history.js'
import {evolve} from './maintenance/evolve/index.js'
import {silentContext} from './silent-context.js'
import type {IcebergTable} from './table.js'

/** The schemas of Iceberg tables as any package can use them: the same operation as the command's, without a word. */
export function icebergSchemas(): SchemaManager {
  const icebergTable = (table: LakehouseTable) => table as IcebergTable
  return {
    diff: (left, right, options) => ({
      differences: diffSchemas(left, right, options),
      compatibility: compatibilityOf(left, right, options),
    }),
    validateEvolution: (table, changes) => judgeChanges(icebergTable(table), changes, silentContext()),
    async evolve(table, changes, options) {
      const context = silentContext()
      await evolve.execute(icebergTable(table), await evolve.plan(icebergTable(table), {changes, ...options}, context), context)
      return table.refresh()
    },
    history: (table) => schemaHistory(icebergTable(table)),
  }
}
