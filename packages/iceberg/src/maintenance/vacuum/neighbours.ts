import {formatTableName, messageOf, type OperationContext, refused, type TableName} from '@phlo/core'
import type {Catalog} from '../../catalog/catalog.js'
import {metadataFolder} from '../../commit/manifests.js'
import type {IcebergTable} from '../../table.js'
import {parseLocation} from './location.js'
import type {ResolvedVacuumOptions} from './options.js'

/** A table that lies below the location that is vacuumed. */
export interface Neighbour {
  /** Its name in the catalog, or that it was only recognised by its metadata files. */
  readonly name: string
  readonly location: string
}

/** Whether a file lies below a location, however the two are written. */
export function isBelow(file: string, location: string, options: ResolvedVacuumOptions): boolean {
  const inner = parseLocation(file, options)
  const outer = parseLocation(location, options)
  return inner.prefix === outer.prefix && inner.path.startsWith(`${outer.path}/`)
}

const METADATA_FILE = /^(.*)\/metadata\/(?:[^/]+\.metadata\.json(?:\.gz)?|version-hint\.text)$/s

/**
 * Where other tables of the same catalog lie, as far as that is inside this table's location.
 *
 * @throws PhloError `LOCATION_SHARED` (exit 6) when another table has this very location: whose a file is cannot be told
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
      const location = await locationOf(table.source, name, context)
      if (location === undefined) return
      const other = parseLocation(location, options)
      if (other.prefix !== own.prefix) return
      if (other.path === own.path) {
        throw refused(
          'LOCATION_SHARED',
          `${formatTableName(name)} has the same location as ${formatTableName(table.name)} (${table.location}), so that it cannot be told whose a file is.`,
        )
      }
      if (isBelow(location, table.location, options)) neighbours.push({name: formatTableName(name), location})
    },
    {concurrency: 8, signal: context.signal},
  )
  return neighbours.sort((a, b) => a.location.localeCompare(b.location))
}

async function locationOf(catalog: Catalog, name: TableName, context: OperationContext): Promise<string | undefined> {
  try {
    const {metadata} = await catalog.loadTable(name)
    return metadata.location.replace(/\/+$/, '')
  } catch (error) {
    context.log.warn(`${formatTableName(name)} could not be loaded to see where it lies: ${messageOf(error)}`)
    return undefined
  }
}

async function* allTables(catalog: Catalog, parent: readonly string[] = []): AsyncIterable<TableName> {
  for await (const namespace of catalog.listNamespaces(parent)) {
    yield* catalog.listTables(namespace)
    yield* allTables(catalog, namespace)
  }
}

/** The root of a table that a metadata file among the listed ones belongs to, unless that is this table itself. */
export function foreignRoot(path: string, table: IcebergTable): string | undefined {
  const root = METADATA_FILE.exec(path)?.[1]
  if (root === undefined || root === table.location || `${root}/metadata` === metadataFolder(table)) return undefined
  return root
}
