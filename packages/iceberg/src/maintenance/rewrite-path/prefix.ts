import {type PhloError, refused, usage} from '@phlo/core'
import {fileKey, storeOf} from '../../io/file-key.js'
import {localPath} from '../../io/local.js'
import {S3_SCHEMES} from '../../io/s3-path.js'

/** Gives paths below one folder their place below another one. */
export interface Move {
  readonly source: string
  readonly target: string
  /**
   * The path that a file has afterwards; `what` says in an error where the path stands.
   *
   * @throws PhloError `PATH_OUTSIDE_PREFIX` (exit 6) naming the path
   */
  file(path: string, what: string): string
  /** The same for a folder, which may be the source itself. */
  folder(path: string, what: string): string
  /** The part of a path below the source. */
  relative(path: string, what: string): string
  /** Whether a path is below the source. */
  covers(path: string): boolean
}

/**
 * A store has several spellings of one path (`file:/a`, `file:///a`; `s3://`, `s3a://`), and Iceberg's libraries mix them in one
 * table. A path keeps its own: readers compare them as text, so that what was equal stays equal, and what was not does not
 * become it. Only a move to another kind of store has but one spelling.
 *
 * @throws PhloError `INVALID_PREFIX` (exit 6) for a target that is the source or below it
 */
export function movePaths(source: string, target: string): Move {
  if (source === '' || target === '') throw usage('INVALID_PREFIX', 'The source prefix and the target prefix have to name a folder.')
  if (isWithin(target, source)) throw refused('INVALID_PREFIX', `The target prefix ${target} is the source prefix ${source} or below it.`)
  const sources = spellings(source)
  const targets = storeOf(source) === storeOf(target) ? spellings(target) : sources.map(() => target)
  const find = (path: string) => sources.findIndex((spelling) => path.startsWith(`${spelling}/`))
  const placeOf = (path: string, what: string) => {
    const index = find(path)
    if (index < 0) throw outside(path, what, source)
    return {target: targets[index] as string, relative: path.slice((sources[index] as string).length + 1)}
  }
  const file = (path: string, what: string) => {
    const place = placeOf(path, what)
    return `${place.target}/${place.relative}`
  }
  return {
    source,
    target,
    file,
    folder(path, what) {
      const folder = withoutSlash(path)
      return targets[sources.indexOf(folder)] ?? file(folder, what)
    },
    relative: (path, what) => placeOf(path, what).relative,
    covers: (path) => find(path) >= 0,
  }
}

/** A prefix as the table's paths are written: without a slash at its end, a local one with a scheme when the table has it. */
export function writtenAs(prefix: string, location: string): string {
  const trimmed = withoutSlash(prefix)
  return prefix.startsWith('/') && location.startsWith('file:') ? `file://${trimmed}` : trimmed
}

/** Whether one folder is another one or below it, however they are spelled. */
export const isWithin = (inner: string, outer: string) => `${fileKey(inner)}/`.startsWith(`${fileKey(outer)}/`)

const withoutSlash = (path: string) => path.replace(/(?<=[^/])\/+$/, '')

/** In the same order for every prefix of a store. */
function spellings(prefix: string): readonly string[] {
  const store = storeOf(prefix)
  if (store === 's3') return S3_SCHEMES.map((scheme) => prefix.replace(/^[^:]+/, scheme))
  if (store !== 'file') return [prefix]
  const local = localPath(prefix)
  return [`file://${local}`, `file:${local}`, local]
}

const outside = (path: string, what: string, source: string): PhloError =>
  refused('PATH_OUTSIDE_PREFIX', `${path} (${what}) is not below the source prefix ${source}, so that it is not known where it goes.`)
