import {formatDuration, hasCode} from '@phlo/core'
import type {ReferenceDetails} from '../api/types.js'
import type {NessieLakehouse} from '../lakehouse/nessie-lakehouse.js'
import {type CleanupRule, isMeant} from './cleanup-rule.js'

/** A branch that a rule means, and what becomes of it. */
export interface BranchFate {
  readonly name: string
  readonly hash: string
  /** Milliseconds since the epoch; null for a branch without commits. */
  readonly lastCommit: number | null
  readonly goes: boolean
  readonly reason: string
}

/**
 * The branches whose names fit a rule, and which of them go. The default branch, the target and the branch that the catalog is open at
 * stay.
 *
 * @param into the branch that has to have everything of a merged one
 */
export async function staleBranches(
  lake: NessieLakehouse,
  rule: CleanupRule,
  into: ReferenceDetails,
  now: number,
): Promise<readonly BranchFate[]> {
  const {nessie} = lake
  const own = [nessie.server.defaultBranch, into.name, (await lake.place()).name]
  const fates: BranchFate[] = []
  for await (const reference of nessie.references({details: true})) {
    const {type, name, hash} = reference
    if (type !== 'BRANCH' || !isMeant(name, rule.patterns)) continue
    const lastCommit = Date.parse(reference.metadata?.commitMetaOfHEAD?.commitTime ?? '')
    const about = {name, hash, lastCommit: Number.isNaN(lastCommit) ? null : lastCommit}
    const stays = own.includes(name)
      ? 'it is in use'
      : isMeant(name, rule.keep)
        ? 'it is to be kept'
        : await needed(lake, reference, rule, into, now)
    fates.push({...about, goes: stays === undefined, reason: stays ?? reasonOf(rule, about.lastCommit, into.name, now)})
  }
  return fates.sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** Why a branch stays; undefined when it goes. */
async function needed(
  lake: NessieLakehouse,
  branch: ReferenceDetails,
  {merged, olderThan}: CleanupRule,
  into: ReferenceDetails,
  now: number,
): Promise<string | undefined> {
  if (olderThan !== undefined) {
    const age = now - Date.parse(branch.metadata?.commitMetaOfHEAD?.commitTime ?? '')
    if (Number.isNaN(age)) return 'it has no commit, so that its age is not known'
    if (age <= olderThan) return `its last commit is ${formatDuration(Math.max(0, age))} old`
  }
  if (merged && !(await isMerged(lake, branch, into))) return `${into.name} has not everything of it`
  return undefined
}

/** Asks whether there is anything to merge; nothing is. */
async function isMerged({nessie}: NessieLakehouse, from: ReferenceDetails, into: ReferenceDetails): Promise<boolean> {
  if (from.hash === into.hash || from.hash === nessie.server.noAncestorHash) return true
  try {
    const {keys, conflicts} = await nessie.merge({from, into, strategy: 'NORMAL', strategies: [], dryRun: true})
    return keys.length === 0 && conflicts.length === 0
  } catch (error) {
    if (hasCode(error, 'NO_COMMON_ANCESTOR')) return false
    throw error
  }
}

function reasonOf({merged, olderThan}: CleanupRule, lastCommit: number | null, into: string, now: number): string {
  const age = lastCommit === null ? [] : [`its last commit is ${formatDuration(Math.max(0, now - lastCommit))} old`]
  return [...(merged ? [`${into} has everything of it`] : []), ...(olderThan === undefined ? [] : age)].join(', and ')
}
