import {formatBytes, formatCount, formatDuration, formatTableName, type OperationContext} from '@phlo/core'
import {readManifest} from '../avro/manifest.js'
import {readManifestList} from '../avro/manifest-list.js'
import {headOf} from '../refs.js'
import {partitionKey, partitionNames} from '../spec/file-partition.js'
import type {DataFile} from '../spec/manifest.js'
import type {IcebergTable} from '../table.js'
import {resolveExpireOptions} from './expire-snapshots/options.js'
import {decideRetention} from './expire-snapshots/retention.js'
import {type ResolvedOptimizeOptions, resolveOptions} from './optimize/options.js'

/** Files of one size class: up to `upTo` bytes, and over the class before. */
export interface SizeClass {
  readonly upTo: number
  readonly files: number
  readonly bytes: number
}

export interface PartitionStats {
  readonly partition: string
  readonly rows: number
  readonly files: number
  readonly bytes: number
  readonly smallFiles: number
}

/** Something that maintenance would pay off, most first. */
export interface Advice {
  readonly reason: string
  readonly command: string
}

export interface TableStats {
  readonly table: string
  readonly snapshotId: string | null
  readonly rows: number
  readonly dataFiles: number
  /** Bytes of all live data files. */
  readonly bytes: number
  readonly averageFileSize: number
  /** Data files under `smallFileSize`. */
  readonly smallFiles: number
  readonly smallFileSize: number
  readonly sizes: readonly SizeClass[]
  readonly deleteFiles: number
  readonly manifests: number
  readonly manifestBytes: number
  readonly snapshots: number
  readonly partitionCount: number
  readonly partitions: readonly PartitionStats[]
  readonly advice: readonly Advice[]
}

const KiB = 1024
const CLASSES = [
  64 * KiB,
  1024 * KiB,
  8 * KiB ** 2,
  32 * KiB ** 2,
  128 * KiB ** 2,
  512 * KiB ** 2,
  1024 * KiB ** 2,
  Number.MAX_SAFE_INTEGER,
]

interface Tally {
  readonly partition: string
  rows: number
  files: number
  bytes: number
  smallFiles: number
}

/** What the table's ref holds, from its manifests alone. Memory grows with the number of partitions, not of files. */
export async function tableStats(table: IcebergTable, context: OperationContext): Promise<TableStats> {
  const {metadata} = table
  const options = resolveOptions({}, table.properties)
  const head = headOf(table)
  const manifests = head ? await readManifestList(table.io, head, metadata['format-version']) : []
  const sizes = CLASSES.map((upTo) => ({upTo, files: 0, bytes: 0}))
  const partitions = new Map<string, Tally>()
  const nameOf = partitionNames(metadata)
  let deleteFiles = 0
  context.progress.start('reading manifests', manifests.length)
  for (const manifest of manifests) {
    context.signal.throwIfAborted()
    for await (const {status, dataFile} of readManifest(table.io, manifest, {metadata})) {
      if (status === 'deleted') continue
      if (dataFile.content !== 'data') deleteFiles += 1
      else count(nameOf, dataFile, options, sizes, partitions)
    }
    context.progress.advance()
  }
  context.progress.done()
  const all = [...partitions.values()]
  const total = (of: (tally: Tally) => number) => all.reduce((sum, tally) => sum + of(tally), 0)
  const dataFiles = total(({files}) => files)
  const bytes = total((tally) => tally.bytes)
  const figures = {
    table: formatTableName(table.name),
    snapshotId: head ? String(head['snapshot-id']) : null,
    rows: total(({rows}) => rows),
    dataFiles,
    bytes,
    averageFileSize: dataFiles === 0 ? 0 : Math.round(bytes / dataFiles),
    smallFiles: total(({smallFiles}) => smallFiles),
    smallFileSize: options.minFileSize,
    sizes,
    deleteFiles,
    manifests: manifests.length,
    manifestBytes: manifests.reduce((sum, {manifestLength}) => sum + manifestLength, 0),
    snapshots: metadata.snapshots.length,
    partitionCount: partitions.size,
    partitions: all.sort((a, b) => b.files - a.files || a.partition.localeCompare(b.partition)),
  }
  return {...figures, advice: advise(table, figures, options, context)}
}

function count(
  nameOf: (file: DataFile) => string,
  file: DataFile,
  options: ResolvedOptimizeOptions,
  sizes: {readonly upTo: number; files: number; bytes: number}[],
  partitions: Map<string, Tally>,
): void {
  const size = file.fileSizeInBytes
  const sizeClass = sizes.find(({upTo}) => size <= upTo)
  if (sizeClass) {
    sizeClass.files += 1
    sizeClass.bytes += size
  }
  const key = partitionKey(file)
  let tally = partitions.get(key)
  if (!tally) {
    tally = {partition: nameOf(file), rows: 0, files: 0, bytes: 0, smallFiles: 0}
    partitions.set(key, tally)
  }
  tally.rows += file.recordCount
  tally.files += 1
  tally.bytes += size
  if (size < options.minFileSize) tally.smallFiles += 1
}

/** What would pay off, in the order in which to do it: merge first, so that expiring can free what was merged. */
function advise(
  table: IcebergTable,
  {smallFiles, partitions}: {readonly smallFiles: number; readonly partitions: readonly PartitionStats[]},
  options: ResolvedOptimizeOptions,
  context: OperationContext,
): readonly Advice[] {
  const name = formatTableName(table.name)
  const advice: Advice[] = []
  const crowded = partitions.filter((partition) => partition.smallFiles >= options.minInputFiles)
  if (crowded.length > 0) {
    const files = crowded.reduce((sum, partition) => sum + partition.smallFiles, 0)
    advice.push({
      reason: `${formatCount(files)} of ${formatCount(smallFiles)} files under ${formatBytes(options.minFileSize)} share a partition with enough others to be merged`,
      command: `phlo table optimize ${name} --dry-run`,
    })
  }
  const expire = resolveExpireOptions({}, table.properties)
  const {expiredSnapshots} = decideRetention(table.metadata, expire, context.clock.now())
  if (expiredSnapshots.length > 0) {
    advice.push({
      reason: `${formatCount(expiredSnapshots.length)} of ${formatCount(table.metadata.snapshots.length)} snapshots are older than ${formatDuration(expire.olderThan)}`,
      command: `phlo table expire-snapshots ${name} --dry-run`,
    })
  }
  return advice
}
