import {alreadyExists, ExitCode, namespaceNotFound, PhloError, usage} from '@phlo/core'
import {sql} from 'kysely'
import {decodeNamespace, encodeNamespace} from './names.js'
import type {SqlCatalogDatabase} from './tables.js'

/** The row that says that an empty namespace exists; readers of properties do not see it. */
const MARKER = 'exists'

/** Every namespace that a catalog's tables or properties name, as stored, with those below `parent` only. */
async function stored(db: SqlCatalogDatabase, catalog: string, parent?: string): Promise<readonly string[]> {
  const below = (column: string) => {
    const ref = sql.ref(column)
    // LIKE does not tell cases apart on SQLite; the filter below does.
    return parent === undefined ? sql<boolean>`1 = 1` : sql<boolean>`(${ref} = ${parent} or ${ref} like ${escapeLike(parent)} escape '!')`
  }
  const tables = await db
    .selectFrom('iceberg_tables')
    .select('table_namespace as namespace')
    .distinct()
    .where('catalog_name', '=', catalog)
    .where(below('table_namespace'))
    .execute()
  const properties = await db
    .selectFrom('iceberg_namespace_properties')
    .select('namespace')
    .distinct()
    .where('catalog_name', '=', catalog)
    .where(below('namespace'))
    .execute()
  const names = new Set([...tables, ...properties].map((row) => row.namespace))
  return [...names].filter((name) => parent === undefined || name === parent || name.startsWith(`${parent}.`))
}

const escapeLike = (text: string) => `${text.replace(/[!%_]/g, '!$&')}.%`

/** A namespace exists when it, or one below it, has a table or a property. */
export async function namespaceExists(db: SqlCatalogDatabase, catalog: string, namespace: readonly string[]): Promise<boolean> {
  return (await stored(db, catalog, encodeNamespace(namespace))).length > 0
}

export async function assertNamespace(db: SqlCatalogDatabase, catalog: string, namespace: readonly string[]): Promise<void> {
  if (!(await namespaceExists(db, catalog, namespace))) throw namespaceNotFound(namespace.join('.'), catalog)
}

/** The namespaces one level below `parent`, in the order of their names. */
export async function childNamespaces(
  db: SqlCatalogDatabase,
  catalog: string,
  parent: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const names = await stored(db, catalog, parent.length === 0 ? undefined : encodeNamespace(parent))
  if (parent.length > 0 && names.length === 0) throw namespaceNotFound(parent.join('.'), catalog)
  const levels = names.map(decodeNamespace).filter((name) => name.length > parent.length)
  const children = new Set(levels.map((name) => name.slice(0, parent.length + 1).join('.')))
  return [...children].sort().map(decodeNamespace)
}

/** Adds the namespace's rows; the marker always, so that it outlives its last property. */
export async function insertNamespace(
  db: SqlCatalogDatabase,
  catalog: string,
  namespace: readonly string[],
  properties: Readonly<Record<string, string>>,
): Promise<void> {
  checkProperties(Object.keys(properties))
  if (await namespaceExists(db, catalog, namespace)) throw alreadyExists('Namespace', namespace.join('.'), catalog)
  await db
    .insertInto('iceberg_namespace_properties')
    .values(rows(catalog, namespace, {[MARKER]: 'true', ...properties}))
    .execute()
}

export async function namespaceProperties(
  db: SqlCatalogDatabase,
  catalog: string,
  namespace: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  await assertNamespace(db, catalog, namespace)
  const found = await db
    .selectFrom('iceberg_namespace_properties')
    .select(['property_key', 'property_value'])
    .where('catalog_name', '=', catalog)
    .where('namespace', '=', encodeNamespace(namespace))
    .where('property_key', '!=', MARKER)
    .orderBy('property_key')
    .execute()
  return Object.fromEntries(found.map((row) => [row.property_key, row.property_value ?? '']))
}

export async function changeNamespace(
  db: SqlCatalogDatabase,
  catalog: string,
  namespace: readonly string[],
  changes: {readonly set: Readonly<Record<string, string>>; readonly remove: readonly string[]},
): Promise<void> {
  checkProperties([...Object.keys(changes.set), ...changes.remove])
  await assertNamespace(db, catalog, namespace)
  const keys = [...Object.keys(changes.set), ...changes.remove, MARKER]
  await db.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom('iceberg_namespace_properties')
      .where('catalog_name', '=', catalog)
      .where('namespace', '=', encodeNamespace(namespace))
      .where('property_key', 'in', keys)
      .execute()
    // The marker comes along: a namespace that only its tables implied has rows of its own from now on.
    await transaction
      .insertInto('iceberg_namespace_properties')
      .values(rows(catalog, namespace, {[MARKER]: 'true', ...changes.set}))
      .execute()
  })
}

export async function deleteNamespace(db: SqlCatalogDatabase, catalog: string, namespace: readonly string[]): Promise<void> {
  const encoded = encodeNamespace(namespace)
  await db.transaction().execute(async (transaction) => {
    const names = await stored(transaction, catalog, encoded)
    if (names.length === 0) throw namespaceNotFound(encoded, catalog)
    const tables = await transaction
      .selectFrom('iceberg_tables')
      .select('table_name')
      .where('catalog_name', '=', catalog)
      .where('table_namespace', '=', encoded)
      .limit(1)
      .execute()
    if (tables.length > 0 || names.some((name) => name !== encoded)) {
      throw new PhloError(`Namespace ${encoded} of catalog ${catalog} is not empty; nothing was changed.`, {
        code: 'NAMESPACE_NOT_EMPTY',
        exit: ExitCode.refused,
        suggestions: [`phlo table list ${encoded} --catalog ${catalog}`],
      })
    }
    await transaction
      .deleteFrom('iceberg_namespace_properties')
      .where('catalog_name', '=', catalog)
      .where('namespace', '=', encoded)
      .execute()
  })
}

function rows(catalog: string, namespace: readonly string[], properties: Readonly<Record<string, string>>) {
  return Object.entries(properties).map(([key, value]) => ({
    catalog_name: catalog,
    namespace: encodeNamespace(namespace),
    property_key: key,
    property_value: value,
  }))
}

function checkProperties(keys: readonly string[]): void {
  if (keys.includes(MARKER)) throw usage('INVALID_PROPERTY', `The namespace property ${MARKER} is the catalog's own and cannot be changed.`)
}
