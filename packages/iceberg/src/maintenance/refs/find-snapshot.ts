import {ExitCode, formatTableName, formatTimestamp, nearest, PhloError, parseTimestamp} from '@phlo/core'
import {ancestorsOf, headOf, snapshotById} from '../../refs.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'

/** What a person means by the name of a snapshot: the snapshot, or a moment (milliseconds since the epoch) of the table's ref. */
export type SnapshotName = {readonly snapshot: Snapshot} | {readonly time: number}

/**
 * Reads what was typed: the id of a snapshot, else the name of a branch or tag, else a date or time in ISO 8601. Tags are often named
 * for days, so that a name comes before a time.
 *
 * @throws PhloError `SNAPSHOT_NOT_FOUND`, `REF_NOT_FOUND`, `INVALID_TIMESTAMP` (all exit 2)
 */
export function readSnapshotName(table: IcebergTable, text: string): SnapshotName {
  const {metadata} = table
  const byId = /^\d+$/.test(text) ? snapshotById(metadata, BigInt(text)) : undefined
  if (byId) return {snapshot: byId}
  const byRef = Object.hasOwn(metadata.refs, text) ? headOf({...table, ref: text}) : undefined
  if (byRef) return {snapshot: byRef}
  if (/^\d{4}-\d/.test(text)) return {time: parseTimestamp(text)}
  const name = formatTableName(table.name)
  if (/^\d+$/.test(text)) throw snapshotNotFound(table, `${name} has no snapshot ${text}.`)
  const meant = nearest(text, Object.keys(metadata.refs))
  throw new PhloError(`${JSON.stringify(text)} is no snapshot, branch, tag or time of ${name}.`, {
    code: 'REF_NOT_FOUND',
    exit: ExitCode.usage,
    suggestions: [...(meant === undefined ? [] : [meant]), `phlo table refs ${name}`, `phlo snapshot list ${name}`],
  })
}

/**
 * The snapshot that a name means; for a moment the one that was current then (Spark's `TIMESTAMP AS OF`).
 *
 * @throws PhloError as `readSnapshotName`; `SNAPSHOT_NOT_FOUND` for a moment before the history begins
 */
export function findSnapshot(table: IcebergTable, text: string): Snapshot {
  const named = readSnapshotName(table, text)
  if ('snapshot' in named) return named.snapshot
  const found = currentAt(table, named.time)
  if (found) return found
  throw snapshotNotFound(
    table,
    `${table.ref} of ${formatTableName(table.name)} had no snapshot at ${formatTimestamp(named.time)}, as far as its history goes.`,
  )
}

/**
 * The snapshot that the table's ref was at, at a moment. `main` has a log of that; a branch has none, and where the log does not reach
 * back so far it is of no use: there it is the latest ancestor that was made by then.
 *
 * @param among only these count: the latest of them that was current by then
 */
export function currentAt(table: IcebergTable, time: number, among?: ReadonlySet<bigint>): Snapshot | undefined {
  const {metadata, ref} = table
  const log = ref === 'main' ? metadata['snapshot-log'].filter((entry) => entry['timestamp-ms'] <= time) : []
  const entry = log.findLast((candidate) => !among || among.has(candidate['snapshot-id']))
  if (log.length > 0) return entry && snapshotById(metadata, entry['snapshot-id'])
  return [...ancestorsOf(metadata, headOf(table))].find((snapshot) => snapshot['timestamp-ms'] <= time)
}

/**
 * The snapshot with an id, as it was typed.
 *
 * @throws PhloError `SNAPSHOT_NOT_FOUND` (exit 2)
 */
export function snapshotWithId(table: IcebergTable, id: string): Snapshot {
  const found = /^\d+$/.test(id) ? snapshotById(table.metadata, BigInt(id)) : undefined
  if (found) return found
  throw snapshotNotFound(table, `${formatTableName(table.name)} has no snapshot ${id}.`)
}

/** The ids of a snapshot and its ancestors. */
export function ancestorIds(table: IcebergTable, from: Snapshot | undefined): ReadonlySet<bigint> {
  return new Set([...ancestorsOf(table.metadata, from)].map((snapshot) => snapshot['snapshot-id']))
}

export function snapshotNotFound({name}: IcebergTable, message: string): PhloError {
  return new PhloError(message, {
    code: 'SNAPSHOT_NOT_FOUND',
    exit: ExitCode.usage,
    suggestions: [`phlo snapshot list ${formatTableName(name)}`],
  })
}
