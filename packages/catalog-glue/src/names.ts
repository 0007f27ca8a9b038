import {formatTableName, type TableName, usage} from '@phlo/core'

/** What Athena, Hive and every engine behind Glue can name; Glue itself would take more, and fold its case. */
const DATABASE = /^[a-z0-9_]{1,252}$/
const TABLE = /^[a-z0-9_]{1,255}$/

/** The database that a namespace is. @throws PhloError `INVALID_NAMESPACE` (exit 2) */
export function databaseOf(namespace: readonly string[]): string {
  const [name, ...below] = namespace
  if (name !== undefined && below.length === 0 && DATABASE.test(name)) return name
  const text = namespace.join('.')
  throw usage(
    'INVALID_NAMESPACE',
    `${JSON.stringify(text)} is no database of Glue: it has one level, of 1 to 252 lower-case letters, digits and underscores.`,
  )
}

/** The name of a table within its database. @throws PhloError `INVALID_NAMESPACE`, `INVALID_TABLE_NAME` (exit 2) */
export function tableOf(name: TableName): {readonly DatabaseName: string; readonly Name: string} {
  const DatabaseName = databaseOf(name.namespace)
  if (TABLE.test(name.name)) return {DatabaseName, Name: name.name}
  throw usage(
    'INVALID_TABLE_NAME',
    `${JSON.stringify(formatTableName(name))} is no table of Glue: its name has 1 to 255 lower-case letters, digits and underscores.`,
  )
}
