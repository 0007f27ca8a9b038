import {Flags} from '@oclif/core'
import {cutoffFlags, cutoffOptions, durationFlag} from '@phlo/core/command'
import type {VacuumOptions} from '@phlo/iceberg'
import {parsePairs} from './arguments.js'
import {defined} from './optimize-flags.js'

/** What `table vacuum` and `table explain vacuum` can be told. */
export const vacuumFlags = {
  'older-than': durationFlag({summary: 'only files that were last modified longer ago; at least 24h; default: 3d'}),
  location: Flags.string({summary: 'only below this location, which is the table’s own or below it', helpValue: '<uri>'}),
  'prefix-mismatch': Flags.option({options: ['error', 'ignore', 'delete'] as const})({
    summary: 'what to do with a file that is referenced under another scheme or authority; default: error',
  }),
  'equal-schemes': Flags.string({
    summary: 'schemes that mean the same, such as s3a=s3; may be given several times',
    multiple: true,
    helpValue: '<a=b>',
  }),
  'equal-authorities': Flags.string({
    summary: 'buckets or hosts that mean the same; may be given several times',
    multiple: true,
    helpValue: '<a=b>',
  }),
  'force-unsafe-age': Flags.boolean({summary: 'allow --older-than under 24h; only when nobody is writing to the table'}),
  ...cutoffFlags,
}

interface VacuumFlagValues {
  readonly 'older-than'?: number | undefined
  readonly location?: string | undefined
  readonly 'prefix-mismatch'?: 'error' | 'ignore' | 'delete' | undefined
  readonly 'equal-schemes'?: readonly string[] | undefined
  readonly 'equal-authorities'?: readonly string[] | undefined
  readonly 'force-unsafe-age'?: boolean | undefined
  readonly cutoff?: readonly string[] | undefined
  readonly 'default-cutoff'?: string | undefined
  readonly 'mark-file'?: string | undefined
  readonly 'lost-metadata'?: readonly string[] | undefined
}

/** The options of the library for the flags that were given in a folder. */
export function vacuumOptions(flags: VacuumFlagValues, cwd: string): VacuumOptions {
  return defined({
    olderThan: flags['older-than'],
    location: flags.location,
    prefixMismatch: flags['prefix-mismatch'],
    equalSchemes: flags['equal-schemes'] && parsePairs(flags['equal-schemes']),
    equalAuthorities: flags['equal-authorities'] && parsePairs(flags['equal-authorities']),
    forceUnsafeAge: flags['force-unsafe-age'],
    ...cutoffOptions(flags, cwd),
  })
}
