import {alreadyExists, commitConflict, formatTableName, namespaceNotFound, refused, type TableName, tableNotFound} from '@phlo/core'
import type {PointerStore} from '@phlo/iceberg/catalog'
import type {Found, Objects} from './objects.js'

/** `n-<level>/` for each level: with a letter before it, no name means something in a path. */
const folderOf = (namespace: readonly string[]) => namespace.map((level) => `n-${encodeURIComponent(level)}/`).join('')
const keyOf = ({namespace, name}: TableName) => `${folderOf(namespace)}t-${encodeURIComponent(name)}.json`
const propertiesOf = (namespace: readonly string[]) => `${folderOf(namespace)}namespace.json`

/**
 * Iceberg tables on a bucket alone. Each table is one small object, which says where its metadata is and is only replaced by who has
 * seen it as it is (`If-Match`). Renaming would take two objects at once, which S3 cannot do: it is refused.
 */
export function bucketStore(catalog: string, objects: Objects): PointerStore<Found> {
  const namespaceAt = async (namespace: readonly string[]): Promise<Found> => {
    const found = await objects.read(propertiesOf(namespace))
    if (!found) throw namespaceNotFound(namespace.join('.'), catalog)
    return found
  }
  const childrenOf = async (namespace: readonly string[], pattern: RegExp) =>
    (await objects.list(folderOf(namespace)))
      .flatMap((name) => pattern.exec(name)?.[1] ?? [])
      .map(decodeURIComponent)
      .sort()
  const changed = (what: string) => commitConflict(`${what} was changed by somebody else meanwhile; nothing was changed.`)
  return {
    name: catalog,
    async *listNamespaces(parent) {
      if (parent.length > 0) await namespaceAt(parent)
      for (const level of await childrenOf(parent, /^n-(.*)\/$/)) yield [...parent, level]
    },
    async createNamespace(namespace, properties) {
      if (namespace.length > 1) await namespaceAt(namespace.slice(0, -1))
      if (await objects.swap(propertiesOf(namespace), properties, undefined)) return
      throw alreadyExists('Namespace', namespace.join('.'), catalog)
    },
    loadNamespace: async (namespace) => (await namespaceAt(namespace)).value,
    async updateNamespace(namespace, {set, remove}) {
      const seen = await namespaceAt(namespace)
      const kept = Object.entries(seen.value).filter(([key]) => !remove.includes(key))
      if (await objects.swap(propertiesOf(namespace), {...Object.fromEntries(kept), ...set}, seen)) return
      throw changed(`Namespace ${namespace.join('.')}`)
    },
    async dropNamespace(namespace) {
      await namespaceAt(namespace)
      const inside = await objects.list(folderOf(namespace))
      if (inside.length > 1) throw refused('NAMESPACE_NOT_EMPTY', `Namespace ${namespace.join('.')} of catalog ${catalog} is not empty.`)
      await objects.delete(propertiesOf(namespace))
    },
    async *listTables(namespace) {
      await namespaceAt(namespace)
      for (const name of await childrenOf(namespace, /^t-(.*)\.json$/)) yield {namespace, name}
    },
    async read(name) {
      const entry = await objects.read(keyOf(name))
      const metadataLocation = entry?.value['metadata-location']
      if (!entry || metadataLocation === undefined) throw tableNotFound(formatTableName(name), catalog)
      return {metadataLocation, entry}
    },
    async insert(name, {metadataLocation}) {
      if (await objects.swap(keyOf(name), {'metadata-location': metadataLocation}, undefined)) return
      throw alreadyExists('Table', formatTableName(name), catalog)
    },
    async swap(name, {entry}, {metadataLocation}) {
      if (await objects.swap(keyOf(name), {'metadata-location': metadataLocation}, entry)) return
      throw changed(`Table ${formatTableName(name)}`)
    },
    async rename({name}) {
      throw refused('NOT_SUPPORTED_BY_CATALOG', `Catalog ${catalog} cannot rename ${name}: a bucket does not change two objects at once.`)
    },
    remove: (name) => objects.delete(keyOf(name)),
    check: async () => void (await objects.list('')),
    close: objects.close,
  }
}
