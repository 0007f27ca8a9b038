import {formatTable} from '@phlo/core/command'
import {formatKey} from '../api/keys.js'
import type {MergeResult} from '../api/types.js'
import {conflictRow} from '../history/merge-options.js'

/** What becomes of one table or view in a merge. */
export interface MergedRow {
  readonly name: string
  readonly strategy: string
  /** Empty when it can be merged. */
  readonly conflict: string
}

export function mergedRows({keys, conflicts}: MergeResult): readonly MergedRow[] {
  const reasons = new Map(conflicts.map(conflictRow).map(({name, reason}) => [name, reason]))
  const rows = keys.map(({key, strategy}) => ({
    name: formatKey(key),
    strategy: strategy.toLowerCase(),
    conflict: reasons.get(formatKey(key)) ?? '',
  }))
  const others = [...reasons].filter(([name]) => !rows.some((row) => row.name === name))
  return [...rows, ...others.map(([name, conflict]) => ({name, strategy: 'normal', conflict}))]
}

export function mergedTable(rows: readonly MergedRow[]): string {
  return formatTable(rows, [
    {header: 'name', value: ({name}) => name},
    {header: 'strategy', value: ({strategy}) => strategy},
    {header: 'conflict', value: ({conflict}) => conflict},
  ])
}
