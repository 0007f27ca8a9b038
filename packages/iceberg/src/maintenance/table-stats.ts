import {formatTableName, type OperationContext} from '@phlo/core'
import {type EntryBlock, liveRows} from '../avro/entry-block.js'
import {readManifests} from '../avro/manifest.js'
import {readManifestList} from '../avro/manifest-list.js'
import {isDeletionVector} from '../deletes/deletion-vector.js'
import {headOf} from '../refs.js'
import {partitionNames} from '../spec/file-partition.js'
import type {IcebergTable} from '../table.js'
import {type Advice, advise} from './advice.js'
import type {ColumnNdv} from './compute-stats/plan-types.js'
import {distinctValues} from './compute-stats/statistics-of.js'
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

export interface TableStats {
  readonly table: string
  readonly snapshotId: string | null
  /** Rows of the data files; those that delete files delete are among them. */
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
  readonly positionDeleteFiles: number
  readonly equalityDeleteFiles: number
  readonly deletionVectors: number
  readonly manifests: number
  readonly manifestBytes: number
  readonly snapshots: number
  readonly partitionCount: number
  readonly partitions: readonly PartitionStats[]
  /** Of the columns of which the head has statistics; none are computed for this. */
  readonly distinctValues: readonly ColumnNdv[]
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
  const deletes = {positionDeleteFiles: 0, equalityDeleteFiles: 0, deletionVectors: 0}
  context.progress.start('reading manifests', manifests.length)
  for await (const block of readManifests(table, manifests, {signal: context.signal, onManifest: () => context.progress.advance()})) {
    for (const row of liveRows(block)) {
      const content = block.content(row)
      if (content === 'data') count(nameOf, block, row, options, sizes, partitions)
      else if (content === 'equality-deletes') deletes.equalityDeleteFiles += 1
      else if (isDeletionVector({content, fileFormat: block.fileFormat(row)})) deletes.deletionVectors += 1
      else deletes.positionDeleteFiles += 1
    }
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
    deleteFiles: deletes.positionDeleteFiles + deletes.equalityDeleteFiles + deletes.deletionVectors,
    ...deletes,
    manifests: manifests.length,
    manifestBytes: manifests.reduce((sum, {manifestLength}) => sum + manifestLength, 0),
    snapshots: metadata.snapshots.length,
    partitionCount: partitions.size,
    partitions: all.sort((a, b) => b.files - a.files || a.partition.localeCompare(b.partition)),
    distinctValues: head ? distinctValues(metadata, head) : [],
  }
  return {...figures, advice: advise(table, figures, options, context)}
}

function count(
  nameOf: ReturnType<typeof partitionNames>,
  block: EntryBlock,
  row: number,
  options: ResolvedOptimizeOptions,
  sizes: {readonly upTo: number; files: number; bytes: number}[],
  partitions: Map<string, Tally>,
): void {
  const size = block.fileSizeInBytes(row)
  const sizeClass = sizes.find(({upTo}) => size <= upTo)
  if (sizeClass) {
    sizeClass.files += 1
    sizeClass.bytes += size
  }
  const {key, values} = block.partition(row)
  let tally = partitions.get(key)
  if (!tally) {
    tally = {partition: nameOf({specId: block.manifest.partitionSpecId, partition: values}), rows: 0, files: 0, bytes: 0, smallFiles: 0}
    partitions.set(key, tally)
  }
  tally.rows += block.recordCount(row)
  tally.files += 1
  tally.bytes += size
  if (size < options.minFileSize) tally.smallFiles += 1
}
