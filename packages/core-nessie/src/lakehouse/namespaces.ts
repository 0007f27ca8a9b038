import {alreadyExists, namespaceNotFound, usage} from '@phlo/core'
import type {Catalog} from '@phlo/iceberg'
import {formatKey} from '../api/keys.js'
import type {Contents, NessieApi} from '../api/nessie-api.js'
import {isNamespace, type Key, type NamespaceContent} from '../api/types.js'
import {commitOn} from './commit-on.js'
import {contentsAt, type Place} from './place.js'

type Namespaces = Pick<Catalog, 'listNamespaces' | 'createNamespace' | 'loadNamespace' | 'updateNamespace' | 'dropNamespace'>

/** The namespace at a key. @throws PhloError `NAMESPACE_NOT_FOUND` */
export function namespaceIn(contents: Contents, key: Key, catalog: string): NamespaceContent {
  const content = contents.get(key)
  if (!isNamespace(content)) throw namespaceNotFound(formatKey(key), catalog)
  return content
}

/** Namespaces of a place: Nessie has those that were made, as it has tables. */
export function nessieNamespaces(api: NessieApi, place: () => Promise<Place>): Namespaces {
  const {catalog} = api
  const load = async (namespace: Key) => {
    const key = checkedKey(namespace)
    return namespaceIn(await contentsAt(api, await place(), [key]), key, catalog)
  }
  return {
    async *listNamespaces(parent) {
      if (parent.length > 0) await load(parent)
      const found: Key[] = []
      for await (const {key} of api.entries((await place()).ref, {below: parent, type: 'NAMESPACE'})) {
        if (key.length === parent.length + 1) found.push(key)
      }
      yield* found.sort((a, b) => ((a.at(-1) ?? '') < (b.at(-1) ?? '') ? -1 : 1))
    },
    async createNamespace(namespace, properties) {
      const key = checkedKey(namespace)
      const parents = key.slice(1).map((_, at) => key.slice(0, at + 1))
      await commitOn(api, await place(), [key, ...parents], (contents) => {
        for (const parent of parents) namespaceIn(contents, parent, catalog)
        if (contents.get(key)) throw alreadyExists('Namespace', formatKey(key), catalog)
        return {
          message: `Create namespace ${formatKey(key)}`,
          operations: [{type: 'PUT', key, content: {type: 'NAMESPACE', elements: key, properties}}],
          landed: (seen) => isNamespace(seen.get(key)),
        }
      })
    },
    loadNamespace: async (namespace) => (await load(namespace)).properties ?? {},
    async updateNamespace(namespace, {set, remove}) {
      const key = checkedKey(namespace)
      await commitOn(api, await place(), [key], (contents) => {
        const before = namespaceIn(contents, key, catalog)
        const kept = Object.entries(before.properties ?? {}).filter(([name]) => !remove.includes(name))
        const properties = {...Object.fromEntries(kept), ...set}
        return {
          message: `Change properties of namespace ${formatKey(key)}`,
          operations: [{type: 'PUT', key, content: {...before, properties}}],
          landed: (seen) => {
            const now = seen.get(key)
            return isNamespace(now) && sameProperties(now.properties ?? {}, properties)
          },
        }
      })
    },
    async dropNamespace(namespace) {
      const key = checkedKey(namespace)
      await commitOn(api, await place(), [key], (contents) => {
        namespaceIn(contents, key, catalog)
        return {
          message: `Drop namespace ${formatKey(key)}`,
          operations: [{type: 'DELETE', key}],
          landed: (seen) => seen.get(key) === undefined,
        }
      })
    },
  }
}

/** @throws PhloError `INVALID_NAMESPACE` (exit 2) */
function checkedKey(namespace: Key): Key {
  // Control characters stand for others in what servers keep.
  if (namespace.length > 0 && namespace.every((level) => level !== '' && !/\p{Cc}/u.test(level))) return namespace
  throw usage('INVALID_NAMESPACE', `${JSON.stringify(formatKey(namespace))} is not a namespace: it needs levels, and none may be empty.`)
}

const sameProperties = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>) =>
  Object.keys(one).length === Object.keys(other).length && Object.entries(one).every(([key, value]) => other[key] === value)
