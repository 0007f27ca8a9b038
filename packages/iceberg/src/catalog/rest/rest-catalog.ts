import {type PhloError, refused} from '@phlo/core'
import type {Catalog} from '../catalog.js'
import {commitReports} from './commit-reports.js'
import {restNamespaces} from './namespaces.js'
import {isNessie} from './nessie.js'
import type {RestCatalogOptions} from './options.js'
import type {ServerConfig} from './server-config.js'
import {openSession, type Session} from './session.js'
import {restTables} from './tables.js'
import {restViews} from './views.js'

/**
 * A catalog behind the Iceberg REST protocol. The server is asked for its configuration with the first call, and again by the next one
 * when that failed. Metadata is the server's: it writes the metadata files, and applies the updates of a commit itself.
 */
export function createRestCatalog(options: RestCatalogOptions): Catalog {
  const {name, properties, openIO, now = Date.now} = options
  let opened: Promise<Session> | undefined
  let config: ServerConfig | undefined
  const session = (): Promise<Session> => {
    opened ??= openSession({...options, catalog: name, now}, properties).then(
      (open) => {
        config = open.config
        return open
      },
      (error: unknown) => {
        opened = undefined
        throw error
      },
    )
    return opened
  }
  const namespaces = restNamespaces(name, session)
  const reports = commitReports()
  return {
    name,
    // Known once a table is loaded, which is when it is asked for.
    get readOnly() {
      return config?.isReadOnly === true ? () => readOnlyServer(name) : undefined
    },
    get hasBranches() {
      return config !== undefined && isNessie(config)
    },
    ...namespaces,
    ...restTables({catalog: name, session, openIO, reports, now, loadNamespace: namespaces.loadNamespace}),
    ...restViews(name, session),
    async check() {
      await namespaces.listNamespaces([])[Symbol.asyncIterator]().next()
    },
    async close() {
      await reports.ended()
      await options.close()
    },
  }
}

const readOnlyServer = (catalog: string): PhloError =>
  refused('READ_ONLY_CATALOG', `The server of catalog ${catalog} offers no commits, so nothing can be changed through it.`)
