import {resolve} from 'node:path'
import {Flags} from '@oclif/core'

/** For whatever deletes files of a catalog with branches and tags: which of its commits still count. */
export const cutoffFlags = {
  cutoff: Flags.string({
    summary:
      'how much history of the catalog’s branches and tags that fit a pattern counts: NONE (all), a number of commits, a duration or a moment; may be given several times, the first that fits holds',
    multiple: true,
    helpValue: '<pattern=cutoff>',
  }),
  'default-cutoff': Flags.string({summary: 'the same for every other branch and tag; default: NONE', helpValue: '<cutoff>'}),
  'mark-file': Flags.string({
    summary: 'keep in this file what branches and tags reach, so that an interrupted search goes on where it stopped',
    helpValue: '<file>',
  }),
  'lost-metadata': Flags.string({
    summary:
      'a metadata file that the head of a branch or tag has and that is gone for good, so that nothing is kept for it; may be given several times',
    multiple: true,
    helpValue: '<uri>',
  }),
}

interface CutoffFlagValues {
  readonly cutoff?: readonly string[] | undefined
  readonly 'default-cutoff'?: string | undefined
  readonly 'mark-file'?: string | undefined
  readonly 'lost-metadata'?: readonly string[] | undefined
}

/** What libraries take for them; what was not given is left out. */
export function cutoffOptions(flags: CutoffFlagValues, cwd: string) {
  const {cutoff, 'default-cutoff': defaultCutoff, 'mark-file': markFile, 'lost-metadata': lostMetadata} = flags
  return {
    ...(cutoff && {cutoffs: cutoff}),
    ...(defaultCutoff !== undefined && {defaultCutoff}),
    ...(markFile !== undefined && {markFile: resolve(cwd, markFile)}),
    ...(lostMetadata && {lostMetadata}),
  }
}
