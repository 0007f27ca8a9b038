import {formatKey} from '../api/keys.js'
import type {LogEntry, Operation} from '../api/types.js'
import {kindOf} from './diff-references.js'

/** A commit as `branch log` tells it. */
export interface LogRow {
  readonly hash: string
  readonly parent: string | null
  /** The commit that was merged, of a merge. */
  readonly merged: string | null
  readonly author: string
  readonly committer: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly message: string
  readonly changes: readonly {readonly change: 'put' | 'deleted'; readonly kind: string | null; readonly name: string}[]
}

export function logRow({hash, meta, parentHash, operations}: LogEntry): LogRow {
  const [, merged] = meta.parentCommitHashes ?? []
  return {
    hash,
    parent: parentHash ?? null,
    merged: merged ?? null,
    author: meta.authors?.[0] ?? '',
    committer: meta.committer ?? '',
    timestamp: Date.parse(meta.commitTime ?? ''),
    message: meta.message,
    changes: operations.filter(({type}) => type !== 'UNCHANGED').map(changeOf),
  }
}

/** Nessie does not say whether what is put was there before. */
function changeOf(operation: Operation): LogRow['changes'][number] {
  const name = formatKey(operation.key)
  if (operation.type !== 'PUT') return {change: 'deleted', kind: null, name}
  return {change: 'put', kind: kindOf(operation.content.type), name}
}
