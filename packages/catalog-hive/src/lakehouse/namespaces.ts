import {alreadyExists, ExitCode, namespaceNotFound, PhloError, refused} from '@phlo/core'
import type {Catalog} from '@phlo/iceberg'
import {hiveError} from '../api/errors.js'
import type {Metastore} from '../api/metastore.js'
import type {HiveDatabase} from '../api/structs.js'
import {isHive2} from '../api/version.js'
import {databaseOf, newDatabase, refusedName} from './names.js'
import {settled} from './settled.js'

type Namespaces = Pick<Catalog, 'listNamespaces' | 'createNamespace' | 'loadNamespace' | 'updateNamespace' | 'dropNamespace'>
type Properties = Readonly<Record<string, string>>

export interface NamespacesOptions {
  /** Where those without a location go. Default: where the metastore puts them. */
  readonly warehouse: string | undefined
  readonly user: string
}

/** Names of properties that a database has fields for, as in Iceberg's Java library. */
const COMMENT = 'comment'
const LOCATION = 'location'
/** A metastore keeps what these are unless it is given another, and that of Hive 2 always. */
const KEPT = [COMMENT, LOCATION]
const OWNER = 'hive.metastore.database.owner'
const OWNER_TYPE = 'hive.metastore.database.owner-type'
const OWNER_TYPES = ['USER', 'ROLE', 'GROUP']

/** Namespaces are the databases of the metastore. */
export function hiveNamespaces(metastore: Metastore, {warehouse, user}: NamespacesOptions): Namespaces {
  const {catalog} = metastore
  const load = async (namespace: readonly string[]): Promise<HiveDatabase> => {
    const name = databaseOf(namespace)
    const found = name === undefined ? undefined : await metastore.database(name)
    if (!found) throw namespaceNotFound(namespace.join('.'), catalog)
    return found
  }
  return {
    async *listNamespaces(parent) {
      if (parent.length > 0) {
        await load(parent)
        return
      }
      yield* (await metastore.databases()).toSorted().map((name) => [name])
    },
    async createNamespace(namespace, properties) {
      const name = newDatabase(namespace, catalog)
      const location = warehouse && `${warehouse.replace(/\/+$/, '')}/${name}.db`
      const owned = {[OWNER]: user, [OWNER_TYPE]: 'USER', ...(location && {[LOCATION]: location}), ...properties}
      const changed = await metastore.createDatabase(described({name}, owned))
      const isThere = async () => sameProperties(propertiesOf((await metastore.database(name)) ?? {}), owned)
      await settled(changed, isThere, ({kind, message}) => {
        if (kind === 'AlreadyExistsException') return alreadyExists('Namespace', name, catalog)
        if (kind === 'InvalidObjectException') return refusedName('namespace', namespace.join('.'), catalog, message)
        return hiveError(catalog, `namespace ${name}`, {kind, message})
      })
    },
    loadNamespace: async (namespace) => propertiesOf(await load(namespace)),
    async updateNamespace(namespace, {set, remove}) {
      const before = await load(namespace)
      const name = nameOf(namespace)
      const rest = Object.entries(propertiesOf(before)).filter(([key]) => !remove.includes(key))
      const properties: Properties = {...Object.fromEntries(rest), ...set}
      const changed = KEPT.find((key) => properties[key] !== propertiesOf(before)[key])
      if (changed !== undefined && (properties[changed] === undefined || isHive2(await metastore.version()))) {
        throw kept(changed, name, catalog)
      }
      const isSo = async () => sameProperties(propertiesOf((await metastore.database(name)) ?? {}), properties)
      await settled(await metastore.alterDatabase(name, described(before, properties)), isSo, (refusal) => {
        if (refusal.kind === 'NoSuchObjectException') return namespaceNotFound(name, catalog)
        return hiveError(catalog, `namespace ${name}`, refusal)
      })
    },
    async dropNamespace(namespace) {
      await load(namespace)
      const name = nameOf(namespace)
      const isGone = async () => (await metastore.database(name)) === undefined
      await settled(await metastore.dropDatabase(name), isGone, (refusal) => {
        if (refusal.kind === 'NoSuchObjectException') return namespaceNotFound(name, catalog)
        return refusal.kind === 'InvalidOperationException' ? notEmpty(name, catalog) : hiveError(catalog, `namespace ${name}`, refusal)
      })
    },
  }
}

const nameOf = (namespace: readonly string[]) => databaseOf(namespace) ?? ''

function propertiesOf({parameters, description, locationUri, ownerName, ownerType}: HiveDatabase): Properties {
  return {
    ...parameters,
    ...(description && {[COMMENT]: description}),
    ...(locationUri && {[LOCATION]: asUri(locationUri)}),
    ...(ownerName && {[OWNER]: ownerName}),
    ...(ownerName && ownerType !== undefined && {[OWNER_TYPE]: OWNER_TYPES[ownerType - 1] ?? 'USER'}),
  }
}

const kept = (key: string, namespace: string, catalog: string) =>
  refused(
    'NOT_SUPPORTED_BY_CATALOG',
    `The metastore of catalog ${catalog} keeps the ${key} of namespace ${namespace}: Hive 2 does not change it, and later ones do not remove it.`,
  )

/** Hadoop writes local paths as `file:/a`. */
const asUri = (location: string) => location.replace(/^file:\/(?!\/)/, 'file:///')

/** A database with these properties and no others. */
function described(database: HiveDatabase, properties: Properties): HiveDatabase {
  const {[COMMENT]: description, [LOCATION]: locationUri, [OWNER]: ownerName, [OWNER_TYPE]: ownerType, ...parameters} = properties
  return {
    ...database,
    parameters,
    description,
    locationUri,
    ownerName,
    ownerType: ownerName === undefined ? undefined : Math.max(0, OWNER_TYPES.indexOf(ownerType?.toUpperCase() ?? '')) + 1,
  }
}

/** Whether what was asked for is there; the metastore writes locations in its own way, and adds an owner. */
function sameProperties(seen: Properties, asked: Properties): boolean {
  const plain = (text: string) => text.replace(/\/+$/, '')
  return Object.entries(asked).every(([key, value]) => seen[key] !== undefined && plain(seen[key]) === plain(value))
}

function notEmpty(namespace: string, catalog: string): PhloError {
  return new PhloError(`Namespace ${namespace} of catalog ${catalog} is not empty; nothing was changed.`, {
    code: 'NAMESPACE_NOT_EMPTY',
    exit: ExitCode.refused,
    suggestions: [`phlo table list ${namespace} --catalog ${catalog}`],
  })
}
