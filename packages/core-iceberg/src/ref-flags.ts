import {Args, Flags} from '@oclif/core'
import {durationFlag} from '@phlo/core/command'
import type {RefRetention} from '@phlo/iceberg'
import {defined} from './optimize-flags.js'

/** How every command names a snapshot. */
export const SNAPSHOT_NAMES = 'the id of a snapshot, a branch, a tag, or a time such as 2026-01-31T12:00:00Z'

/** The branch or tag that a command is about. */
export const branchArg = Args.string({description: 'name of the branch', required: true})
export const tagArg = Args.string({description: 'name of the tag', required: true})

/** What a new tag can be told. */
export const tagFlags = {
  at: Flags.string({summary: `${SNAPSHOT_NAMES}; default: the head of main, or of --ref`, helpValue: '<snapshot>'}),
  'max-ref-age': durationFlag({summary: 'let expire-snapshots drop it when its snapshot is older than this; default: never'}),
}

/** What a new branch can be told. */
export const branchFlags = {
  ...tagFlags,
  'max-snapshot-age': durationFlag({summary: 'keep its snapshots for so long; default: as the table says'}),
  'min-snapshots-to-keep': Flags.integer({
    summary: 'keep so many of its snapshots whatever their age; default: as the table says',
    min: 1,
    helpValue: '<n>',
  }),
}

export const clearRetentionFlag = Flags.boolean({summary: 'forget the retention that it had; otherwise what is not given stays'})

interface RefFlagValues {
  readonly at?: string | undefined
  readonly 'max-ref-age'?: number | undefined
  readonly 'max-snapshot-age'?: number | undefined
  readonly 'min-snapshots-to-keep'?: number | undefined
}

/** The options of the library for the flags that were given. */
export function refOptions(flags: RefFlagValues): RefRetention & {readonly at?: string} {
  return defined({
    at: flags.at,
    maxRefAge: flags['max-ref-age'],
    maxSnapshotAge: flags['max-snapshot-age'],
    minSnapshotsToKeep: flags['min-snapshots-to-keep'],
  })
}
