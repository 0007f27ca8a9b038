import {usage} from '@phlo/core'
import {numberProperty} from '../../spec/table-properties.js'

const GiB = 1024 ** 3

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
  /** Commit after some groups instead of once at the end. */
  readonly partialProgress?: boolean
  /** How many commits partial progress may make. Default 10. */
  readonly maxCommits?: number
  /** Groups that are rewritten at a time. Default 1: rewriting is bound by the processor and each group takes memory. */
  readonly concurrency?: number
  /** `full` also compares an order-independent checksum of the values. Default `standard`. */
  readonly verify?: 'standard' | 'full'
}

/** Every option with its value, as it stands in the plan. */
export type ResolvedOptimizeOptions = Required<Omit<OptimizeOptions, 'where'>> & {readonly where: string | null}

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
    partialProgress: options.partialProgress ?? false,
    maxCommits: options.maxCommits ?? 10,
    concurrency: options.concurrency ?? 1,
    verify: options.verify ?? 'standard',
  }
  for (const name of ['targetFileSize', 'minInputFiles', 'maxFileGroupSize', 'maxCommits', 'concurrency'] as const) {
    if (!(resolved[name] >= 1)) throw usage('INVALID_OPTION', `${name} has to be at least 1; it is ${resolved[name]}.`)
  }
  if (resolved.minFileSize < 0 || resolved.minFileSize >= target || target >= resolved.maxFileSize) {
    throw usage(
      'INVALID_OPTION',
      `File sizes have to satisfy min < target < max; they are ${resolved.minFileSize}, ${target} and ${resolved.maxFileSize} bytes.`,
    )
  }
  return resolved
}
