import {parseDuration, usage} from '@phlo/core'

/** Which branches go. */
export interface CleanupRule {
  /** Names, with `*` for any characters; one has to fit. */
  readonly patterns: readonly string[]
  /** Names that stay whatever else is said, written likewise. */
  readonly keep: readonly string[]
  /** Only branches of which the target has everything. */
  readonly merged: boolean
  /** Only branches whose last commit is older (milliseconds); undefined: of any age. */
  readonly olderThan: number | undefined
}

interface GivenRule {
  readonly pattern?: readonly string[] | undefined
  readonly keep?: readonly string[] | undefined
  readonly merged?: boolean | undefined
  /** Milliseconds. */
  readonly olderThan?: number | undefined
}

/**
 * What was typed, and for what was not the catalog's properties `cleanup.pattern`, `cleanup.keep`, `cleanup.merged` and
 * `cleanup.older-than`.
 *
 * @throws PhloError `INVALID_OPTION` (exit 2) when nothing says which branches, or nothing but their names
 */
export function cleanupRule(given: GivenRule, properties: Readonly<Record<string, string>>): CleanupRule {
  const patterns = namesIn(given.pattern ?? [properties['cleanup.pattern'] ?? ''])
  const keep = namesIn(given.keep ?? [properties['cleanup.keep'] ?? ''])
  const merged = given.merged ?? isTrue('cleanup.merged', properties['cleanup.merged'])
  const age = properties['cleanup.older-than']
  const olderThan = given.olderThan ?? (age === undefined ? undefined : parseDuration(age))
  if (patterns.length === 0) throw usage('INVALID_OPTION', 'Nothing says which branches to clean up.', ["--pattern 'pipeline-*'"])
  if (!merged && olderThan === undefined) {
    throw usage('INVALID_OPTION', 'A name alone does not say that nobody needs a branch any more.', ['--merged', '--older-than 7d'])
  }
  return {patterns, keep, merged, olderThan}
}

function isTrue(key: string, text: string | undefined): boolean {
  const value = text?.toLowerCase() ?? 'false'
  if (value === 'true' || value === 'false') return value === 'true'
  throw usage('INVALID_OPTION', `${key} is ${JSON.stringify(text)}: it can be true or false.`)
}

const namesIn = (texts: readonly string[]) =>
  texts.flatMap((text) => text.split(',').map((part) => part.trim())).filter((part) => part !== '')

/** Whether a name is one of those that patterns mean. */
export const isMeant = (name: string, patterns: readonly string[]) => patterns.some((pattern) => matcher(pattern).test(name))

const matcher = (pattern: string) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )
