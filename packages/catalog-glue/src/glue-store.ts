import type {Table} from '@aws-sdk/client-glue'
import {alreadyExists, commitConflict, formatTableName, namespaceNotFound, refused, type TableName, tableNotFound} from '@phlo/core'
import type {PointerStore} from '@phlo/iceberg/catalog'
import type {Glue} from './client.js'
import {glueDatabases} from './databases.js'
import {glueName} from './errors.js'
import {databaseOf, tableOf} from './names.js'
import {renameEntry} from './rename.js'
import {deletionOf} from './rename-state.js'
import {metadataLocationOf, renamingOf, tableInput} from './table-input.js'

/**
 * Tables of the Glue Data Catalog as the pointers of a catalog, as Iceberg's Java library and PyIceberg keep them. A commit is an update
 * that names the version which it replaces.
 */
export function glueStore(glue: Glue): PointerStore<Table> {
  const {catalog, settings} = glue
  const changed = (name: TableName) =>
    commitConflict(`Table ${formatTableName(name)} was changed by somebody else meanwhile; nothing was changed.`)
  /** Without it an update would replace whatever is there by then. */
  const versionOf = (name: TableName, {VersionId}: Table) => {
    if (VersionId) return VersionId
    const message = `Glue tells no version of ${formatTableName(name)} of catalog ${catalog}: changing it could undo somebody else's commit.`
    throw refused('VERSION_MISSING', message, ['ask whoever runs what answers at glue.endpoint for the VersionId of tables'])
  }
  const insert = async (name: TableName, TableInput: ReturnType<typeof tableInput>) => {
    const {DatabaseName} = tableOf(name)
    try {
      await glue.change(`table ${formatTableName(name)}`, (client, sdk, about) =>
        client.send(new sdk.CreateTableCommand({...about, DatabaseName, TableInput})),
      )
    } catch (error) {
      const what = glueName(error)
      if (what === 'AlreadyExistsException') throw alreadyExists('Table', formatTableName(name), catalog)
      if (what === 'EntityNotFoundException') throw namespaceNotFound(DatabaseName, catalog)
      throw error
    }
  }
  /** @param table as it was read: of another version it is a conflict */
  const update = async (name: TableName, before: Table, TableInput: ReturnType<typeof tableInput>) => {
    const {DatabaseName} = tableOf(name)
    const VersionId = versionOf(name, before)
    try {
      await glue.change(`table ${formatTableName(name)}`, (client, sdk, about) =>
        client.send(new sdk.UpdateTableCommand({...about, DatabaseName, TableInput, VersionId, SkipArchive: settings.skipArchive})),
      )
    } catch (error) {
      const what = glueName(error)
      if (what === 'ConcurrentModificationException') throw changed(name)
      if (what === 'EntityNotFoundException') throw tableNotFound(formatTableName(name), catalog)
      throw error
    }
  }
  const remove = async (name: TableName) => {
    try {
      await glue.change(`table ${formatTableName(name)}`, (client, sdk, about) =>
        client.send(new sdk.DeleteTableCommand({...about, ...tableOf(name)})),
      )
    } catch (error) {
      if (glueName(error) === 'EntityNotFoundException') throw tableNotFound(formatTableName(name), catalog)
      throw error
    }
  }
  return {
    name: catalog,
    ...glueDatabases(glue),
    async *listTables(namespace) {
      const names = await tableNames(glue, databaseOf(namespace))
      for (const name of names) yield {namespace, name}
    },
    async read(name) {
      const table = await readTable(glue, name)
      const metadataLocation = metadataLocationOf(table)
      if (metadataLocation !== undefined) return {metadataLocation, entry: table}
      const renamed = renamingOf(table)
      if (renamed?.to !== undefined) {
        const text = formatTableName(name)
        const message = `${text} of catalog ${catalog} is what a renaming to ${renamed.to} left: it has no metadata.`
        throw refused('NOT_AN_ICEBERG_TABLE', message, [`phlo table show ${renamed.to}`, deletionOf(name)])
      }
      throw refused('NOT_AN_ICEBERG_TABLE', `${formatTableName(name)} of catalog ${catalog} is no Iceberg table: its table_type says so.`)
    },
    insert: (name, table) => insert(name, tableInput(tableOf(name).Name, table)),
    swap: (name, {entry}, table) => update(name, entry, tableInput(tableOf(name).Name, table, entry)),
    async rename(from, to, {entry}) {
      versionOf(from, entry)
      await renameEntry({read: (name) => readTable(glue, name), insert, update, remove}, from, to, entry)
    },
    remove,
    async check() {
      await glue.ask('the databases', (client, sdk, about) => client.send(new sdk.GetDatabasesCommand({...about, MaxResults: 1})))
    },
    close: glue.close,
  }
}

/** The Iceberg tables of a database, in the order of their names. */
async function tableNames(glue: Glue, DatabaseName: string): Promise<readonly string[]> {
  const names: string[] = []
  let NextToken: string | undefined
  do {
    const page = await glue
      .ask(`database ${DatabaseName}`, (client, sdk, about) => client.send(new sdk.GetTablesCommand({...about, DatabaseName, NextToken})))
      .catch((error: unknown) => {
        throw glueName(error) === 'EntityNotFoundException' ? namespaceNotFound(DatabaseName, glue.catalog) : error
      })
    for (const table of page.TableList ?? []) if (table.Name && metadataLocationOf(table) !== undefined) names.push(table.Name)
    NextToken = page.NextToken
  } while (NextToken)
  return names.sort()
}

async function readTable(glue: Glue, name: TableName): Promise<Table> {
  const key = tableOf(name)
  try {
    const {Table: table} = await glue.ask(`table ${formatTableName(name)}`, (client, sdk, about) =>
      client.send(new sdk.GetTableCommand({...about, ...key})),
    )
    if (table) return table
  } catch (error) {
    if (glueName(error) !== 'EntityNotFoundException') throw error
  }
  throw tableNotFound(formatTableName(name), glue.catalog)
}
