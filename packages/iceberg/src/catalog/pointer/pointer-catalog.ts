import {alreadyExists, formatTableName, hasCode, isSettledByLooking, type TableName} from '@phlo/core'
import {applyUpdates} from '../apply-updates.js'
import type {Catalog, LoadedTable} from '../catalog.js'
import {nextMetadataPath, readTableMetadata, writeTableMetadata} from '../metadata-file.js'
import {droppedMetadataFiles} from '../metadata-log.js'
import {freeLocation, newMetadata, type Warehouse} from '../new-table.js'
import {checkRequirements} from '../requirements.js'
import type {Pointer, PointerStore} from './pointer-store.js'

export interface PointerCatalogOptions extends Warehouse {
  /** Milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number
}

/**
 * A catalog that writes metadata files itself and keeps, for each table, which one is current: SQL, Hive, Glue, a bucket. A commit is one
 * compare-and-swap of the store's. A file that was written for a change which certainly was not made is deleted again. Tables without a
 * location go below that of their namespace (its property `location`), else below the warehouse.
 */
export function createPointerCatalog<Entry>(store: PointerStore<Entry>, {now = Date.now, ...warehouse}: PointerCatalogOptions): Catalog {
  const {openIO} = warehouse
  const open = async ({metadataLocation}: Pick<Pointer, 'metadataLocation'>): Promise<LoadedTable> => {
    const io = await openIO(metadataLocation)
    return {metadataLocation, metadata: await readTableMetadata(io, metadataLocation), io}
  }
  const assertFree = async (name: TableName) => {
    if (await exists(store, name)) throw alreadyExists('Table', formatTableName(name), store.name)
  }
  return {
    ...namespacesOf(store),
    loadTable: async (name) => open(await store.read(name)),
    async createTable(name, request) {
      const properties = await store.loadNamespace(name.namespace)
      await assertFree(name)
      const location = request.location ?? (await freeLocation(name, properties['location'], warehouse))
      const metadata = newMetadata(request, location, now())
      const path = nextMetadataPath(metadata)
      const table = {metadataLocation: path, metadata, io: await openIO(path)}
      await publish(store, name, table, () => store.insert(name, table))
      return table
    },
    async registerTable(name, metadataLocation) {
      await store.loadNamespace(name.namespace)
      const table = await open({metadataLocation})
      await settled(
        () => store.insert(name, table),
        () => pointsAt(store, name, metadataLocation),
      )
      return table
    },
    async renameTable(from, to) {
      await store.loadNamespace(to.namespace)
      const pointer = await store.read(from)
      const isMoved = async () => (await pointsAt(store, to, pointer.metadataLocation)) && !(await exists(store, from))
      await settled(() => store.rename(from, to, pointer), isMoved)
    },
    async dropTable(name) {
      const pointer = await store.read(name)
      await settled(
        () => store.remove(name, pointer),
        async () => !(await exists(store, name)),
      )
    },
    async commitTable(name, requirements, updates) {
      const pointer = await store.read(name)
      const base = await open(pointer)
      checkRequirements(base.metadata, requirements)
      const metadata = applyUpdates(base.metadata, updates, {now: now(), previousLocation: base.metadataLocation})
      if (metadata === base.metadata) return base
      const table = {metadataLocation: nextMetadataPath(metadata, base.metadataLocation), metadata, io: base.io}
      await publish(store, name, table, () => store.swap(name, {...pointer, metadata: base.metadata}, table))
      await deleteOldMetadata(store, name, base, table)
      return table
    },
    async check() {
      await store.check()
      const root = warehouse.warehouse
      if (root !== undefined) await (await openIO(root)).stat(`${root.replace(/\/+$/, '')}/.phlo-check`)
    },
  }
}

/** A store may need its `this`. */
const namespacesOf = (store: PointerStore) => ({
  name: store.name,
  listNamespaces: store.listNamespaces.bind(store),
  createNamespace: store.createNamespace.bind(store),
  loadNamespace: store.loadNamespace.bind(store),
  updateNamespace: store.updateNamespace.bind(store),
  dropNamespace: store.dropNamespace.bind(store),
  listTables: store.listTables.bind(store),
  close: store.close.bind(store),
})

/** Writes the metadata file, lets the name point at it, and deletes it again when the name certainly does not. */
async function publish(store: PointerStore, name: TableName, {io, metadataLocation, metadata}: LoadedTable, change: () => Promise<void>) {
  await writeTableMetadata(io, metadataLocation, metadata)
  try {
    await settled(change, () => pointsAt(store, name, metadataLocation))
  } catch (error) {
    if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) await io.delete([metadataLocation])
    throw error
  }
}

/** Does what may end without an answer; then looks whether it was done. */
async function settled(change: () => Promise<void>, isDone: () => Promise<boolean>): Promise<void> {
  try {
    await change()
  } catch (error) {
    if (!isSettledByLooking(error) || !(await isDone().catch(() => false))) throw error
  }
}

/** Whether a name is taken, by whatever. */
async function exists(store: PointerStore, name: TableName): Promise<boolean> {
  try {
    await store.read(name)
    return true
  } catch (error) {
    if (hasCode(error, 'TABLE_NOT_FOUND')) return false
    if (hasCode(error, 'NOT_AN_ICEBERG_TABLE')) return true
    throw error
  }
}

const pointsAt = async (store: PointerStore, name: TableName, location: string) => (await store.read(name)).metadataLocation === location

/**
 * `write.metadata.delete-after-commit.enabled`: only files that the log dropped, and only when the commit can be seen. The commit is made
 * by now, so that nothing that fails here may look like a failure of it: callers would delete what it refers to.
 */
async function deleteOldMetadata(store: PointerStore, name: TableName, base: LoadedTable, committed: LoadedTable): Promise<void> {
  if (committed.metadata.properties['write.metadata.delete-after-commit.enabled']?.toLowerCase() !== 'true') return
  const dropped = droppedMetadataFiles(base.metadata, committed.metadata)
  try {
    if (dropped.length > 0 && (await pointsAt(store, name, committed.metadataLocation))) await committed.io.delete(dropped)
  } catch {
    // Old metadata files that stay are found by vacuum.
  }
}
