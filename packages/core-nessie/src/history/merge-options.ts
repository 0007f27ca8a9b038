import {ExitCode, PhloError, parseTableName, usage} from '@phlo/core'
import {formatKey} from '../api/keys.js'
import type {Conflict, Key, MergeStrategy} from '../api/types.js'

/** As they are typed. */
export const STRATEGIES = ['normal', 'force', 'drop'] as const

export const strategyOf = (text: string) => text.toUpperCase() as MergeStrategy

/** `sales.orders=force`. @throws PhloError `INVALID_OPTION`, `INVALID_TABLE_NAME` (exit 2) */
export function keyStrategies(pairs: readonly string[] = []): readonly {readonly key: Key; readonly strategy: MergeStrategy}[] {
  return pairs.map((pair) => {
    const at = pair.lastIndexOf('=')
    const strategy = pair.slice(at + 1)
    if (at < 1 || !(STRATEGIES as readonly string[]).includes(strategy)) {
      throw usage('INVALID_OPTION', `--table ${JSON.stringify(pair)} has to be a table and normal, force or drop: sales.orders=force.`)
    }
    const {namespace, name} = parseTableName(pair.slice(0, at))
    return {key: [...namespace, name], strategy: strategyOf(strategy)}
  })
}

/** A conflict as it is told. */
export interface ConflictRow {
  readonly name: string
  /** Nessie's word for it: `VALUE_DIFFERS`. */
  readonly type: string
  readonly reason: string
}

const REASONS: Readonly<Record<string, string>> = {
  KEY_CONFLICT: 'both sides changed it',
  VALUE_DIFFERS: 'both sides changed it',
  KEY_EXISTS: 'both sides made it',
  KEY_DOES_NOT_EXIST: 'the target has it no more',
  CONTENT_ID_DIFFERS: 'it is another table of the same name',
  PAYLOAD_DIFFERS: 'it is something else under the same name',
  NAMESPACE_ABSENT: 'its namespace is not there',
  NAMESPACE_NOT_EMPTY: 'the namespace is not empty',
  NOT_A_NAMESPACE: 'what should be its namespace is none',
}

export const conflictRow = ({type, key, message}: Conflict): ConflictRow => ({
  name: formatKey(key ?? []),
  type,
  reason: REASONS[type] ?? message,
})

/** The error of a merge with conflicts. It names them all, and the command that says more. */
export function mergeConflicts(what: string, conflicts: readonly ConflictRow[], suggestion: string): PhloError {
  const told = conflicts.map(({name, reason}) => `${name}: ${reason}`).join('; ')
  return new PhloError(`${what} has conflicts, and nothing was changed: ${told}.`, {
    code: 'MERGE_CONFLICT',
    exit: ExitCode.conflict,
    suggestions: [suggestion],
  })
}

/** The same merge, with what conflicts taken from the source. */
export const forced = (merge: string, conflicts: readonly ConflictRow[]) =>
  [merge, ...conflicts.filter(({name}) => name !== '').map(({name}) => `--table ${name}=force`)].join(' ')
