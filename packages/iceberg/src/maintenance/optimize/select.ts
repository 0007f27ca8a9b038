import {formatBytes} from '@phlo/core'
import {inBatches} from '../../in-batches.js'
import type {ResolvedOptimizeOptions} from './options.js'
import type {PlannedInput, PlannedMerge} from './plan-types.js'

/** What earlier runs have done for a file. */
export interface FileState {
  /** One for this target, and with an order for that order too, made it. */
  readonly settled: boolean
  /** Its rows are in the order that is asked for; undefined when none is. */
  readonly isSorted?: boolean
}

/** A live data file and what decides about it. */
export interface Candidate extends FileState {
  /** As a plan names it. */
  readonly file: PlannedInput
  /** Delete files that may take rows from it. */
  readonly deleteFiles?: number
  /** Rows that deletes about this file alone take from it; at most all of them. */
  readonly deletedRows?: number
}

export interface FileVerdict {
  readonly candidate: boolean
  readonly reason: string
}

/** Whether a file's size, or the deletes that apply to it, make it a candidate. */
export function judgeFile(candidate: Candidate, options: ResolvedOptimizeOptions): FileVerdict {
  const {file, settled} = candidate
  const size = file.size
  const {minFileSize, maxFileSize, rewriteAll} = options
  if (rewriteAll) return {candidate: true, reason: 'every file is rewritten (rewrite-all)'}
  const burden = tooManyDeletes(candidate, options)
  if (burden) return {candidate: true, reason: burden}
  if (size > maxFileSize) return {candidate: true, reason: `${formatBytes(size)} is over the maximum of ${formatBytes(maxFileSize)}`}
  if (size < minFileSize) {
    const made = settled ? ', and an earlier optimize for this target made it' : ''
    return {candidate: true, reason: `${formatBytes(size)} is under the minimum of ${formatBytes(minFileSize)}${made}`}
  }
  if (candidate.isSorted === false) return {candidate: true, reason: 'it is not known to be in the order asked for'}
  return {candidate: false, reason: `${formatBytes(size)} is between ${formatBytes(minFileSize)} and ${formatBytes(maxFileSize)}`}
}

/** Whether the deletes of a file decide about it. Those that are kept would apply as well to what it becomes. */
export const mindsDeletes = ({keepDeletes, rewriteAll}: ResolvedOptimizeOptions) => !keepDeletes && !rewriteAll

/** Which of the delete thresholds a file reaches, if any. */
function tooManyDeletes({file, deleteFiles = 0, deletedRows = 0}: Candidate, options: ResolvedOptimizeOptions): string | undefined {
  if (!mindsDeletes(options)) return undefined
  if (deleteFiles >= options.deleteFileThreshold) {
    return `${deleteFiles} delete files apply to it (at least ${options.deleteFileThreshold})`
  }
  const ratio = deletedRows / Math.max(1, file.rows)
  if (deletedRows > 0 && ratio >= options.deleteRatioThreshold) {
    return `${Math.round(ratio * 100)} % of its rows are deleted (at least ${Math.round(options.deleteRatioThreshold * 100)} %)`
  }
  return undefined
}

export interface GroupVerdict {
  readonly rewrite: boolean
  readonly reason: string
}

/**
 * Whether a group of candidates is worth rewriting. Spark's rules, and two more that make a second run a no-op: a group that
 * earlier runs for this target made is settled until a new file joins it, and a rewrite has to leave fewer files or split one. With an
 * order, a file that is not in it is reason enough: Spark, which looks at sizes alone, sorts nothing of a table whose files are large
 * enough unless it is told to rewrite all, and then sorts again what is sorted.
 */
export function judgeGroup(candidates: readonly Candidate[], options: ResolvedOptimizeOptions): GroupVerdict {
  const files = candidates.length
  const bytes = totalBytes(candidates)
  const {targetFileSize, minInputFiles, maxFileSize, rewriteAll} = options
  if (rewriteAll) return {rewrite: files > 0, reason: 'every file is rewritten (rewrite-all)'}
  const oversized = candidates.some(({file, settled}) => !settled && file.size > maxFileSize)
  const burdened = candidates.filter((candidate) => tooManyDeletes(candidate, options)).length
  if (burdened > 0) return {rewrite: true, reason: `deletes are to be applied to ${burdened} of ${files} files`}
  if (oversized) return {rewrite: true, reason: `a file is over the maximum of ${formatBytes(maxFileSize)}`}
  const unsorted = candidates.filter(({isSorted}) => isSorted === false).length
  if (unsorted > 0) return {rewrite: true, reason: `${unsorted} of ${files} files are not known to be in the order asked for`}
  if (files < 2) return {rewrite: false, reason: 'there is no other file in this group to merge it with'}
  if (candidates.every(({settled}) => settled)) return {rewrite: false, reason: 'an earlier optimize for this target made all of its files'}
  if (expectedOutputs(bytes, options) >= files) {
    return {rewrite: false, reason: `merging ${files} files of ${formatBytes(bytes)} would not leave fewer`}
  }
  if (files >= minInputFiles) return {rewrite: true, reason: `${files} files are to be merged (at least ${minInputFiles})`}
  if (bytes > targetFileSize) return {rewrite: true, reason: `${formatBytes(bytes)} fill a file of ${formatBytes(targetFileSize)}`}
  return {
    rewrite: false,
    reason: `only ${files} files (fewer than ${minInputFiles}) with ${formatBytes(bytes)} (less than ${formatBytes(targetFileSize)})`,
  }
}

const totalBytes = (candidates: readonly Candidate[]) => candidates.reduce((sum, {file}) => sum + file.size, 0)

/** Puts files, in their order, into groups of at most `maxFileGroupSize` bytes; a larger file is a group of its own. */
export const packGroups = (candidates: readonly Candidate[], maxFileGroupSize: number): readonly (readonly Candidate[])[] =>
  inBatches(candidates, ({file}) => file.size, maxFileGroupSize)

/**
 * How many files so many bytes become. A remainder is a file of its own only when it is a good one; else it is spread over the
 * others as long as they stay within 110 % of the target (Iceberg's SizeBasedFileRewritePlanner).
 */
export function expectedOutputs(bytes: number, {targetFileSize, minFileSize, maxFileSize}: ResolvedOptimizeOptions): number {
  const whole = Math.floor(bytes / targetFileSize)
  const remainder = bytes - whole * targetFileSize
  if (whole === 0) return 1
  if (remainder === 0) return whole
  if (remainder >= minFileSize) return whole + 1
  return bytes / whole <= Math.min(1.1 * targetFileSize, maxFileSize) ? whole : whole + 1
}

/**
 * Divides a group into merges so that the number of files that come out is known beforehand: files are filled up in order to
 * an even share, and a file that is over the maximum is split by itself.
 */
export function divideGroup(candidates: readonly Candidate[], options: ResolvedOptimizeOptions): readonly PlannedMerge[] {
  const tooLarge = candidates.filter(({file}) => file.size > options.maxFileSize)
  const others = candidates.filter(({file}) => file.size <= options.maxFileSize)
  const split = tooLarge.map((candidate) => ({
    inputs: [candidate.file],
    outputs: Math.max(1, Math.min(expectedOutputs(candidate.file.size, options), candidate.file.rows)),
  }))
  return [...split, ...evenShares(others, options)]
}

/** A group whose rows are sorted, or divided by another partition spec: they are read one after the other. */
export function wholeGroup(candidates: readonly Candidate[], options: ResolvedOptimizeOptions): PlannedMerge {
  const rows = candidates.reduce((sum, {file}) => sum + file.rows, 0)
  return {inputs: filesOf(candidates), outputs: Math.max(1, Math.min(expectedOutputs(totalBytes(candidates), options), rows))}
}

function evenShares(candidates: readonly Candidate[], options: ResolvedOptimizeOptions): readonly PlannedMerge[] {
  if (candidates.length === 0) return []
  const total = totalBytes(candidates)
  const share = total / Math.min(expectedOutputs(total, options), candidates.length)
  const merges: Candidate[][] = [[]]
  let filled = 0
  for (const candidate of candidates) {
    const half = candidate.file.size / 2
    // A file goes where most of it belongs.
    if (filled + half > share * merges.length && merges.at(-1)?.length) merges.push([])
    merges.at(-1)?.push(candidate)
    filled += candidate.file.size
  }
  return merges.map((files) => ({inputs: filesOf(files), outputs: 1}))
}

const filesOf = (candidates: readonly Candidate[]) => candidates.map(({file}) => file)
