import {Flags} from '@oclif/core'
import {sizeFlag} from '@phlo/core/command'
import type {OptimizeOptions} from '@phlo/iceberg'

/** What `table optimize` and `table explain optimize` can be told. */
export const optimizeFlags = {
  'target-file-size': sizeFlag({summary: 'size of the files to make; default: the table’s write.target-file-size-bytes, else 512MB'}),
  'min-file-size': sizeFlag({summary: 'rewrite files smaller than this; default: 75 % of the target'}),
  'max-file-size': sizeFlag({summary: 'split files larger than this; default: 180 % of the target'}),
  'min-input-files': Flags.integer({summary: 'leave groups of fewer files alone; default: 5', min: 1, helpValue: '<n>'}),
  'max-file-group-size': sizeFlag({summary: 'rewrite no more than this as one group; default: 100GB'}),
  where: Flags.string({summary: 'only files that may hold rows matching this', helpValue: '<predicate>'}),
  'rewrite-all': Flags.boolean({summary: 'rewrite every file, whatever its size'}),
}

interface OptimizeFlagValues {
  readonly 'target-file-size'?: number | undefined
  readonly 'min-file-size'?: number | undefined
  readonly 'max-file-size'?: number | undefined
  readonly 'min-input-files'?: number | undefined
  readonly 'max-file-group-size'?: number | undefined
  readonly where?: string | undefined
  readonly 'rewrite-all'?: boolean | undefined
}

/** The options of the library for the flags that were given. */
export function optimizeOptions(flags: OptimizeFlagValues): OptimizeOptions {
  return defined({
    targetFileSize: flags['target-file-size'],
    minFileSize: flags['min-file-size'],
    maxFileSize: flags['max-file-size'],
    minInputFiles: flags['min-input-files'],
    maxFileGroupSize: flags['max-file-group-size'],
    where: flags.where,
    rewriteAll: flags['rewrite-all'],
  })
}

/** An object without the keys whose value is undefined: a flag that was not given is not an option. */
export function defined<Values extends object>(values: Values): {[Key in keyof Values]?: Exclude<Values[Key], undefined>} {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]?: Exclude<Values[Key], undefined>
  }
}
