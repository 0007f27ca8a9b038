import {isPhloError, parseDuration, parseTimestamp, usage} from '@phlo/core'
import type {CutoffOptions} from '@phlo/iceberg/catalog'

/** How much of a reference's history counts. Its head always does. */
export type Cutoff =
  /** Commits since then, milliseconds since the epoch; `EVER`: all. */
  | {readonly kind: 'since'; readonly time: number}
  /** So many commits, the head among them. */
  | {readonly kind: 'last'; readonly commits: number}

/** Before all times. */
export const EVER = -8e15

/** What holds for which reference. */
export type CutoffPolicy = (reference: string) => Cutoff

/**
 * Reads cutoffs as nessie-gc has them: `NONE`, a number of commits, a duration (ISO 8601 or as everywhere in Phlo), a moment.
 *
 * @param now what durations are counted back from, milliseconds since the epoch
 * @throws PhloError `INVALID_CUTOFF` (exit 2)
 */
export function cutoffPolicy({cutoffs = [], defaultCutoff = 'NONE'}: CutoffOptions, now: number): CutoffPolicy {
  const rules = cutoffs.map((text) => {
    // A pattern may have the sign itself.
    const at = text.lastIndexOf('=')
    if (at < 1) throw invalid(text, "write a pattern of references and how much of their history counts: 'main=P30D'")
    return {pattern: patternOf(text.slice(0, at)), cutoff: cutoffOf(text.slice(at + 1), now)}
  })
  const other = cutoffOf(defaultCutoff, now)
  return (reference) => rules.find(({pattern}) => pattern.test(reference))?.cutoff ?? other
}

/** What the properties `gc.cutoff`, cutoffs separated by spaces, and `gc.default-cutoff` of a catalog say. */
export function configuredCutoffs({
  'gc.cutoff': cutoffs = '',
  'gc.default-cutoff': defaultCutoff,
}: Readonly<Record<string, string>>): CutoffOptions {
  const given = cutoffs.split(/\s+/).filter((text) => text !== '')
  return {...(given.length > 0 && {cutoffs: given}), ...(defaultCutoff !== undefined && {defaultCutoff})}
}

function cutoffOf(text: string, now: number): Cutoff {
  if (/^none$/i.test(text)) return {kind: 'since', time: EVER}
  if (/^\d+$/.test(text)) {
    const commits = Number(text)
    if (commits < 1 || !Number.isSafeInteger(commits))
      throw invalid(text, 'the head of a reference always counts, so that it is 1 at least')
    return {kind: 'last', commits}
  }
  try {
    return {kind: 'since', time: /^\d{4}-/.test(text) ? parseTimestamp(text) : now - parseDuration(text)}
  } catch (error) {
    if (!isPhloError(error)) throw error
    throw invalid(text, 'write NONE, a number of commits, a duration such as P30D or 30d, or a moment such as 2026-01-31T12:00:00Z')
  }
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`)
  } catch {
    throw invalid(text, 'it is no regular expression')
  }
}

const invalid = (text: string, why: string) =>
  usage('INVALID_CUTOFF', `${JSON.stringify(text)} is not a cutoff: ${why}.`, ["--cutoff 'main=P30D'", '--default-cutoff NONE'])
