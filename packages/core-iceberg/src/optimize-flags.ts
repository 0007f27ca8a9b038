import {Flags} from '@oclif/core'
import {usage} from '@phlo/core'
import {sizeFlag} from '@phlo/core/command'
import {JOB_ORDERS, type JobOrder, type OptimizeOptions} from '@phlo/iceberg'

/** What `table optimize` and `table explain optimize` can be told. */
export const optimizeFlags = {
  'target-file-size': sizeFlag({summary: 'size of the files to make; default: the table’s write.target-file-size-bytes, else 512MB'}),
  'min-file-size': sizeFlag({summary: 'rewrite files smaller than this; default: 75 % of the target'}),
  'max-file-size': sizeFlag({summary: 'split files larger than this; default: 180 % of the target'}),
  'min-input-files': Flags.integer({summary: 'leave groups of fewer files alone; default: 5', min: 1, helpValue: '<n>'}),
  'max-file-group-size': sizeFlag({summary: 'rewrite no more than this as one group; default: 100GB'}),
  where: Flags.string({summary: 'only files that may hold rows matching this', helpValue: '<predicate>'}),
  'rewrite-all': Flags.boolean({summary: 'rewrite every file, whatever its size'}),
  'delete-file-threshold': Flags.integer({
    summary: 'rewrite files that so many delete files may apply to; default: off',
    min: 1,
    helpValue: '<n>',
  }),
  'delete-ratio-threshold': Flags.string({
    summary: 'rewrite files of whose rows so much is deleted, from 0 to 1; default: 0.3',
    helpValue: '<ratio>',
  }),
  'max-files-to-rewrite': Flags.integer({summary: 'rewrite whole groups up to so many files; default: all', min: 1, helpValue: '<n>'}),
  'job-order': Flags.option({options: JOB_ORDERS})({summary: 'which groups come first; default: none, the order of the manifests'}),
  'output-spec-id': Flags.integer({
    summary: 'partition spec of the new files; default: the table’s current one, by which files of older specs are divided anew',
    min: 0,
    helpValue: '<id>',
  }),
  'remove-dangling-deletes': Flags.boolean({summary: 'remove delete files that apply to nothing also when no data file is rewritten'}),
  'keep-deletes': Flags.boolean({
    summary: 'keep deleted rows, and move their deletes to the new files, instead of leaving them out: no column is decoded for them',
  }),
  sort: Flags.string({
    summary: 'sort the rows of each group: columns or transforms with ASC or DESC and NULLS FIRST or LAST; table: by the table’s own order',
    helpValue: '<order>',
    exclusive: ['zorder'],
  }),
  zorder: Flags.string({
    summary: 'sort the rows of each group along a z-curve through these columns',
    multiple: true,
    delimiter: ',',
    helpValue: '<columns>',
  }),
  'zorder-var-length': Flags.integer({
    summary: 'bytes that a string, binary, fixed or uuid column gives to a z-value; default: 8',
    min: 1,
    helpValue: '<n>',
  }),
}

interface OptimizeFlagValues {
  readonly 'target-file-size'?: number | undefined
  readonly 'min-file-size'?: number | undefined
  readonly 'max-file-size'?: number | undefined
  readonly 'min-input-files'?: number | undefined
  readonly 'max-file-group-size'?: number | undefined
  readonly where?: string | undefined
  readonly 'rewrite-all'?: boolean | undefined
  readonly 'delete-file-threshold'?: number | undefined
  readonly 'delete-ratio-threshold'?: string | undefined
  readonly 'max-files-to-rewrite'?: number | undefined
  readonly 'job-order'?: JobOrder | undefined
  readonly 'output-spec-id'?: number | undefined
  readonly 'remove-dangling-deletes'?: boolean | undefined
  readonly 'keep-deletes'?: boolean | undefined
  readonly sort?: string | undefined
  readonly zorder?: readonly string[] | undefined
  readonly 'zorder-var-length'?: number | undefined
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
    deleteFileThreshold: flags['delete-file-threshold'],
    deleteRatioThreshold: ratio(flags['delete-ratio-threshold']),
    maxFilesToRewrite: flags['max-files-to-rewrite'],
    jobOrder: flags['job-order'],
    outputSpecId: flags['output-spec-id'],
    removeDanglingDeletes: flags['remove-dangling-deletes'],
    keepDeletes: flags['keep-deletes'],
    sort: flags.sort,
    zorder: flags.zorder?.map((name) => name.trim()),
    zorderVarLength: flags['zorder-var-length'],
  })
}

function ratio(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value > 0 && value <= 1) return value
  throw usage('INVALID_FLAG', `--delete-ratio-threshold has to be above 0 and at most 1, and is ${JSON.stringify(text)}.`, [
    '--delete-ratio-threshold 0.3',
  ])
}

/** An object without the keys whose value is undefined: a flag that was not given is not an option. */
export function defined<Values extends object>(values: Values): {[Key in keyof Values]?: Exclude<Values[Key], undefined>} {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]?: Exclude<Values[Key], undefined>
  }
}
