import {Flags} from '@oclif/core'
import {durationFlag} from '@phlo/core/command'
import type {ExpireOptions} from '@phlo/iceberg'
import {defined} from './optimize-flags.js'

/** What `table expire-snapshots` and `table explain expire-snapshots` can be told. */
export const expireFlags = {
  'older-than': durationFlag({
    summary: 'expire snapshots older than this; default: the table’s history.expire.max-snapshot-age-ms, else 5d',
  }),
  'retain-last': Flags.integer({
    summary: 'keep this many of each branch whatever their age; default: 1',
    min: 1,
    aliases: ['keep-last'],
    helpValue: '<n>',
  }),
  'snapshot-id': Flags.string({
    summary: 'expire exactly this snapshot; may be given several times',
    multiple: true,
    exclusive: ['older-than', 'retain-last'],
    helpValue: '<id>',
  }),
}

interface ExpireFlagValues {
  readonly 'older-than'?: number | undefined
  readonly 'retain-last'?: number | undefined
  readonly 'snapshot-id'?: readonly string[] | undefined
}

/** The options of the library for the flags that were given. */
export function expireOptions(flags: ExpireFlagValues): ExpireOptions {
  return defined({olderThan: flags['older-than'], retainLast: flags['retain-last'], snapshotIds: flags['snapshot-id']})
}
