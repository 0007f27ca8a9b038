import {alreadyExists, commitStateUnknown, formatTableName, namespaceNotFound, type TableName, tableNotFound} from '@phlo/core'
import {currentSchema, type TableMetadata} from '@phlo/iceberg'
import {type Pointer, type PointerStore, type Publication, readTableMetadata, type Warehouse} from '@phlo/iceberg/catalog'
import {hiveError} from '../api/errors.js'
import type {Locks} from '../api/locks.js'
import {isIceberg, type Metastore} from '../api/metastore.js'
import type {HiveSettings} from '../api/settings.js'
import type {HiveTable} from '../api/structs.js'
import {isHive2} from '../api/version.js'
import {hasTimestampTz} from './columns.js'
import {flag, hiveTable, newHiveTable} from './hive-table.js'
import {assertTableName, databaseOf, hiveName, notIceberg, refusedName} from './names.js'
import {hiveNamespaces} from './namespaces.js'
import {replaceTable} from './replace.js'

export interface HiveStoreOptions extends Warehouse {
  readonly name: string
  readonly metastore: Metastore
  readonly locks: Locks
  readonly settings: HiveSettings
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A metastore as what keeps the pointers of a catalog: its databases are the namespaces, its Iceberg tables the tables. */
export function hiveStore({name: catalog, metastore, locks, settings, now, openIO, warehouse}: HiveStoreOptions): PointerStore<HiveTable> {
  const replacing = {metastore, locks, version: settings.version}

  const found = async ({namespace, name}: TableName): Promise<HiveTable | undefined> => {
    const database = databaseOf(namespace)
    return database === undefined ? undefined : metastore.table(database, hiveName(name))
  }
  const read = async (name: TableName): Promise<Pointer<HiveTable>> => {
    assertTableName(name, catalog)
    const entry = await found(name)
    if (!entry) throw tableNotFound(formatTableName(name), catalog)
    const metadataLocation = entry.parameters?.['metadata_location']
    if (!isIceberg(entry) || metadataLocation === undefined) throw notIceberg(name, catalog, entry)
    return {metadataLocation, entry}
  }
  const assertDatabase = async ({namespace}: Pick<TableName, 'namespace'>) => {
    const name = databaseOf(namespace)
    if (name === undefined || !(await metastore.database(name))) throw namespaceNotFound(namespace.join('.'), catalog)
  }
  /** Hive 2 has other types of columns; it is asked what it is only for the one that makes the difference. */
  const hasOldTypes = async (metadata: TableMetadata) => hasTimestampTz(currentSchema(metadata)) && isHive2(await metastore.version())
  /** Whether a metadata file is the table's, or was before others committed. */
  const isIn = async (name: TableName, path: string): Promise<boolean> => {
    const metadataLocation = (await found(name))?.parameters?.['metadata_location']
    if (metadataLocation === undefined || metadataLocation === path) return metadataLocation === path
    const metadata = await readTableMetadata(await openIO(metadataLocation), metadataLocation)
    return metadata['metadata-log'].some((entry) => entry['metadata-file'] === path)
  }

  return {
    name: catalog,
    ...hiveNamespaces(metastore, {warehouse, user: settings.user}),
    async *listTables(namespace) {
      const database = databaseOf(namespace)
      const names = database === undefined ? [] : await metastore.icebergTables(database)
      if (names.length === 0) await assertDatabase({namespace})
      yield* names.toSorted().map((name) => ({namespace, name}))
    },
    read,
    async insert(name: TableName, {metadata, metadataLocation}: Publication) {
      const text = formatTableName(name)
      const isOld = await hasOldTypes(metadata)
      const base = newHiveTable(name, metadata, settings.user, now())
      const table = hiveTable(base, {metadata, metadataLocation, settings: settings.table, isHive2: isOld})
      if (await found(name)) throw alreadyExists('Table', text, catalog)
      const created = await metastore.createTable(table)
      if ('unknown' in created) throw created.unknown
      if ('done' in created) return
      const {refusal} = created
      // A metastore that was cut off from its database tries again, and may refuse what it has done.
      const seen = await found(name).catch((error: unknown) => {
        throw commitStateUnknown(`It is not known whether ${text} was made: ${refusal.message}`, error)
      })
      if (seen?.parameters?.['metadata_location'] === metadataLocation) return
      // Of two that make one at the same time, a metastore tells one of an error of its database.
      if (seen || refusal.kind === 'AlreadyExistsException') throw alreadyExists('Table', text, catalog)
      // A database that is missing is one of the things that it calls invalid.
      await assertDatabase(name)
      throw refusal.kind === 'InvalidObjectException'
        ? refusedName('table', text, catalog, refusal.message)
        : hiveError(catalog, `table ${text}`, refusal)
    },
    async swap(name, base, {metadata, metadataLocation}) {
      const isOld = await hasOldTypes(metadata)
      await replaceTable(replacing, {
        name,
        base: base.metadataLocation,
        isLocked: flag(base.metadata, 'engine.hive.lock-enabled', settings.lock.isEnabled),
        replace: (table) => hiveTable(table, {metadata, metadataLocation, base, settings: settings.table, isHive2: isOld}),
        landed: () => isIn(name, metadataLocation),
      })
    },
    async rename(from, to, {metadataLocation}) {
      assertTableName(to, catalog)
      if (await found(to)) throw alreadyExists('Table', formatTableName(to), catalog)
      const isAt = async (name: TableName) => (await found(name))?.parameters?.['metadata_location'] === metadataLocation
      await replaceTable(replacing, {
        name: from,
        base: metadataLocation,
        isLocked: settings.lock.isEnabled,
        replace: (table) => ({...table, dbName: databaseOf(to.namespace) ?? '', tableName: hiveName(to.name)}),
        landed: async () => (await isAt(to)) && !(await isAt(from)),
      })
    },
    async remove(name) {
      const dropped = await metastore.dropTable(databaseOf(name.namespace) ?? '', hiveName(name.name))
      if ('unknown' in dropped) throw dropped.unknown
      if ('done' in dropped) return
      if (dropped.refusal.kind === 'NoSuchObjectException') throw tableNotFound(formatTableName(name), catalog)
      throw hiveError(catalog, `table ${formatTableName(name)}`, dropped.refusal)
    },
    async check() {
      await metastore.databases()
    },
    close: async () => metastore.close(),
  }
}
