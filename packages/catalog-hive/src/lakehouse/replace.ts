import {commitConflict, commitStateUnknown, commitUnprotected, formatTableName, refused, type TableName, tableNotFound} from '@phlo/core'
import type {Refusal} from '../api/errors.js'
import {hiveError} from '../api/errors.js'
import type {Locks} from '../api/locks.js'
import type {Metastore} from '../api/metastore.js'
import type {HiveTable} from '../api/structs.js'
import {comesWithComparison} from '../api/version.js'
import {databaseOf, hiveName} from './names.js'

export interface ReplaceOptions {
  readonly metastore: Metastore
  readonly locks: Locks
  /** What the metastore is, where it does not say so itself. */
  readonly version: string | undefined
}

export interface Replacement {
  readonly name: TableName
  /** Where the metadata is that the replacement was made from. */
  readonly base: string
  /** False to rely on the metastore's comparison alone. */
  readonly isLocked: boolean
  readonly replace: (table: HiveTable) => HiveTable
  /** Whether the replacement can be seen. */
  readonly landed: () => Promise<boolean>
}

/**
 * Replaces what the metastore has of a table, if nobody else has replaced it since: under a lock of the metastore, as Iceberg's Java library
 * does, and with the comparison that newer metastores make besides; or with that alone.
 *
 * A lock is released whatever happens, but for one case: the metastore did not answer, and may replace the table later without comparing.
 *
 * @throws PhloError `COMMIT_CONFLICT`, `TABLE_NOT_FOUND`; `COMMIT_STATE_UNKNOWN` when there was no answer and it cannot be seen;
 * `LOCKS_NEEDED` (exit 6) without a lock on a metastore that is not known to compare
 */
export async function replaceTable(options: ReplaceOptions, {name, base, isLocked, replace, landed}: Replacement): Promise<void> {
  const {metastore, locks} = options
  const {catalog} = metastore
  const text = formatTableName(name)
  const [database, tableName] = [databaseOf(name.namespace) ?? '', hiveName(name.name)]
  const compares = async () => comesWithComparison(options.version ?? (await metastore.version()))
  if (!isLocked && !(await compares())) throw locksNeeded(text, catalog)

  const current = async (): Promise<HiveTable> => {
    const table = await metastore.table(database, tableName)
    if (!table) throw tableNotFound(text, catalog)
    if (table.parameters?.['metadata_location'] === base) return table
    throw commitConflict(`Table ${text} was changed by somebody else meanwhile; nothing was changed.`)
  }
  const lock = isLocked ? await locks.take(database, tableName) : undefined
  let mayGoOn = false
  try {
    const table = await current()
    if (lock?.isHeld() === false) throw commitConflict(`The lock of ${text} ended before its time; nothing was changed.`)
    const replaced = replace(table)
    let changed = await metastore.alterTable(database, tableName, replaced, base)
    if ('refusal' in changed && isOfColumns(changed.refusal)) {
      changed = await metastore.alterTable(database, tableName, withColumnsOf(table, replaced), base)
    }
    if ('done' in changed) {
      if (lock?.isHeld() !== false) return
      throw commitUnprotected(
        `${text} was committed, but its lock had ended by then: a commit of somebody else at the same time may be lost, or may still replace this one. Look whether the snapshots of both are there: phlo snapshot list ${text}.`,
      )
    }
    const seen = await landed().catch(() => undefined)
    // A metastore that was cut off from its database tries again, and may refuse what it has done.
    if (seen) return
    if ('unknown' in changed) {
      mayGoOn = !(await compares().catch(() => false))
      throw changed.unknown
    }
    const error = hiveError(catalog, `table ${text}`, changed.refusal)
    if (seen === undefined) throw commitStateUnknown(`It is not known whether ${text} was committed: ${error.message}`, error)
    await current()
    throw error
  } finally {
    if (mayGoOn) lock?.leave()
    else await lock?.release()
  }
}

/**
 * By default a metastore compares the types of columns place by place, as if their names and ids meant nothing
 * (`hive.metastore.disallow.incompatible.col.type.changes`), and has no error of its own for that.
 */
const isOfColumns = ({kind, message}: Refusal) =>
  kind === 'InvalidOperationException' && /types incompatible with the existing columns/i.test(message)

/** Engines of Iceberg read the columns of the metadata file; those of the entry are for who knows nothing else, and stay as they were. */
const withColumnsOf = (before: HiveTable, {sd, ...after}: HiveTable): HiveTable => ({...after, sd: {...sd, cols: before.sd?.cols}})

const locksNeeded = (table: string, catalog: string) =>
  refused(
    'LOCKS_NEEDED',
    `${table} is to be committed without a lock (engine.hive.lock-enabled), which is safe where the metastore compares: Hive 2.3.10, 3.1.4, 4.0.0-beta-1 and newer. That of catalog ${catalog} is not known to be one of them.`,
    [`phlo config set catalogs.${catalog}.hive.version 2.3.10`, `phlo table properties ${table} --set engine.hive.lock-enabled=true`],
  )
