import {alreadyExists, formatTableName, type TableName, tableNotFound} from '@phlo/core'
import {encodeNamespace} from './names.js'
import {classify} from './sql-errors.js'
import {isTable, type SqlCatalogDatabase} from './tables.js'

/** One catalog's rows of `iceberg_tables`. */
export interface TableRows {
  readonly db: SqlCatalogDatabase
  readonly catalog: string
  /** The table has the `iceberg_type` column. */
  readonly typed: boolean
}

const keyOf = ({catalog}: TableRows, name: TableName) => ({
  catalog_name: catalog,
  table_namespace: encodeNamespace(name.namespace),
  table_name: name.name,
})

/** Names of the namespace's tables, in order. */
export async function tableNames({db, catalog, typed}: TableRows, namespace: readonly string[]): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('iceberg_tables')
    .select('table_name')
    .where('catalog_name', '=', catalog)
    .where('table_namespace', '=', encodeNamespace(namespace))
    .where(isTable(typed))
    .execute()
  return rows.map((row) => row.table_name).sort()
}

/** Where the table's current metadata is; undefined when there is no such table. */
export async function metadataLocation(rows: TableRows, name: TableName): Promise<string | undefined> {
  const {catalog_name, table_namespace, table_name} = keyOf(rows, name)
  const row = await rows.db
    .selectFrom('iceberg_tables')
    .select('metadata_location')
    .where('catalog_name', '=', catalog_name)
    .where('table_namespace', '=', table_namespace)
    .where('table_name', '=', table_name)
    .where(isTable(rows.typed))
    .executeTakeFirst()
  return row?.metadata_location ?? undefined
}

/** Adds a table. A row of that name, be it a table or a view, is `ALREADY_EXISTS`. */
export async function insertTable(rows: TableRows, name: TableName, location: string): Promise<void> {
  const values = {
    ...keyOf(rows, name),
    metadata_location: location,
    previous_metadata_location: null,
    ...(rows.typed && {iceberg_type: 'TABLE'}),
  }
  await orExists(rows, name, () => rows.db.insertInto('iceberg_tables').values(values).execute())
}

/** The swap: true when the row still had `from` and has `to` now, false when somebody else was first. */
export async function swapMetadata(rows: TableRows, name: TableName, from: string, to: string): Promise<boolean> {
  const {catalog_name, table_namespace, table_name} = keyOf(rows, name)
  const result = await rows.db
    .updateTable('iceberg_tables')
    .set({metadata_location: to, previous_metadata_location: from})
    .where('catalog_name', '=', catalog_name)
    .where('table_namespace', '=', table_namespace)
    .where('table_name', '=', table_name)
    .where('metadata_location', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function renameRow(rows: TableRows, from: TableName, to: TableName): Promise<void> {
  const {catalog_name, table_namespace, table_name} = keyOf(rows, from)
  const target = keyOf(rows, to)
  const result = await orExists(rows, to, () =>
    rows.db
      .updateTable('iceberg_tables')
      .set({table_namespace: target.table_namespace, table_name: target.table_name})
      .where('catalog_name', '=', catalog_name)
      .where('table_namespace', '=', table_namespace)
      .where('table_name', '=', table_name)
      .where(isTable(rows.typed))
      .executeTakeFirst(),
  )
  if (result.numUpdatedRows !== 1n) throw tableNotFound(formatTableName(from), rows.catalog)
}

export async function deleteTable(rows: TableRows, name: TableName): Promise<void> {
  const {catalog_name, table_namespace, table_name} = keyOf(rows, name)
  const result = await rows.db
    .deleteFrom('iceberg_tables')
    .where('catalog_name', '=', catalog_name)
    .where('table_namespace', '=', table_namespace)
    .where('table_name', '=', table_name)
    .where(isTable(rows.typed))
    .executeTakeFirst()
  if (result.numDeletedRows !== 1n) throw tableNotFound(formatTableName(name), rows.catalog)
}

async function orExists<T>({catalog}: TableRows, name: TableName, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (classify(error) === 'duplicate') throw alreadyExists('Table', formatTableName(name), catalog)
    throw error
  }
}
