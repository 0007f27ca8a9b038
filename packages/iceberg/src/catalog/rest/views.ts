import {formatTableName, type TableName, unavailable} from '@phlo/core'
import {checkedViewMetadata} from '../../spec/view-metadata.js'
import type {Catalog} from '../catalog.js'
import {namespaceSegment, tableNameIn, viewPath} from './names.js'
import {pages} from './pages.js'
import {LIST_VIEWS, LOAD_VIEW} from './server-config.js'
import {assertEndpoint, type Session} from './session.js'

/** The views of a catalog (REST specification, "views"), which not every server has. */
export function restViews(catalog: string, session: () => Promise<Session>): Required<Pick<Catalog, 'listViews' | 'loadView'>> {
  return {
    async *listViews(namespace) {
      const open = await session()
      assertEndpoint(open, catalog, LIST_VIEWS, 'list views')
      const path = `namespaces/${namespaceSegment(namespace, open.config.separator)}/views`
      const about = {kind: 'namespace', namespace} as const
      const names: TableName[] = []
      for await (const name of pages(catalog, open, {method: 'GET', path, about}, tableNameIn, 'identifiers')) names.push(name)
      yield* names.sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    async loadView(name) {
      const open = await session()
      assertEndpoint(open, catalog, LOAD_VIEW, 'load views')
      const {body} = await open.ask({method: 'GET', path: viewPath(name, open.config.separator), about: {kind: 'view', name}})
      const {'metadata-location': metadataLocation, metadata} = (body ?? {}) as Readonly<Record<string, unknown>>
      if (typeof metadataLocation !== 'string') {
        throw unavailable(
          'CATALOG_UNAVAILABLE',
          `The catalog ${catalog} does not say where the metadata of view ${formatTableName(name)} is.`,
        )
      }
      return {metadataLocation, metadata: checkedViewMetadata(metadata, metadataLocation)}
    },
  }
}
