import type {LakehouseResource, SchemaVersion} from '@phlo/core'
import {type IcebergTable, schemaHistory} from '@phlo/iceberg'

/** Each schema that the table has had, oldest first, as the catalog tells it, or else the table's own metadata. */
export async function schemaVersions(catalog: LakehouseResource, table: IcebergTable): Promise<readonly SchemaVersion[]> {
  return (await catalog.schemas?.history(table)) ?? schemaHistory(table)
}
