import {ExitCode, formatTableName, formatTimestamp, PhloError, usage} from '@phlo/core'
import {ancestorsOf} from '../refs.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'

/**
 * The snapshots that lead from one to another, oldest first: without `from`, which the changes are counted from, and with `to`.
 * Without a `from` they begin with the table's first snapshot.
 *
 * @throws PhloError `NOT_AN_ANCESTOR` (exit 2) when `to` does not descend from `from`; `HISTORY_EXPIRED` (exit 6) when a snapshot
 * between the two, or before all others, is no longer there
 */
export function snapshotsBetween(table: IcebergTable, from: Snapshot | undefined, to: Snapshot): readonly Snapshot[] {
  const name = formatTableName(table.name)
  const found: Snapshot[] = []
  for (const snapshot of ancestorsOf(table.metadata, to)) {
    if (snapshot['snapshot-id'] === from?.['snapshot-id']) return found.reverse()
    found.push(snapshot)
  }
  const oldest = found.at(-1)
  const lost = oldest?.['parent-snapshot-id']
  if (lost !== undefined) {
    throw new PhloError(
      `Snapshot ${lost} of ${name} was expired, so that what changed up to ${formatTimestamp(oldest?.['timestamp-ms'] ?? 0)} is not known.`,
      {
        code: 'HISTORY_EXPIRED',
        exit: ExitCode.refused,
        suggestions: [`begin with a later snapshot, ${oldest?.['snapshot-id']} at the earliest`, `phlo snapshot list ${name} --ancestors`],
      },
    )
  }
  if (!from) return found.reverse()
  throw usage('NOT_AN_ANCESTOR', `Snapshot ${to['snapshot-id']} of ${name} does not descend from ${from['snapshot-id']}.`, [
    `phlo snapshot diff ${name} ${from['snapshot-id']} ${to['snapshot-id']}`,
  ])
}
