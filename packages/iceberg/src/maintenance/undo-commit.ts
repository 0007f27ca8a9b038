import type {OperationPlan} from '@phlo/core'
import type {Snapshot} from '../spec/table-metadata.js'

/**
 * The command that takes a commit back: to the parent that the snapshot was really put on, which may be younger than the plan, and on
 * the branch that it was committed to. The first snapshot of a table cannot be taken back.
 */
export function undoCommit({name, ref}: OperationPlan['table'], parentId: Snapshot['parent-snapshot-id']): {readonly undo?: string} {
  if (parentId === undefined) return {}
  return {undo: `phlo snapshot rollback ${name} ${parentId}${ref === 'main' ? '' : ` --ref ${shellWord(ref)}`}`}
}

/** A name as a shell takes it for one word. */
export const shellWord = (text: string) => (/^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
