import type {FileIO} from './file-io.js'
import type {LakehouseResource} from './lakehouse.js'

/** What a catalog's provider is handed when it opens one. */
export interface CatalogServices {
  /**
   * A FileIO for a path's scheme, with the catalog's own properties, and over them those that the catalog's server hands out: the
   * credentials of a table, say. The host hides what of them is secret, and closes it.
   */
  fileIO(path: string, properties?: Readonly<Record<string, string>>): Promise<FileIO>
  readonly signal: AbortSignal
}

/**
 * Contributes a catalog type: `"phlo": {"catalogs": {"nessie": "./dist/catalog.js"}}`, whose module's default export is this.
 * `properties` are the keys of `catalogs.<name>` in the configuration, with secrets resolved.
 */
export interface CatalogProvider {
  readonly $type: '@phlo/catalog'
  readonly contract: 1
  readonly type: string
  open(name: string, properties: Readonly<Record<string, string>>, services: CatalogServices): Promise<LakehouseResource>
}
