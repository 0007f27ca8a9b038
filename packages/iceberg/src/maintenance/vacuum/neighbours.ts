import {formatTableName, hasCode, isPhloError, messageOf, type OperationContext, refused, type TableName, unavailable} from '@phlo/core'
import type {Catalog} from '../../catalog/catalog.js'
import {metadataFolder} from '../../commit/manifests.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {type Location, parseLocation} from './location.js'
import type {ResolvedVacuumOptions} from './options.js'

/** A table that lies below the location that is vacuumed. */
export interface Neighbour {
  /** Its name in the catalog, or that it was only recognised by its metadata files. */
  readonly name: string
  readonly location: string
}

/** Whether a file lies below a location. */
export function isBelow(file: Location, location: Location): boolean {
  return file.prefix === location.prefix && file.path.startsWith(`${location.path}/`)
}

const METADATA_FILE = /^(.*)\/metadata\/(?:[^/]+\.metadata\.json(?:\.gz)?|version-hint\.text)$/s

/**
 * Where other tables of the same catalog lie, as far as that is inside this table's location.
 *
 * @throws PhloError `LOCATION_SHARED` (exit 6) when another table has this very location: whose a file is cannot be told;
 * `NEIGHBOUR_UNKNOWN` (exit 3) when another table cannot be loaded
 */
export async function neighboursInCatalog(
  table: IcebergTable,
  options: ResolvedVacuumOptions,
  context: OperationContext,
): Promise<readonly Neighbour[]> {
  const {default: pMap} = await import('p-map')
  const own = parseLocation(table.location, options)
  const names: TableName[] = []
  for await (const name of allTables(table.source)) {
    if (formatTableName(name) !== formatTableName(table.name)) names.push(name)
  }
  const neighbours: Neighbour[] = []
  await pMap(
    names,
    async (name) => {
      for (const location of await locationsOf(table, name, context)) {
        const other = parseLocation(location, options)
        if (other.prefix === own.prefix && other.path === own.path) {
          throw refused(
            'LOCATION_SHARED',
            `${formatTableName(name)} has the same location as ${formatTableName(table.name)} (${table.location}), so that it cannot be told whose a file is.`,
          )
        }
        if (isBelow(other, own)) neighbours.push({name: formatTableName(name), location})
      }
    },
    {concurrency: 8, signal: context.signal},
  )
  return neighbours.sort((a, b) => a.location.localeCompare(b.location))
}

/** A table whose metadata is gone is one that nobody reads any more; one of a scheme that is not read here lies in another store. */
const NEIGHBOURS_OF_NONE: readonly string[] = ['FILE_NOT_FOUND', 'UNSUPPORTED_SCHEME']

/** Properties by which a table's files may lie elsewhere than below its location. */
const PATHS = ['write.data.path', 'write.metadata.path', 'write.object-storage.path', 'write.folder-storage.path']

/** Where a table's files lie, as its metadata says, without slashes at the end. */
export function placesOf({location, properties}: Pick<TableMetadata, 'location' | 'properties'>): readonly string[] {
  const paths = PATHS.flatMap((key) => properties[key] ?? [])
  return [...new Set([location, ...paths].map((path) => path.replace(/\/+$/, '')))]
}

/** Where a table's files lie; nothing for one that was dropped meanwhile, and for one that can have no files here. */
async function locationsOf({source, name: own}: IcebergTable, name: TableName, context: OperationContext): Promise<readonly string[]> {
  try {
    return placesOf(await (source.describeTable?.(name) ?? source.loadTable(name).then(({metadata}) => metadata)))
  } catch (error) {
    if (hasCode(error, 'TABLE_NOT_FOUND')) return []
    const what = `${formatTableName(name)} could not be loaded to see where it lies`
    if (isPhloError(error) && NEIGHBOURS_OF_NONE.includes(error.code)) {
      context.log.warn(`${what}: ${error.message}`)
      return []
    }
    // Its data may lie below this location while its metadata lies elsewhere: they would look like orphans.
    throw unavailable('NEIGHBOUR_UNKNOWN', `${what}, so that no file of ${formatTableName(own)} was deleted: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

async function* allTables(catalog: Catalog, parent: readonly string[] = []): AsyncIterable<TableName> {
  for await (const namespace of catalog.listNamespaces(parent)) {
    yield* catalog.listTables(namespace)
    yield* allTables(catalog, namespace)
  }
}

/** The root of the table that a metadata file belongs to; undefined for any other file. */
export const metadataRoot = (path: string) => METADATA_FILE.exec(path)?.[1]

/** Whether the metadata below this root is that of the table itself. */
export const isOwnRoot = (root: string, table: IcebergTable) => root === table.location || `${root}/metadata` === metadataFolder(table)
