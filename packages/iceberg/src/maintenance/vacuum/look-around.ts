import {type OperationContext, refused} from '@phlo/core'
import type {Reached, ReachedTable} from '../../catalog/history.js'
import type {IcebergTable} from '../../table.js'
import {parseLocation} from './location.js'
import {isBelow, type Neighbour, neighboursInCatalog} from './neighbours.js'
import type {ResolvedVacuumOptions} from './options.js'
import {reachedPaths} from './reached-paths.js'
import {referencedPaths} from './references.js'

/** Who has files below a location, and which. */
export interface Surroundings {
  readonly neighbours: readonly Neighbour[]
  /** Paths that the table, or another state of it, refers to. */
  references(): AsyncIterable<readonly string[]>
}

/**
 * Looks at whatever may have files where a table lies. Without a history that is the table itself, and the other tables of its catalog.
 * With one it is every metadata file that a branch, a tag or a commit reaches: those of tables that lie here, whatever they are called
 * there and whether they are still there, are read in full, the table's own among them.
 *
 * @param from what a look at the history told; default: all that it tells now
 * @throws PhloError as `neighboursInCatalog`, `reachedPaths`; `METADATA_UNREADABLE` (exit 6) where a whole location may have files of a
 * table that cannot be read
 */
export async function lookAround(
  table: IcebergTable,
  reached: Reached | undefined,
  options: ResolvedVacuumOptions,
  context: OperationContext,
  from: AsyncIterable<ReachedTable> | undefined = reached?.look(),
): Promise<Surroundings> {
  if (!reached || !from) {
    return {neighbours: await neighboursInCatalog(table, options, context), references: () => referencedPaths(table, context)}
  }
  const kin: ReachedTable[] = []
  const neighbours: Neighbour[] = []
  context.progress.start('looking at what is reached')
  for await (const other of from) {
    context.signal.throwIfAborted()
    const {isKin, nested} = await relationOf(table, other, options)
    if (isKin) kin.push(other)
    neighbours.push(...nested.map((location) => ({name: other.name, location})))
    context.progress.advance()
  }
  context.progress.done()
  return {
    neighbours: neighbours.sort((a, b) => a.location.localeCompare(b.location)),
    async *references() {
      for (const each of kin) yield* reachedPaths(reached, each, context)
    },
  }
}

interface Relation {
  /** Its files may be among those that are the table's. */
  readonly isKin: boolean
  /** Where it lies inside the table's location. */
  readonly nested: readonly string[]
}

async function relationOf(table: IcebergTable, other: ReachedTable, options: ResolvedVacuumOptions): Promise<Relation> {
  const own = parseLocation(table.location, options)
  const isInside = (path: string) => isBelow(parseLocation(path, options), own)
  const isHere = (path: string) => {
    const {prefix, path: place} = parseLocation(path, options)
    return prefix === own.prefix && place === own.path
  }
  const isAround = (path: string) => isBelow(own, parseLocation(path, options))
  const places = await other.places()
  const [unreadable] = options.wholeLocation ? await other.unreadable() : []
  if (unreadable !== undefined) throw metadataUnreadable(other.name, unreadable, options.location)
  const nested = places.filter(isInside)
  if (!other.isTable) return {isKin: false, nested: places.filter((place) => isHere(place) || isInside(place) || isAround(place))}
  const hasMetadataHere = other.folders.some(isInside)
  // Whose metadata is kept apart from its files may have had these elsewhere before.
  const isApart = places.length > 0 && other.folders.some((folder) => !places.some((place) => folder.startsWith(`${place}/`)))
  const isOwn = places.some(isHere) || other.has(table.metadataLocation)
  const hasAll = isOwn || isApart || places.some(isAround)
  if (options.wholeLocation) return {isKin: hasAll || hasMetadataHere || nested.length > 0, nested: []}
  return {isKin: hasAll || (hasMetadataHere && nested.length === 0), nested: isOwn ? [] : nested}
}

const metadataUnreadable = (name: string, metadataLocation: string, location: string) =>
  refused(
    'METADATA_UNREADABLE',
    `${name} has the metadata file ${metadataLocation}, in a store that is not read here, so that it cannot be told whether it has files in ${location}.`,
    ['phlo branch gc   (without --location: only where tables lie that can be read)'],
  )
