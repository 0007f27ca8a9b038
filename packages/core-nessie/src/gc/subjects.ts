import {hasCode, refused} from '@phlo/core'
import type {Marks} from './history.js'

/** A place that is cleaned up. */
export interface Subject {
  /** The table's name, as it is or was; of a whole location its URI. */
  readonly name: string
  /** The table's id in Nessie; null for a whole location. */
  readonly id: string | null
  /** Without a slash at the end. */
  readonly location: string
  /** Whether a branch, tag or commit that counts has the table. */
  readonly isReached: boolean
}

/** Tables that cannot be cleaned up, and why. */
export interface Skipped {
  readonly name: string
  readonly code: string
  readonly reason: string
}

/**
 * The places of all tables that the marked references have or ever had, and those that are given whole, in which tables are left to
 * these.
 *
 * @param below when there are any, tables elsewhere are left out
 * @throws PhloError `CONTENT_UNKNOWN` (exit 6) when a whole location may have files of something that is no Iceberg table or view
 */
export async function subjectsOf(
  {store, load}: Marks,
  locations: readonly string[],
  below: readonly string[],
): Promise<readonly Subject[]> {
  const whole = locations.map((location) => location.replace(/\/+$/, ''))
  const isBelow = (location: string, places: readonly string[]) =>
    places.some((place) => `${location}/`.startsWith(`${place.replace(/\/+$/, '')}/`))
  const isWanted = (location: string) => below.length === 0 || isBelow(location, below)
  const places = new Map<string, Subject>()
  for (const content of [...store.allContents()]) {
    const folders = store.folders(content.number)
    const isOther = folders.some(({folder}) => folder === '' || folder.endsWith('/_delta_log'))
    if (whole.length > 0 && isOther) throw contentUnknown(content.name, 'a whole location')
    if (!content.isTable) continue
    for (const {sample, isLive} of folders) {
      const location = await locationAt(sample, load)
      if (location === undefined || isBelow(location, whole) || !isWanted(location)) continue
      const isReached = isLive || (places.get(location)?.isReached ?? false)
      places.set(location, {name: content.name, id: content.contentId, location, isReached})
    }
  }
  const wholes = whole.map((location): Subject => ({name: location, id: null, location, isReached: true}))
  return [...wholes, ...[...places.values()].sort((one, other) => (one.location < other.location ? -1 : 1))]
}

/** Undefined when the metadata is gone: then there is nothing left to find the rest by. */
async function locationAt(metadataLocation: string, load: Marks['load']): Promise<string | undefined> {
  try {
    return (await load(metadataLocation)).metadata.location.replace(/\/+$/, '')
  } catch (error) {
    if (hasCode(error, 'FILE_NOT_FOUND') || hasCode(error, 'UNSUPPORTED_SCHEME')) return undefined
    throw error
  }
}

/** For what may have files where it cannot be told which these are. */
export const contentUnknown = (name: string, place: string) =>
  refused('CONTENT_UNKNOWN', `${name} is no Iceberg table or view, so that its files cannot be told from garbage in ${place}.`, [
    'phlo branch gc --below <uri>   (only tables that lie there)',
  ])
