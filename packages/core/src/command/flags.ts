import {Flags} from '@oclif/core'
import {parseDuration, parseSize, parseTimestamp} from '../units.js'

/** Flags of every command. `--json` comes with them. */
export const globalFlags = {
  catalog: Flags.string({summary: 'catalog to use, of those in the configuration', helpGroup: 'GLOBAL', helpValue: '<name>'}),
  ref: Flags.string({
    summary: 'branch or tag to work on, where the catalog itself has such (Nessie)',
    helpGroup: 'GLOBAL',
    helpValue: '<name>',
  }),
  quiet: Flags.boolean({char: 'q', summary: 'print results only: no progress, no notes', helpGroup: 'GLOBAL'}),
  verbose: Flags.boolean({summary: 'say more about what is being done', helpGroup: 'GLOBAL', exclusive: ['quiet']}),
  'no-color': Flags.boolean({summary: 'print without colours and bold', helpGroup: 'GLOBAL'}),
}

/** Flags of every command that changes something through `runOperation`. */
export const writeFlags = {
  'dry-run': Flags.boolean({char: 'n', summary: 'show what would be done, and do nothing'}),
  yes: Flags.boolean({char: 'y', summary: 'do it without asking'}),
  'plan-out': Flags.string({
    summary: 'save the plan to this new file instead of doing it; "phlo table apply" does it later',
    helpValue: '<file>',
  }),
}

/** A branch or tag of a table; of the catalog, where it has such itself. It takes the place of the global flag of that name. */
export const refFlag = Flags.string({summary: 'branch or tag to work on; main when left out', helpValue: '<name>'})

/** A file for what is otherwise printed. */
export const outputFlag = Flags.string({char: 'o', summary: 'write to this new file instead of standard output', helpValue: '<file>'})

/** A size such as `512MB`; its value is bytes. */
export const sizeFlag = Flags.custom<number>({parse: async (text) => parseSize(text), helpValue: '<size>'})

/** A duration such as `5d`; its value is milliseconds. */
export const durationFlag = Flags.custom<number>({parse: async (text) => parseDuration(text), helpValue: '<duration>'})

/** A moment such as `2026-01-31T12:00:00Z`; its value is milliseconds since the epoch. */
export const timestampFlag = Flags.custom<number>({parse: async (text) => parseTimestamp(text), helpValue: '<time>'})
