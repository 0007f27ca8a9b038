import {commitStateUnknown, type FileIO, formatTableName, messageOf, refused, type TableName, unavailable} from '@phlo/core'
import {checkedTableMetadata, parseLoadedTable} from '../../spec/table-metadata-json.js'
import type {Catalog, CreateTable, LoadedTable} from '../catalog.js'
import type {TableUpdate} from '../updates.js'
import type {CommitReports} from './commit-reports.js'
import {assertAddressable, namespaceSegment, tableNameIn, tablePath} from './names.js'
import {assertDoneByNessie, isNessie} from './nessie.js'
import {pages} from './pages.js'
import {assertEndpoint, type Session} from './session.js'
import {type StorageAnswer, tableFileIO} from './table-storage.js'

type Tables = Pick<Catalog, 'listTables' | 'loadTable' | 'createTable' | 'registerTable' | 'renameTable' | 'dropTable' | 'commitTable'> &
  Required<Pick<Catalog, 'describeTable'>>

export interface TablesOptions {
  readonly catalog: string
  readonly session: () => Promise<Session>
  /** Throws for one that is not there: some servers would make a table all the same, which they do not list. */
  readonly loadNamespace: Catalog['loadNamespace']
  readonly openIO: (path: string, properties: Readonly<Record<string, string>>) => Promise<FileIO>
  readonly reports: CommitReports
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

interface TableAnswer extends StorageAnswer {
  readonly 'metadata-location'?: string | null
  readonly metadata: unknown
}

const CREDENTIALS = 'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials'
const REGISTER = 'POST /v1/{prefix}/namespaces/{namespace}/register'
const RENAME = 'POST /v1/{prefix}/tables/rename'

/** Asks for credentials of a table's storage, where the server hands some out. */
const DELEGATED = {'x-iceberg-access-delegation': 'vended-credentials'}

/** The tables of a catalog (REST specification, "tables"). */
export function restTables({catalog, session, loadNamespace, openIO, reports, now}: TablesOptions): Tables {
  // Some servers hand out a token for what is asked of one table (`LoadTableResult`, `config`).
  const tokens = new Map<string, string>()
  const keyOf = ({namespace, name}: TableName) => JSON.stringify([namespace, name])
  const tokenOf = (name: TableName) => tokens.get(keyOf(name))
  const pathOf = (open: Session, name: TableName) => tablePath(name, open.config.separator)
  const namespacePath = (open: Session, namespace: readonly string[]) => `namespaces/${namespaceSegment(namespace, open.config.separator)}`
  const load = async (open: Session, name: TableName, snapshots: 'all' | 'refs', headers: Readonly<Record<string, string>> = DELEGATED) => {
    const about = {kind: 'table', name} as const
    const parse = (text: string) => parseLoadedTable(text, formatTableName(name))
    return (await open.ask({method: 'GET', path: pathOf(open, name), query: {snapshots}, headers, about, parse, token: tokenOf(name)})).body
  }
  const renewal = (open: Session, name: TableName) => async () => {
    if (!open.config.endpoints.has(CREDENTIALS)) return (await load(open, name, 'refs')) as StorageAnswer
    const about = {kind: 'table', name} as const
    return (await open.ask({method: 'GET', path: `${pathOf(open, name)}/credentials`, about, token: tokenOf(name)})).body as StorageAnswer
  }
  const loaded = async (open: Session, name: TableName, body: unknown): Promise<LoadedTable> => {
    const answer = (body ?? {}) as TableAnswer
    const metadataLocation = answer['metadata-location']
    if (typeof metadataLocation !== 'string') {
      throw unavailable('CATALOG_UNAVAILABLE', `The catalog ${catalog} does not say where the metadata of ${formatTableName(name)} is.`)
    }
    const token = answer.config?.['token']
    if (token !== undefined) tokens.set(keyOf(name), token)
    const metadata = checkedTableMetadata(answer.metadata, metadataLocation)
    const {properties} = open.config
    const io = await tableFileIO({location: metadata.location, given: answer, properties, renew: renewal(open, name), openIO, now})
    return {metadataLocation, metadata, io}
  }
  return {
    async *listTables(namespace) {
      const open = await session()
      const path = `${namespacePath(open, namespace)}/tables`
      const about = {kind: 'namespace', namespace} as const
      const names: TableName[] = []
      for await (const name of pages(catalog, open, {method: 'GET', path, about}, tableNameIn, 'identifiers')) names.push(name)
      yield* names.sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    async loadTable(name) {
      const open = await session()
      return loaded(open, name, await load(open, name, 'all'))
    },
    async describeTable(name) {
      const answer = (await load(await session(), name, 'all', {})) as TableAnswer | undefined
      return checkedTableMetadata(answer?.metadata, answer?.['metadata-location'] ?? formatTableName(name))
    },
    async createTable(name, request) {
      assertAddressable(name)
      const open = await session()
      const path = `${namespacePath(open, name.namespace)}/tables`
      await loadNamespace(name.namespace)
      const about = {kind: 'table', name, newName: name} as const
      return loaded(open, name, (await open.change({method: 'POST', path, headers: DELEGATED, body: creation(name, request), about})).body)
    },
    async registerTable(name, location) {
      assertAddressable(name)
      const open = await session()
      assertEndpoint(open, catalog, REGISTER, 'register tables')
      const path = `${namespacePath(open, name.namespace)}/register`
      await loadNamespace(name.namespace)
      const about = {kind: 'table', name, newName: name} as const
      const body = {name: name.name, 'metadata-location': location}
      return loaded(open, name, (await open.change({method: 'POST', path, headers: DELEGATED, body, about})).body)
    },
    async renameTable(from, to) {
      assertAddressable(to)
      const open = await session()
      assertEndpoint(open, catalog, RENAME, 'rename tables')
      await loadNamespace(to.namespace)
      const about = {kind: 'table', name: from, newName: to} as const
      await open.change({method: 'POST', path: 'tables/rename', body: {source: from, destination: to}, about})
    },
    async dropTable(name) {
      const open = await session()
      await open.change({method: 'DELETE', path: pathOf(open, name), query: {purgeRequested: 'false'}, about: {kind: 'table', name}})
    },
    async commitTable(name, requirements, updates) {
      const open = await session()
      if (isNessie(open.config)) assertDoneByNessie(catalog, name, updates)
      const body = {identifier: name, requirements, updates: updates.flatMap((update) => asSent(catalog, update))}
      const {body: answer} = await open.commit({
        method: 'POST',
        path: pathOf(open, name),
        body,
        about: {kind: 'table', name},
        token: tokenOf(name),
      })
      reports.tell(open, name, updates, tokenOf(name))
      try {
        return await loaded(open, name, answer)
      } catch (error) {
        // The commit was made: whoever takes this for a failure would delete its files.
        const what = `The catalog ${catalog} committed to ${formatTableName(name)}, and its answer cannot be used`
        throw commitStateUnknown(`${what}: ${messageOf(error)}`, error)
      }
    },
  }
}

/** A table that is to be made; its version is a property, as everywhere. */
const creation = ({name}: TableName, {schema, partitionSpec, sortOrder, location, properties = {}}: CreateTable) => ({
  name,
  schema,
  ...(partitionSpec && {'partition-spec': partitionSpec}),
  ...(sortOrder && {'write-order': sortOrder}),
  ...(location !== undefined && {location}),
  'stage-create': false,
  properties,
})

/** An update as servers know it; older ones want the snapshot of statistics beside them too, and snapshots removed one by one (before Iceberg 1.9). */
function asSent(catalog: string, update: TableUpdate): readonly unknown[] {
  if (update.action === 'mend-metadata-log') {
    throw refused(
      'NOT_SUPPORTED_BY_CATALOG',
      `The server of catalog ${catalog} writes the metadata log itself, and it cannot be mended from here.`,
    )
  }
  if (update.action === 'remove-snapshots') return update['snapshot-ids'].map((id) => ({...update, 'snapshot-ids': [id]}))
  if (update.action === 'set-statistics') return [{...update, 'snapshot-id': update.statistics['snapshot-id']}]
  return [update]
}
