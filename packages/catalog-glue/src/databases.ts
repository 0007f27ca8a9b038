import type {Database, DatabaseInput} from '@aws-sdk/client-glue'
import {alreadyExists, ExitCode, namespaceNotFound, PhloError} from '@phlo/core'
import type {PointerStore} from '@phlo/iceberg/catalog'
import type {Glue} from './client.js'
import {glueName} from './errors.js'
import {databaseOf} from './names.js'

type Namespaces = Pick<PointerStore, 'listNamespaces' | 'createNamespace' | 'loadNamespace' | 'updateNamespace' | 'dropNamespace'>

/** Databases as namespaces. Their property `location` is where new tables go, and `comment` what Glue shows of them. */
export function glueDatabases(glue: Glue): Namespaces {
  const {catalog} = glue
  const load = async (namespace: readonly string[]): Promise<Database> => {
    const Name = databaseOf(namespace)
    try {
      const {Database: found} = await glue.ask(`database ${Name}`, (client, sdk, about) =>
        client.send(new sdk.GetDatabaseCommand({...about, Name})),
      )
      return found as Database
    } catch (error) {
      if (glueName(error) === 'EntityNotFoundException') throw namespaceNotFound(Name, catalog)
      throw error
    }
  }
  return {
    async *listNamespaces(parent) {
      // A database has none below it.
      if (parent.length > 0) return void (await load(parent))
      let NextToken: string | undefined
      do {
        const page = await glue.ask('the databases', (client, sdk, about) =>
          client.send(new sdk.GetDatabasesCommand({...about, NextToken})),
        )
        for (const {Name} of page.DatabaseList ?? []) if (Name !== undefined) yield [Name]
        NextToken = page.NextToken
      } while (NextToken)
    },
    async createNamespace(namespace, properties) {
      const Name = databaseOf(namespace)
      try {
        await glue.change(`database ${Name}`, (client, sdk, about) =>
          client.send(new sdk.CreateDatabaseCommand({...about, DatabaseInput: databaseInput(Name, properties)})),
        )
      } catch (error) {
        if (glueName(error) === 'AlreadyExistsException') throw alreadyExists('Namespace', Name, catalog)
        throw error
      }
    },
    loadNamespace: async (namespace) => propertiesOf(await load(namespace)),
    async updateNamespace(namespace, {set, remove}) {
      const database = await load(namespace)
      const Name = databaseOf(namespace)
      const kept = Object.entries(propertiesOf(database)).filter(([key]) => !remove.includes(key))
      const {CreateTableDefaultPermissions} = database
      const input = {
        ...databaseInput(Name, {...Object.fromEntries(kept), ...set}),
        ...(CreateTableDefaultPermissions && {CreateTableDefaultPermissions}),
      }
      await glue.change(`database ${Name}`, (client, sdk, about) =>
        client.send(new sdk.UpdateDatabaseCommand({...about, Name, DatabaseInput: input})),
      )
    },
    async dropNamespace(namespace) {
      await load(namespace)
      const Name = databaseOf(namespace)
      // Glue would drop whatever tables there are, of any kind.
      let NextToken: string | undefined
      do {
        const page = await glue.ask(`database ${Name}`, (client, sdk, about) =>
          client.send(new sdk.GetTablesCommand({...about, DatabaseName: Name, NextToken})),
        )
        if (page.TableList?.length) throw notEmpty(Name, catalog)
        // A page may be empty and not the last: tables that one may not see are left out of it.
        NextToken = page.NextToken
      } while (NextToken)
      await glue.change(`database ${Name}`, (client, sdk, about) => client.send(new sdk.DeleteDatabaseCommand({...about, Name})))
    },
  }
}

const propertiesOf = ({Description, LocationUri, Parameters}: Database): Readonly<Record<string, string>> => ({
  ...Parameters,
  ...(LocationUri && {location: LocationUri}),
  ...(Description && {comment: Description}),
})

function databaseInput(Name: string, {location, comment, ...Parameters}: Readonly<Record<string, string>>): DatabaseInput {
  return {Name, Parameters, ...(location !== undefined && {LocationUri: location}), ...(comment !== undefined && {Description: comment})}
}

const notEmpty = (name: string, catalog: string) =>
  new PhloError(`Namespace ${name} of catalog ${catalog} is not empty; nothing was changed.`, {
    code: 'NAMESPACE_NOT_EMPTY',
    exit: ExitCode.refused,
    suggestions: [`phlo table list ${name} --catalog ${catalog}`],
  })
