import {formatDuration, refused, usage} from '@phlo/core'
import type {CutoffOptions} from '../../catalog/history.js'

const HOUR = 60 * 60 * 1000
const FLOOR = 24 * HOUR

/** What `vacuum` can be told; names and defaults are those of Spark's `remove_orphan_files`. */
export interface VacuumOptions extends CutoffOptions {
  /** Only files that were last modified longer ago than this (milliseconds). Default 3 days. */
  readonly olderThan?: number
  /** Only files below this location, which has to be the table's own or below it. Default: the table's location. */
  readonly location?: string
  /** What to do with a file whose path is referenced under another scheme or authority. Default `error`. */
  readonly prefixMismatch?: 'error' | 'ignore' | 'delete'
  /** Schemes that mean the same, `{"s3a": "s3"}`. Default: s3a and s3n mean s3. */
  readonly equalSchemes?: Readonly<Record<string, string>>
  /** Authorities (buckets, hosts) that mean the same. */
  readonly equalAuthorities?: Readonly<Record<string, string>>
  /** Move the files aside instead of deleting them. */
  readonly quarantine?: boolean
  /**
   * Everything below the location is of the catalog's tables, so that what lies in a table which no branch or tag has any more is
   * garbage too. Default: only what is of this table is.
   */
  readonly wholeLocation?: boolean
  /** Allow an age under 24 hours: files of a commit that is still being made look like orphans. */
  readonly forceUnsafeAge?: boolean
}

export type ResolvedVacuumOptions = Required<Omit<VacuumOptions, keyof CutoffOptions>> & CutoffOptions

/**
 * Fills in the defaults.
 *
 * @throws PhloError `UNSAFE_AGE` (exit 6) under 24 hours without `forceUnsafeAge`; `LOCATION_NOT_OWNED` (exit 6) for a location
 * outside the table's own
 */
export function resolveVacuumOptions(options: VacuumOptions, tableLocation: string): ResolvedVacuumOptions {
  const olderThan = options.olderThan ?? 3 * 24 * HOUR
  const location = (options.location ?? tableLocation).replace(/\/+$/, '')
  if (!(olderThan >= 0)) throw usage('INVALID_OPTION', `An age cannot be negative; older-than is ${olderThan} ms.`)
  if (olderThan < FLOOR && !options.forceUnsafeAge) {
    throw refused(
      'UNSAFE_AGE',
      `Files younger than 24 hours may belong to a commit that is still being made; older-than is ${formatDuration(olderThan)}.`,
      ['--older-than 24h', '--force-unsafe-age   (only when nobody is writing to the table)'],
    )
  }
  if (location !== tableLocation && !location.startsWith(`${tableLocation}/`)) {
    throw refused(
      'LOCATION_NOT_OWNED',
      `${location} is not below the table's location ${tableLocation}; whose files lie there is not known.`,
    )
  }
  return {
    olderThan,
    location,
    prefixMismatch: options.prefixMismatch ?? 'error',
    equalSchemes: {s3a: 's3', s3n: 's3', ...options.equalSchemes},
    equalAuthorities: options.equalAuthorities ?? {},
    quarantine: options.quarantine ?? false,
    wholeLocation: options.wholeLocation ?? false,
    forceUnsafeAge: options.forceUnsafeAge ?? false,
    ...(options.cutoffs && {cutoffs: options.cutoffs}),
    ...(options.defaultCutoff !== undefined && {defaultCutoff: options.defaultCutoff}),
    ...(options.markFile !== undefined && {markFile: options.markFile}),
    ...(options.lostMetadata && {lostMetadata: options.lostMetadata}),
  }
}
