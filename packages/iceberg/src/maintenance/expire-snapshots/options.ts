import {usage} from '@phlo/core'
import {numberProperty} from '../../spec/table-properties.js'

const DAY = 24 * 60 * 60 * 1000

/** What `expire-snapshots` can be told; names and defaults are those of Spark's `expire_snapshots`. */
export interface ExpireOptions {
  /** Snapshots older than this go (milliseconds). Default: `history.expire.max-snapshot-age-ms`, else 5 days. */
  readonly olderThan?: number
  /** How many of each branch stay whatever their age. Default: `history.expire.min-snapshots-to-keep`, else 1. */
  readonly retainLast?: number
  /** Exactly these snapshots go (decimal ids), and no other. */
  readonly snapshotIds?: readonly string[]
  /** Also drop partition specs and schemas that no snapshot that stays uses. */
  readonly cleanExpiredMetadata?: boolean
  /** Forget the snapshots and delete no file. */
  readonly metadataOnly?: boolean
  /** Move the files aside instead of deleting them. */
  readonly quarantine?: boolean
}

export interface ResolvedExpireOptions {
  readonly olderThan: number
  readonly retainLast: number
  readonly maxRefAge: number
  readonly snapshotIds: readonly string[] | null
  readonly cleanExpiredMetadata: boolean
  readonly metadataOnly: boolean
  readonly quarantine: boolean
}

/**
 * Fills in the defaults from the table's properties.
 *
 * @throws PhloError `INVALID_OPTION`
 */
export function resolveExpireOptions(options: ExpireOptions, properties: Readonly<Record<string, string>>): ResolvedExpireOptions {
  const retainLast = options.retainLast ?? numberProperty(properties, 'history.expire.min-snapshots-to-keep', 1, 1)
  const olderThan = options.olderThan ?? numberProperty(properties, 'history.expire.max-snapshot-age-ms', 5 * DAY)
  if (!Number.isSafeInteger(retainLast) || retainLast < 1) {
    throw usage('INVALID_OPTION', `At least one snapshot of each branch stays; retain-last is ${retainLast}.`)
  }
  for (const id of options.snapshotIds ?? []) {
    if (!/^\d+$/.test(id)) throw usage('INVALID_OPTION', `${JSON.stringify(id)} is not a snapshot id.`)
  }
  return {
    olderThan,
    retainLast,
    maxRefAge: numberProperty(properties, 'history.expire.max-ref-age-ms', Number.MAX_SAFE_INTEGER, 1),
    snapshotIds: options.snapshotIds ?? null,
    cleanExpiredMetadata: options.cleanExpiredMetadata ?? false,
    metadataOnly: options.metadataOnly ?? false,
    quarantine: options.quarantine ?? false,
  }
}
