import {type DataFile, type EntryStatus, FILE_CONTENTS, type FileContent, type ManifestEntry, type ManifestFile} from '../spec/manifest.js'
import {namingManifest} from './container-reader.js'
import type {EntryColumns, Partition} from './entry-columns.js'
import {type Column, neededColumn, type Placed} from './places.js'

/**
 * Some entries of a manifest as columns, with what they inherit filled in (see `ManifestEntry`). Only where its fields are is known of
 * an entry before it is asked for, so that what nobody asks for, metrics above all, costs next to nothing. Whoever keeps a block keeps
 * the bytes that it came from.
 *
 * Every function throws PhloError `MANIFEST_CORRUPT` naming the manifest for an entry that is damaged.
 */
export interface EntryBlock {
  readonly manifest: ManifestFile
  /** Entries, deleted ones too. */
  readonly count: number
  status(row: number): EntryStatus
  content(row: number): FileContent
  filePath(row: number): string
  /** Upper case. */
  fileFormat(row: number): string
  /** Rows. */
  recordCount(row: number): number
  /** Bytes. */
  fileSizeInBytes(row: number): number
  sortOrderId(row: number): number | undefined
  partition(row: number): Partition
  snapshotId(row: number): bigint
  /** Data sequence number. */
  sequenceNumber(row: number): bigint
  fileSequenceNumber(row: number): bigint
  /** The entry with everything there is. */
  entry(row: number): ManifestEntry
}

/** The rows of a block that are not deleted. */
export function* liveRows({count, status}: EntryBlock): Generator<number> {
  for (let row = 0; row < count; row++) if (status(row) !== 'deleted') yield row
}

const STATUSES: readonly EntryStatus[] = ['existing', 'added', 'deleted']

/** Makes the blocks of one manifest, which have to come in its order: first row ids go on from one entry to the next. */
export function entryBlocks(manifest: ManifestFile, columns: EntryColumns): (placed: Placed) => EntryBlock {
  const rowIds = rowIdReader(manifest, columns)
  return (placed) => {
    const statuses = coded(placed, columns.status, STATUSES, 'status')
    const contents = coded(placed, columns.content, FILE_CONTENTS, 'content', 0)
    return entryBlock(manifest, columns, placed, {statuses, contents, rowIds: rowIds(placed, statuses)})
  }
}

/** The values of a column of codes; `missing` where there is none. */
function coded<T>(placed: Placed, column: Column<number>, values: readonly T[], name: string, missing = -1): (row: number) => T {
  const codes = new Uint8Array(placed.count)
  for (let row = 0; row < placed.count; row++) {
    const code = column(placed, row) ?? missing
    if (values[code] === undefined) throw new RangeError(`${name} ${code} is not of the specification`)
    codes[row] = code
  }
  return (row) => values[codes[row] as number] as T
}

/** The manifest list decides whether there are row ids at all; deleted files take none (spec, "First Row ID Inheritance"). */
function rowIdReader(
  manifest: ManifestFile,
  columns: EntryColumns,
): (placed: Placed, status: (row: number) => EntryStatus) => (row: number) => bigint | undefined {
  let next = manifest.content === 'data' ? manifest.firstRowId : undefined
  if (next === undefined) return () => () => undefined
  return (placed, status) => {
    const ids: (bigint | undefined)[] = []
    for (let row = 0; row < placed.count; row++) {
      const own = columns.firstRowId(placed, row)
      ids.push(own ?? (status(row) === 'deleted' ? undefined : next))
      if (own === undefined && status(row) !== 'deleted') next = (next as bigint) + BigInt(columns.recordCount(placed, row) ?? 0)
    }
    return (row) => ids[row]
  }
}

interface Known {
  readonly statuses: (row: number) => EntryStatus
  readonly contents: (row: number) => FileContent
  readonly rowIds: (row: number) => bigint | undefined
}

function entryBlock(manifest: ManifestFile, columns: EntryColumns, placed: Placed, known: Known): EntryBlock {
  const reading = <T>(read: (row: number) => T) => namingManifest(manifest.manifestPath, read)
  const optional = <T>(column: Column<T>) => reading((row) => column(placed, row))
  const needed = <T>(column: Column<T>, name: string) => {
    const present = neededColumn(column, `an entry has no ${name}`)
    return reading((row) => present(placed, row))
  }
  const numbered = (column: Column<bigint>, id: number) => {
    // A manifest of version 1 has no such column: its files have the number 0.
    const isAbsent = !columns.walk.slots.has(id)
    return reading((row) => {
      const stored = column(placed, row)
      if (stored !== undefined || isAbsent) return stored ?? 0n
      if (known.statuses(row) === 'existing' && manifest.sequenceNumber !== 0n)
        throw new RangeError('an existing file has no sequence number')
      return manifest.sequenceNumber
    })
  }
  const ownFormat = needed(columns.fileFormat, 'file_format')
  const ownSnapshot = optional(columns.snapshotId)
  const details = reading((row) => columns.details(placed, row))
  const block: EntryBlock = {
    manifest,
    count: placed.count,
    status: known.statuses,
    content: known.contents,
    filePath: needed(columns.filePath, 'file_path'),
    fileFormat: (row) => ownFormat(row).toUpperCase(),
    recordCount: needed(columns.recordCount, 'record_count'),
    fileSizeInBytes: needed(columns.fileSizeInBytes, 'file_size_in_bytes'),
    sortOrderId: optional(columns.sortOrderId),
    partition: reading((row) => columns.partition(placed, row)),
    snapshotId: (row) => ownSnapshot(row) ?? manifest.addedSnapshotId,
    sequenceNumber: numbered(columns.sequenceNumber, 3),
    fileSequenceNumber: numbered(columns.fileSequenceNumber, 4),
    entry: (row) => ({
      status: block.status(row),
      snapshotId: block.snapshotId(row),
      sequenceNumber: block.sequenceNumber(row),
      fileSequenceNumber: block.fileSequenceNumber(row),
      dataFile: dataFile(row),
    }),
  }
  const dataFile = (row: number): DataFile => {
    const firstRowId = known.rowIds(row)
    return {
      content: block.content(row),
      filePath: block.filePath(row),
      fileFormat: block.fileFormat(row),
      specId: manifest.partitionSpecId,
      partition: block.partition(row).values,
      recordCount: block.recordCount(row),
      fileSizeInBytes: block.fileSizeInBytes(row),
      ...details(row),
      ...(firstRowId !== undefined && {firstRowId}),
    }
  }
  return block
}
