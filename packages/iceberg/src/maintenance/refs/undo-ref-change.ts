import {shellWord} from '../undo-commit.js'
import {type RefChange, type RefState, sameRetention} from './ref-state.js'

/** The command that makes a ref again what it was. */
export function undoRefChange(table: string, {ref, before, after}: RefChange): string | undefined {
  const name = shellWord(ref)
  if (before === null) return after === null ? undefined : `phlo snapshot ${after.type} delete ${table} ${name}`
  const at = `--at ${before.snapshotId}`
  if (after === null) return [`phlo snapshot ${before.type} create ${table} ${name} ${at}`, ...retentionFlags(before)].join(' ')
  if (before.type === 'branch' && sameRetention(before, after)) {
    return `phlo snapshot set-current ${table} --to ${before.snapshotId}${ref === 'main' ? '' : ` --ref ${name}`}`
  }
  const clear = sameRetention(before, after) ? [] : ['--clear-retention']
  return [`phlo snapshot ${before.type} replace ${table} ${name} ${at}`, ...clear, ...retentionFlags(before)].join(' ')
}

function retentionFlags({maxRefAge, maxSnapshotAge, minSnapshotsToKeep}: RefState): readonly string[] {
  return [
    ...(maxRefAge === undefined ? [] : [`--max-ref-age ${maxRefAge}ms`]),
    ...(maxSnapshotAge === undefined ? [] : [`--max-snapshot-age ${maxSnapshotAge}ms`]),
    ...(minSnapshotsToKeep === undefined ? [] : [`--min-snapshots-to-keep ${minSnapshotsToKeep}`]),
  ]
}
