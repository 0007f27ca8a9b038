import type {CreateTableRequest, LakehouseResource} from '@phlo/core'

/** The keys of `catalogs.<name>` in a configuration, with secrets resolved. */
export type CatalogProperties = Readonly<Record<string, string>>

/**
 * What not every catalog can do: namespaces in namespaces, properties of namespaces, names that differ only by case, renaming,
 * registering, deleting the metadata file of a commit that came too late (a server that writes it may leave it), and commits of the
 * Iceberg model at all (a catalog of tables of another format).
 */
export type CatalogAbility = 'nest' | 'namespace-properties' | 'case' | 'rename' | 'register' | 'take-back' | 'commit'

/** Names of tables, and of one level of a namespace. */
export interface NamePatterns {
  readonly namespaces?: RegExp
  readonly tables?: RegExp
}

/**
 * What a catalog's suite needs. `create` and `open` are enough to begin with; each of the others adds cases.
 *
 * @example
 * // open.js: the way to the catalog, as the host opens it
 * export const open = (properties) =>
 *   provider.open('lake', properties, {fileIO: async (path) => openFileIO(path, properties), signal: new AbortController().signal})
 *
 * // catalog.test.js
 * const cases = testCatalog({
 *   create: async () => ({uri, warehouse: `file://${await mkdtemp(join(tmpdir(), 'lake-'))}`}),
 *   open,
 *   module: new URL('./open.js', import.meta.url),
 *   endpoint: 'uri',
 *   smallPages: {'rest-page-size': '3'},
 *   forbids: {namespaces: /\./},
 *   cannot: ['rename'],
 * })
 * for (const {name, run} of cases) test(name, run)
 */
export interface CatalogUnderTest {
  /**
   * The properties of a catalog that nobody else changes while a case runs. It may be new each time, or always the same: cases make
   * namespaces of their own in it, with names that nobody has, and drop them at the end.
   */
  create(): Promise<CatalogProperties>
  /** Opens the catalog. Each call is another client of it, which the suite closes. */
  open(properties: CatalogProperties): Promise<LakehouseResource>
  /**
   * A module that Node can load by itself and that exports the same `open`. Adds commits by several processes, and by processes whose
   * clocks are wrong.
   */
  readonly module?: URL
  /**
   * The property with the address of the catalog's server, as a URL of any scheme (`http`, `thrift`, `postgresql`). Adds lost
   * connections and somebody else's changes at each request of a commit: the suite puts itself between the catalog and its server.
   */
  readonly endpoint?: string
  /** Properties with which a listing takes at most four items a page. Without them, the case of long listings sees what it sees. */
  readonly smallPages?: CatalogProperties
  /** The properties of somebody who may read `properties`' catalog and not change it. Adds the case of permissions. */
  denied?(properties: CatalogProperties): Promise<CatalogProperties>
  /** Names that the catalog refuses, where it refuses some: with an error that names them, and before anything is made. */
  readonly forbids?: NamePatterns
  /** Names that a server behind the catalog takes for others, or loses, which the catalog cannot know: no case has them. */
  readonly mistakes?: NamePatterns
  /** What the catalog cannot do, and has to refuse with exit code 6, or 2. Default: it can do everything. */
  readonly cannot?: readonly CatalogAbility[]
  /** The least that makes a table. Default: one column, as Iceberg has it. */
  readonly request?: CreateTableRequest
}

/** A table of one column. */
export const ONE_COLUMN: CreateTableRequest = {
  schema: {type: 'struct', 'schema-id': 0, fields: [{id: 1, name: 'id', required: false, type: 'long'}]},
}
