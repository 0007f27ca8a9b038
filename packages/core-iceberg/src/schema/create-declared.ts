import {commitConflict, hasCode, type LakehouseResource, parseTableName, type ReadSchema} from '@phlo/core'
import {assertNewSchema, parseJson, parsePartitionSpec, parseSortOrder, type Schema, stringifyJson} from '@phlo/iceberg'
import {sortTermText, termText} from './layout-differences.js'
import type {PlannedTable} from './schemas-plan.js'

/**
 * What a table is made of that is declared and not there.
 *
 * @throws PhloError `IMPOSSIBLE_CHANGE` (exit 2), `UNSUPPORTED_FORMAT_VERSION` (exit 6), `INVALID_PARTITION_SPEC` (exit 2)
 */
export function plannedTable({schema, partitioning = [], sortOrder = [], doc, properties = {}}: ReadSchema): PlannedTable {
  assertNewSchema(schema, Number(properties['format-version'] ?? 2))
  parsePartitionSpec(partitioning.map(termText).join(', '), schema)
  return {
    schema: stringifyJson(schema),
    partitionBy: partitioning.map(termText).join(', '),
    sortBy: sortOrder.map(sortTermText).join(', '),
    properties: {...(doc !== undefined && {comment: doc}), ...properties},
  }
}

/**
 * Makes the table, and its namespace where that is missing.
 *
 * @throws PhloError `COMMIT_CONFLICT` (exit 5) when somebody else made one of that name meanwhile
 */
export async function createPlanned(catalog: LakehouseResource, name: string, planned: PlannedTable): Promise<void> {
  const table = parseTableName(name)
  const schema = parseJson(planned.schema) as Schema
  const create = () =>
    catalog.createTable(table, {
      schema,
      partitionSpec: parsePartitionSpec(planned.partitionBy, schema),
      sortOrder: parseSortOrder(planned.sortBy, schema),
      properties: planned.properties,
    })
  try {
    await create().catch(async (error: unknown) => {
      if (!hasCode(error, 'NAMESPACE_NOT_FOUND')) throw error
      await createNamespaces(catalog, table.namespace)
      await create()
    })
  } catch (error) {
    if (!hasCode(error, 'ALREADY_EXISTS')) throw error
    throw commitConflict(`${name} was made by somebody else meanwhile.`, error)
  }
}

/** One level after the other; what others make meanwhile is there as well. */
async function createNamespaces(catalog: LakehouseResource, levels: readonly string[]): Promise<void> {
  for (let depth = 1; depth <= levels.length; depth++) {
    await catalog.createNamespace(levels.slice(0, depth), {}).catch((error: unknown) => {
      if (!hasCode(error, 'ALREADY_EXISTS')) throw error
    })
  }
}
