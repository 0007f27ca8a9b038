import {alreadyExists, commitConflict, formatTableName, hasCode, type TableName, tableNotFound} from '@phlo/core'
import type {Catalog, LoadedTable, TableUpdate} from '@phlo/iceberg'
import {
  applyUpdates,
  checkRequirements,
  freeLocation,
  newMetadata,
  nextMetadataPath,
  readTableMetadata,
  type Warehouse,
  writeTableMetadata,
} from '@phlo/iceberg/catalog'
import type {Contents, NessieApi} from '../api/nessie-api.js'
import {isTable, type Key, type TableContent} from '../api/types.js'
import {commitOn} from './commit-on.js'
import {sharedMetadata, tableContent} from './content.js'
import {namespaceIn} from './namespaces.js'
import {contentsAt, notABranch, type Place} from './place.js'

type Tables = Pick<Catalog, 'listTables' | 'loadTable' | 'createTable' | 'registerTable' | 'renameTable' | 'dropTable' | 'commitTable'>

export interface TablesOptions extends Warehouse {
  readonly api: NessieApi
  readonly place: () => Promise<Place>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Tables of a place: Nessie says where the metadata of each is; the files are written here. */
export function nessieTables({api, place, now, ...warehouse}: TablesOptions): Tables {
  const {catalog} = api
  const {openIO} = warehouse
  const writable = async () => {
    const at = await place()
    if (!at.isBranch) throw notABranch(catalog, at)
    return at
  }
  const loaded = ({metadataLocation}: TableContent) => loadTable(metadataLocation, {openIO})
  const tableIn = (contents: Contents, name: TableName): TableContent => {
    const content = contents.get(keyOf(name))
    if (!isTable(content)) throw tableNotFound(formatTableName(name), catalog)
    return content
  }
  /** What has to be so for a name to be taken. */
  const assertFree = (contents: Contents, name: TableName) => {
    const properties = namespaceIn(contents, name.namespace, catalog).properties ?? {}
    const there = contents.get(keyOf(name))
    if (there) throw alreadyExists(there.type === 'ICEBERG_VIEW' ? 'View' : 'Table', formatTableName(name), catalog)
    return properties
  }
  const nameKeys = (name: TableName) => [name.namespace, keyOf(name)]
  /** Lets a free name be a metadata file's. */
  const publish = (at: Place, name: TableName, {metadata, metadataLocation}: LoadedTable, verb: string) =>
    commitOn(api, at, nameKeys(name), (contents) => {
      if (pointsAt(contents, name, metadataLocation)) return 'landed'
      assertFree(contents, name)
      return {
        message: `${verb} table ${formatTableName(name)}`,
        operations: [{type: 'PUT', key: keyOf(name), content: tableContent(metadata, metadataLocation, undefined)}],
        landed: (seen) => pointsAt(seen, name, metadataLocation),
      }
    })

  return {
    async *listTables(namespace) {
      const {ref} = await place()
      const names: string[] = []
      for await (const {key} of api.entries(ref, {below: namespace, type: 'ICEBERG_TABLE'})) {
        if (key.length === namespace.length + 1) names.push(key.at(-1) ?? '')
      }
      if (names.length === 0) namespaceIn(await contentsAt(api, await place(), [namespace]), namespace, catalog)
      yield* names.sort().map((name) => ({namespace, name}))
    },
    async loadTable(name) {
      return loaded(tableIn(await contentsAt(api, await place(), [keyOf(name)]), name))
    },
    async createTable(name, request) {
      const at = await writable()
      const properties = assertFree(await contentsAt(api, at, nameKeys(name)), name)
      const location = request.location ?? (await freeLocation(name, properties['location'], warehouse))
      const metadata = sharedMetadata(newMetadata(request, location, now()))
      const path = nextMetadataPath(metadata)
      const table = {metadataLocation: path, metadata, io: await openIO(path)}
      await writeTableMetadata(table.io, path, metadata)
      await unlessTaken(table, () => publish(at, name, table, 'Create'))
      return table
    },
    async registerTable(name, location) {
      const at = await writable()
      assertFree(await contentsAt(api, at, nameKeys(name)), name)
      const io = await openIO(location)
      const table = {metadataLocation: location, metadata: await readTableMetadata(io, location), io}
      await publish(at, name, table, 'Register')
      return {...table, metadata: sharedMetadata(table.metadata)}
    },
    async renameTable(from, to) {
      await commitOn(api, await writable(), [keyOf(from), ...nameKeys(to)], (contents) => {
        const content = tableIn(contents, from)
        assertFree(contents, to)
        return {
          message: `Rename table ${formatTableName(from)} to ${formatTableName(to)}`,
          // With its id it is the same table.
          operations: [
            {type: 'DELETE', key: keyOf(from)},
            {type: 'PUT', key: keyOf(to), content},
          ],
          landed: (seen) => pointsAt(seen, to, content.metadataLocation) && seen.get(keyOf(from)) === undefined,
        }
      })
    },
    async dropTable(name) {
      await commitOn(api, await writable(), [keyOf(name)], (contents) => {
        tableIn(contents, name)
        return {
          message: `Drop table ${formatTableName(name)}`,
          operations: [{type: 'DELETE', key: keyOf(name)}],
          landed: (seen) => seen.get(keyOf(name)) === undefined,
        }
      })
    },
    async commitTable(name, requirements, updates) {
      const at = await writable()
      const read = await contentsAt(api, at, [keyOf(name)])
      const content = tableIn(read, name)
      const base = await loaded(content)
      checkRequirements(base.metadata, requirements)
      const metadata = applyUpdates(base.metadata, updates, {now: now(), previousLocation: base.metadataLocation})
      if (metadata === base.metadata) return base
      const path = nextMetadataPath(metadata, base.metadataLocation)
      const table = {metadataLocation: path, metadata, io: base.io}
      await writeTableMetadata(base.io, path, metadata)
      const propose = (contents: Contents) => {
        const current = contents.get(keyOf(name))
        // Whatever stands between may have sent the request twice: then the conflict is with this very commit.
        if (pointsAt(contents, name, path)) return 'landed'
        if (!isTable(current) || current.id !== content.id || current.metadataLocation !== content.metadataLocation) {
          throw commitConflict(`Table ${formatTableName(name)} was changed by somebody else meanwhile; nothing was changed.`)
        }
        return {
          message: messageOf(name, updates),
          operations: [{type: 'PUT' as const, key: keyOf(name), content: tableContent(metadata, path, content.id)}],
          landed: (seen: Contents) => pointsAt(seen, name, path),
        }
      }
      await unlessTaken(table, () => commitOn(api, at, [keyOf(name)], propose, read))
      return table
    },
  }
}

/** What a metadata file says. */
export async function loadTable(metadataLocation: string, {openIO}: Pick<Warehouse, 'openIO'>): Promise<LoadedTable> {
  const io = await openIO(metadataLocation)
  return {metadataLocation, metadata: sharedMetadata(await readTableMetadata(io, metadataLocation)), io}
}

const keyOf = ({namespace, name}: TableName): Key => [...namespace, name]

const pointsAt = (contents: Contents, name: TableName, metadataLocation: string) => {
  const content = contents.get(keyOf(name))
  return isTable(content) && content.metadataLocation === metadataLocation
}

/** Deletes the metadata file that was written for a commit, when it certainly was not made. */
async function unlessTaken({io, metadataLocation}: LoadedTable, commit: () => Promise<void>): Promise<void> {
  try {
    await commit()
  } catch (error) {
    if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) await io.delete([metadataLocation])
    throw error
  }
}

/** What a commit is called in the log of its branch. */
function messageOf(name: TableName, updates: readonly TableUpdate[]): string {
  const snapshots = updates.flatMap((update) => (update.action === 'add-snapshot' ? [update.snapshot] : []))
  const what = snapshots.map(({summary}) => summary?.operation ?? 'snapshot').join(', ')
  return `${what === '' ? 'Change metadata' : `Commit ${what}`} of table ${formatTableName(name)}`
}
