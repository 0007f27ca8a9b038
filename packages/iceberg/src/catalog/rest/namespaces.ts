import {unavailable} from '@phlo/core'
import type {Catalog} from '../catalog.js'
import {isLevels, namespaceParameter, namespaceSegment} from './names.js'
import {pages} from './pages.js'
import type {Session} from './session.js'

type Namespaces = Pick<Catalog, 'listNamespaces' | 'createNamespace' | 'loadNamespace' | 'updateNamespace' | 'dropNamespace'>

/** The namespaces of a catalog (REST specification, "namespaces"). */
export function restNamespaces(catalog: string, session: () => Promise<Session>): Namespaces {
  const locate = async (namespace: readonly string[]) => {
    const open = await session()
    return {open, path: `namespaces/${namespaceSegment(namespace, open.config.separator)}`, about: {kind: 'namespace', namespace} as const}
  }
  return {
    async *listNamespaces(parent) {
      const open = await session()
      const isTop = parent.length === 0
      const query = isTop ? {} : {parent: namespaceParameter(parent, open.config.separator)}
      const about = isTop ? ({kind: 'catalog'} as const) : ({kind: 'namespace', namespace: parent} as const)
      yield* pages(
        catalog,
        open,
        {method: 'GET', path: 'namespaces', query, about},
        (item) => (isLevels(item) ? item : undefined),
        'namespaces',
      )
    },
    async createNamespace(namespace, properties) {
      const {open, about} = await locate(namespace)
      await open.change({method: 'POST', path: 'namespaces', body: {namespace, properties}, about})
    },
    async loadNamespace(namespace) {
      const {open, path, about} = await locate(namespace)
      const {body} = await open.ask({method: 'GET', path, about})
      if (typeof body !== 'object' || body === null) {
        throw unavailable('CATALOG_UNAVAILABLE', `The catalog ${catalog} does not say what namespace ${namespace.join('.')} has.`)
      }
      const {properties} = body as {readonly properties?: Readonly<Record<string, string>> | null}
      return properties ?? {}
    },
    async updateNamespace(namespace, {set, remove}) {
      const {open, path, about} = await locate(namespace)
      await open.change({method: 'POST', path: `${path}/properties`, body: {updates: set, removals: remove}, about})
    },
    async dropNamespace(namespace) {
      const {open, path, about} = await locate(namespace)
      await open.change({method: 'DELETE', path, about})
    },
  }
}
