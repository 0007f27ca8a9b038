import {formatCount, formatTimestamp} from '@phlo/core'
import {formatKeyValues, formatTable} from '@phlo/core/command'
import type {ReferenceDetails} from '../api/types.js'

/** A branch or tag as commands tell it. */
export interface ReferenceRow {
  readonly name: string
  readonly type: 'branch' | 'tag'
  readonly hash: string
  readonly isDefault: boolean
  /** Commits that the default branch has not, and that only it has; undefined where they were not asked for. */
  readonly ahead?: number
  readonly behind?: number
  readonly commits?: number
  readonly lastCommit?: {readonly author: string; readonly message: string; readonly timestamp: number}
}

export function referenceRow({type, name, hash, metadata}: ReferenceDetails, defaultBranch: string): ReferenceRow {
  const {numCommitsAhead: ahead, numCommitsBehind: behind, numTotalCommits: commits, commitMetaOfHEAD: head} = metadata ?? {}
  return {
    name,
    type: type === 'TAG' ? 'tag' : 'branch',
    hash,
    isDefault: name === defaultBranch,
    ...(typeof ahead === 'number' && {ahead}),
    ...(typeof behind === 'number' && {behind}),
    ...(typeof commits === 'number' && {commits}),
    ...(head && {lastCommit: {author: head.authors?.[0] ?? '', message: head.message, timestamp: Date.parse(head.commitTime ?? '')}}),
  }
}

/** The default branch first. */
export const byName = (one: ReferenceRow, other: ReferenceRow) =>
  Number(other.isDefault) - Number(one.isDefault) || (one.name < other.name ? -1 : 1)

export function referenceTable(rows: readonly ReferenceRow[], isDetailed: boolean): string {
  return formatTable(rows, [
    {header: 'name', value: ({name}) => name},
    {header: 'default', value: ({isDefault}) => (isDefault ? 'yes' : '')},
    ...(isDetailed
      ? [
          {header: 'ahead', value: ({ahead}: ReferenceRow) => ahead},
          {header: 'behind', value: ({behind}: ReferenceRow) => behind},
          {header: 'last commit', value: ({lastCommit}: ReferenceRow) => lastCommit && formatTimestamp(lastCommit.timestamp)},
          {header: 'message', value: ({lastCommit}: ReferenceRow) => lastCommit?.message},
        ]
      : []),
    {header: 'hash', value: ({hash}) => hash},
  ])
}

export function referenceText({name, type, hash, isDefault, ahead, behind, commits, lastCommit}: ReferenceRow): string {
  return formatKeyValues({
    [type === 'tag' ? 'Tag' : 'Branch']: name,
    Default: isDefault ? 'yes' : undefined,
    Hash: hash,
    Commits: commits === undefined ? undefined : formatCount(commits),
    Ahead: ahead === undefined || isDefault ? undefined : `${formatCount(ahead)} commits that the default branch has not`,
    Behind: behind === undefined || isDefault ? undefined : `${formatCount(behind)} commits of the default branch`,
    'Last commit': lastCommit && `${formatTimestamp(lastCommit.timestamp)}, ${lastCommit.message}`,
  })
}
