import {commitStateUnknown, ExitCode, PhloError} from '@phlo/core'
import type {Connection} from './connection.js'
import {conflictOf} from './errors.js'
import {parseRef, type Ref} from './ref.js'
import type {Key, LogEntry, MergeRequest, MergeResult} from './types.js'

interface MergeAnswer {
  readonly wasApplied?: boolean
  readonly wasSuccessful?: boolean
  readonly resultantTargetHash?: string | null
  readonly effectiveTargetHash?: string | null
  readonly details?: readonly {readonly key: {readonly elements: Key}; readonly mergeBehavior: string; readonly conflict?: unknown}[]
}

type Log = (ref: Ref, options?: {readonly pageSize?: number}) => AsyncIterable<LogEntry>

/**
 * Merges, or picks commits. Conflicts are part of the answer.
 *
 * @param what `fromHash` of a merge, `hashesToTransplant` of a transplant
 * @throws PhloError `NO_COMMON_ANCESTOR` (exit 6); `COMMIT_STATE_UNKNOWN` when nobody said what came of it and the log does not show it
 */
export async function mergeInto(
  connection: Connection,
  kind: 'merge' | 'transplant',
  {from, into, strategy, strategies, dryRun, message}: MergeRequest,
  what: object,
  log: Log,
): Promise<MergeResult> {
  const body = {
    fromRefName: from.name,
    ...what,
    defaultKeyMergeMode: strategy,
    keyMergeModes: strategies.map(({key, strategy: own}) => ({key: {elements: key}, mergeBehavior: own})),
    ...(message !== undefined && {message}),
    // By any other name a server passes over it, and merges.
    isDryRun: dryRun,
    isReturnConflictAsResult: true,
  }
  const path = `trees/${encodeURIComponent(`${into.name}@${into.hash}`)}/history/${kind}`
  const changed = await connection.change({method: 'POST', path, body, about: `branch ${into.name}`})
  if ('done' in changed) return resultOf(changed.done as MergeAnswer, into.hash)
  if ('refusal' in changed) {
    const {code, conflicts, error} = changed.refusal
    if (code === 'REFERENCE_CONFLICT' && conflicts.length > 0) return {applied: false, hash: into.hash, keys: [], conflicts}
    // Both were there a moment ago.
    throw code === 'REFERENCE_NOT_FOUND' && kind === 'merge' ? noCommonAncestor(connection.catalog, from.name, into.name, error) : error
  }
  if (dryRun) throw changed.unknown.cause
  const hash = kind === 'merge' ? await mergedAs(log, from.hash, into).catch(() => undefined) : undefined
  if (hash === undefined) throw commitStateUnknown(`${changed.unknown.message} Look: phlo branch log ${into.name}`, changed.unknown)
  return {applied: true, hash, keys: [], conflicts: []}
}

function resultOf(answer: MergeAnswer, before: string): MergeResult {
  const details = answer.details ?? []
  const conflicts = details.flatMap(({key, conflict}) => (conflict ? [{...conflictOf(conflict), key: key.elements}] : []))
  const applied = answer.wasApplied === true
  return {
    applied,
    hash: (applied ? answer.resultantTargetHash : undefined) ?? answer.effectiveTargetHash ?? before,
    keys: details.map(({key, mergeBehavior}) => ({key: key.elements, strategy: mergeBehavior})),
    conflicts:
      answer.wasSuccessful === false && conflicts.length === 0
        ? [{type: 'UNKNOWN', key: undefined, message: 'it gives no reason'}]
        : conflicts,
  }
}

/** The commit of the target that has the source as its second parent, of those that came since. */
async function mergedAs(log: Log, source: string, into: {readonly name: string; readonly hash: string}): Promise<string | undefined> {
  for await (const {hash, meta} of log(parseRef(into.name))) {
    if (hash === into.hash) return undefined
    if (meta.parentCommitHashes?.includes(source)) return hash
  }
  return undefined
}

function noCommonAncestor(catalog: string, from: string, into: string, cause: PhloError): PhloError {
  return new PhloError(`${from} and ${into} of catalog ${catalog} have no commit in common, so that they cannot be merged.`, {
    code: 'NO_COMMON_ANCESTOR',
    exit: ExitCode.refused,
    suggestions: [`phlo branch log ${into}`, `phlo branch log ${from}`],
    cause,
  })
}
