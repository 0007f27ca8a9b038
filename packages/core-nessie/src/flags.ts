import {Args, Flags} from '@oclif/core'

/** How every command names a state of the catalog. */
export const REF_NAMES = 'a branch, a tag, a hash, main@<hash>, main~2 (two commits before), or main*2026-01-31T12:00:00Z (as it was then)'

export const branchArg = Args.string({description: 'name of the branch', required: true})
export const tagArg = Args.string({description: 'name of the tag', required: true})

export const fromFlag = Flags.string({summary: `${REF_NAMES}; default: the default branch, or --ref`, helpValue: '<ref>'})
