import {ExitCode, PhloError, refused} from '@phlo/core'
import {stringifyJson} from '@phlo/iceberg'
import {formatKey} from '../api/keys.js'
import type {Contents} from '../api/nessie-api.js'
import {type Content, isTable, type Key, type LogEntry, type Operation} from '../api/types.js'
import {commitOn} from '../lakehouse/commit-on.js'
import type {NessieLakehouse} from '../lakehouse/nessie-lakehouse.js'
import type {Place} from '../lakehouse/place.js'

/** What a commit did, taken back: what is to be at each of its keys again. */
export interface Reversal {
  readonly hash: string
  readonly keys: readonly Key[]
  /** What the commit left at a key; undefined where it deleted. */
  left(key: Key): Content | undefined
  /** What was there before it. */
  before(key: Key): Content | undefined
}

/**
 * Looks up what takes a commit back.
 *
 * @throws PhloError `COMMIT_NOT_FOUND` (exit 2) for one that is not in the log of the place; `NOTHING_TO_REVERT` (exit 6) for the first
 */
export async function reversalOf({nessie}: NessieLakehouse, place: Place, hash: string): Promise<Reversal> {
  const entry = await entryOf(nessie.log(place.ref), hash, place)
  const {parentHash} = entry
  const keys = entry.operations.filter(({type}) => type !== 'UNCHANGED').map(({key}) => key)
  if (parentHash === undefined || keys.length === 0) {
    throw refused('NOTHING_TO_REVERT', `Commit ${hash} of ${place.name} changed nothing that can be taken back.`)
  }
  const at = (commit: string) => nessie.contents(nessie.ref(commit), keys)
  const [left, before] = await Promise.all([at(entry.hash), parentHash === nessie.server.noAncestorHash ? undefined : at(parentHash)])
  return {hash: entry.hash, keys, left: (key) => left.get(key), before: (key) => before?.get(key)}
}

/**
 * Commits a reversal, whatever else was committed since; where a key was changed again, it is a conflict.
 *
 * @throws PhloError `COMMIT_CONFLICT` (exit 5)
 */
export async function revert({nessie}: NessieLakehouse, place: Place, reversal: Reversal, message: string): Promise<void> {
  await commitOn(nessie, place, reversal.keys, (contents) => ({
    message,
    operations: operationsOn(contents, reversal, place),
    landed: (seen) => reversal.keys.every((key) => sameContent(seen.get(key), reversal.before(key))),
  }))
}

/** What has to be committed on what is there now. @throws PhloError `COMMIT_CONFLICT` (exit 5) */
export function operationsOn(contents: Contents, {hash, keys, left, before}: Reversal, place: Place): readonly Operation[] {
  const changed = keys.filter((key) => !sameContent(contents.get(key), left(key)))
  if (changed.length > 0) {
    throw new PhloError(
      `Commit ${hash} cannot be taken back on ${place.name}: ${changed.map(formatKey).join(', ')} was changed again since; nothing was changed.`,
      {code: 'COMMIT_CONFLICT', exit: ExitCode.conflict, suggestions: [`phlo branch log ${place.name}`]},
    )
  }
  return keys.map((key): Operation => {
    const old = before(key)
    if (!old) return {type: 'DELETE', key}
    const id = contents.get(key)?.id
    const {id: _, ...plain} = old
    // What is gone comes back as something new: Nessie gives it an id.
    return {type: 'PUT', key, content: (id === undefined ? plain : {...plain, id}) as Content}
  })
}

async function entryOf(log: AsyncIterable<LogEntry>, hash: string, place: Place): Promise<LogEntry> {
  for await (const entry of log) if (entry.hash.startsWith(hash.toLowerCase())) return entry
  throw new PhloError(`${place.name} has no commit ${hash}.`, {
    code: 'COMMIT_NOT_FOUND',
    exit: ExitCode.usage,
    suggestions: [`phlo branch log ${place.name}`],
  })
}

/** The id tells nothing: what was deleted and put back has another. */
function sameContent(one: Content | undefined, other: Content | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  if (isTable(one) && isTable(other)) return one.metadataLocation === other.metadataLocation && one.snapshotId === other.snapshotId
  return stringifyJson({...one, id: ''}) === stringifyJson({...other, id: ''})
}
