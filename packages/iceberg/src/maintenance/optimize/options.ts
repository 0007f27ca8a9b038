import {usage} from '@phlo/core'
import {numberProperty} from '../../spec/table-properties.js'

const GiB = 1024 ** 3
/** With less, a sort would write files of a few rows each; places in what it holds are numbers of 32 bits. */
const [LEAST_MEMORY, MOST_MEMORY] = [1024 ** 2, 4 * GiB]

/** Bytes that an operation may take for the rows and pages in hand, unless told otherwise. */
export const DEFAULT_MEMORY = 512 * 1024 ** 2

/**
 * What `optimize` can be told; the names, defaults and selection rules are those of Spark's `rewrite_data_files`. Sizes are
 * bytes.
 */
export interface OptimizeOptions {
  /** Default: the table's `write.target-file-size-bytes`, else 512 MiB. */
  readonly targetFileSize?: number
  /** Smaller files are candidates. Default: 75 % of the target. */
  readonly minFileSize?: number
  /** Larger files are candidates. Default: 180 % of the target. */
  readonly maxFileSize?: number
  /** A group with fewer files is left alone unless it is larger than the target. Default 5. */
  readonly minInputFiles?: number
  /** No more than this is rewritten as one group. Default 100 GiB. */
  readonly maxFileGroupSize?: number
  /** Only files that may hold rows matching this predicate. */
  readonly where?: string
  /** Every file is a candidate, whatever its size. */
  readonly rewriteAll?: boolean
  /** A file that so many delete files may apply to is rewritten. Default: never, as in Spark. */
  readonly deleteFileThreshold?: number
  /** A file is rewritten when so much of its rows, from 0 to 1, is deleted by deletes about this file alone. Default 0.3. */
  readonly deleteRatioThreshold?: number
  /** Removes delete files that apply to nothing also when no data file is rewritten. Default false. */
  readonly removeDanglingDeletes?: boolean
  /**
   * Rows that deletes have taken stay in the new files, and new deletes by position say which they are, in the place of those by
   * position and by equality that there were: no column has to be decoded because of them. Files stay in their partition spec, and
   * deletes make none a candidate. Not with `sort`, `zorder` or `outputSpecId`. Default false: the rows are left out.
   */
  readonly keepDeletes?: boolean
  /** No more data files than this are rewritten; whole groups are left for a later run. Default: all. */
  readonly maxFilesToRewrite?: number
  /** The partition spec of the new files. Default: the table's current one; files of another are divided anew. */
  readonly outputSpecId?: number
  /** Which groups come first. Default `none`: the order of the manifests. */
  readonly jobOrder?: JobOrder
  /** Commit after some groups instead of once at the end. */
  readonly partialProgress?: boolean
  /** How many commits partial progress may make. Default 10. */
  readonly maxCommits?: number
  /** Groups that are rewritten at a time. Default 1: rewriting is bound by the processor and each group takes memory. */
  readonly concurrency?: number
  /**
   * Sort the rows of each group: terms as in Spark, `event_time DESC NULLS LAST, bucket(16, id)`; `zorder(a, b)`; or `table` for the
   * table's own default order. It is a word and not the default of an empty text, so that a variable of a script that happens to be empty
   * sorts nothing; a column of that name is written `table ASC`. Default: merge without sorting.
   */
  readonly sort?: string
  /** Sort the rows of each group along a z-curve through these columns. */
  readonly zorder?: readonly string[]
  /** Bytes that a string, binary, fixed or uuid column gives to a z-value. Default 8, as in Spark. */
  readonly zorderVarLength?: number
  /**
   * Bytes of the rows that a sort, or of the pages that a merge, has in hand; what more a sort has goes through temporary files. From
   * 1 MiB to 4 GiB; default 512 MiB.
   */
  readonly memoryLimit?: number
  /** Which engine sorts, or `builtin`: Phlo by itself. Default: an installed one where it pays. */
  readonly engine?: string
  /** `full` also compares an order-independent checksum of the values. Default `standard`. */
  readonly verify?: 'standard' | 'full'
}

/** The order in which groups are rewritten: by their bytes or by their number of files. */
export const JOB_ORDERS = ['none', 'bytes-asc', 'bytes-desc', 'files-asc', 'files-desc'] as const

export type JobOrder = (typeof JOB_ORDERS)[number]

/** Every option with its value, as it stands in the plan. */
export type ResolvedOptimizeOptions = Required<
  Omit<OptimizeOptions, 'where' | 'maxFilesToRewrite' | 'outputSpecId' | 'sort' | 'zorder' | 'engine'>
> & {
  readonly where: string | null
  readonly maxFilesToRewrite: number | null
  readonly outputSpecId: number | null
  readonly sort: string | null
  readonly zorder: readonly string[] | null
  readonly engine: string | null
}

/**
 * Fills in the defaults.
 *
 * @throws PhloError `INVALID_OPTION` when the sizes contradict each other or a count is below 1
 */
export function resolveOptions(options: OptimizeOptions, properties: Readonly<Record<string, string>>): ResolvedOptimizeOptions {
  const target = options.targetFileSize ?? numberProperty(properties, 'write.target-file-size-bytes', 512 * 1024 ** 2, 1)
  const resolved: ResolvedOptimizeOptions = {
    targetFileSize: target,
    minFileSize: options.minFileSize ?? Math.floor(target * 0.75),
    maxFileSize: options.maxFileSize ?? Math.floor(target * 1.8),
    minInputFiles: options.minInputFiles ?? 5,
    maxFileGroupSize: options.maxFileGroupSize ?? 100 * GiB,
    where: options.where ?? null,
    rewriteAll: options.rewriteAll ?? false,
    deleteFileThreshold: options.deleteFileThreshold ?? 2 ** 31 - 1,
    deleteRatioThreshold: options.deleteRatioThreshold ?? 0.3,
    removeDanglingDeletes: options.removeDanglingDeletes ?? false,
    keepDeletes: options.keepDeletes ?? false,
    maxFilesToRewrite: options.maxFilesToRewrite ?? null,
    outputSpecId: options.outputSpecId ?? null,
    jobOrder: options.jobOrder ?? 'none',
    partialProgress: options.partialProgress ?? false,
    maxCommits: options.maxCommits ?? 10,
    concurrency: options.concurrency ?? 1,
    sort: options.sort ?? null,
    zorder: options.zorder ?? null,
    zorderVarLength: options.zorderVarLength ?? 8,
    memoryLimit: options.memoryLimit ?? DEFAULT_MEMORY,
    engine: options.engine ?? null,
    verify: options.verify ?? 'standard',
  }
  for (const name of [
    'targetFileSize',
    'minInputFiles',
    'maxFileGroupSize',
    'maxCommits',
    'concurrency',
    'deleteFileThreshold',
    'maxFilesToRewrite',
    'zorderVarLength',
  ] as const) {
    if (!((resolved[name] ?? 1) >= 1)) throw usage('INVALID_OPTION', `${name} has to be at least 1; it is ${resolved[name]}.`)
  }
  if (!(resolved.deleteRatioThreshold > 0 && resolved.deleteRatioThreshold <= 1)) {
    throw usage('INVALID_OPTION', `deleteRatioThreshold has to be above 0 and at most 1; it is ${resolved.deleteRatioThreshold}.`)
  }
  if (!(resolved.memoryLimit >= LEAST_MEMORY && resolved.memoryLimit <= MOST_MEMORY)) {
    throw usage('INVALID_OPTION', `memoryLimit has to be from 1 MiB to 4 GiB; it is ${resolved.memoryLimit} bytes.`)
  }
  if (resolved.keepDeletes && (resolved.sort !== null || resolved.zorder !== null || resolved.outputSpecId !== null)) {
    throw usage('INVALID_OPTION', 'keepDeletes is for merging: with sort, zorder or outputSpecId rows do not keep their places.', [
      'leave keepDeletes out: the deletes are then applied',
    ])
  }
  if (resolved.engine !== null && resolved.sort === null && resolved.zorder === null) {
    throw usage('INVALID_OPTION', `The engine ${resolved.engine} is for sorting: give sort or zorder with it.`)
  }
  if (resolved.minFileSize < 0 || resolved.minFileSize >= target || target >= resolved.maxFileSize) {
    throw usage(
      'INVALID_OPTION',
      `File sizes have to satisfy min < target < max; they are ${resolved.minFileSize}, ${target} and ${resolved.maxFileSize} bytes.`,
    )
  }
  return resolved
}
