import {formatTableName, type PhloError, refused, type TableName, usage} from '@phlo/core'
import type {HiveTable} from '../api/structs.js'

/** The longest names that a metastore has room for, in characters; it tries for a long time to keep a longer one. */
const LONGEST_DATABASE = 128
const LONGEST_TABLE = 256

/** A name as Hive has it: without regard to case. */
export const hiveName = (name: string) => name.toLowerCase()

/** The database of a namespace; undefined where there can be none. */
export function databaseOf(namespace: readonly string[]): string | undefined {
  const [name = ''] = namespace
  return namespace.length === 1 && name !== '' ? hiveName(name) : undefined
}

/** @throws PhloError `NOT_SUPPORTED_BY_CATALOG` (exit 6) for several levels, `INVALID_NAMESPACE` (exit 2) */
export function newDatabase(namespace: readonly string[], catalog: string): string {
  const text = namespace.join('.')
  if (namespace.length > 1) {
    throw refused('NOT_SUPPORTED_BY_CATALOG', `Catalog ${catalog} cannot have ${text}: namespaces of a Hive metastore have one level.`)
  }
  const problem = problemOf(text, LONGEST_DATABASE)
  if (problem === undefined) return hiveName(text)
  throw usage('INVALID_NAMESPACE', `${JSON.stringify(text)} cannot be a namespace of catalog ${catalog}: ${problem}.`)
}

/** @throws PhloError `INVALID_TABLE_NAME` (exit 2) */
export function assertTableName(name: TableName, catalog: string): void {
  const problem = problemOf(name.name, LONGEST_TABLE)
  if (problem === undefined) return
  throw usage('INVALID_TABLE_NAME', `${JSON.stringify(formatTableName(name))} cannot be a table of catalog ${catalog}: ${problem}.`)
}

function problemOf(name: string, most: number): string | undefined {
  if (name === '') return 'it has no name'
  return name.length > most ? `Hive has room for ${most} characters` : undefined
}

/** What the metastore does not take as a name, as it says. */
export function refusedName(what: 'namespace' | 'table', name: string, catalog: string, message: string): PhloError {
  return usage(
    what === 'table' ? 'INVALID_TABLE_NAME' : 'INVALID_NAMESPACE',
    `Catalog ${catalog} does not take ${name} as a ${what}: ${message}.`,
  )
}

/** What is there under a table's name and is no table of Iceberg. */
export function notIceberg(name: TableName, catalog: string, {tableType}: HiveTable): PhloError {
  const what = tableType?.endsWith('VIEW') ? 'a view' : 'no table of Iceberg'
  return refused('NOT_AN_ICEBERG_TABLE', `${formatTableName(name)} of catalog ${catalog} is ${what}, which Phlo leaves as it is.`)
}
