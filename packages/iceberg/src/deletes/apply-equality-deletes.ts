import {defaultsOf} from '../parquet/defaults.js'
import {fileRows, type RowLayout, rowSourceOf} from '../parquet/file-rows.js'
import {nameMapping} from '../parquet/name-mapping.js'
import {currentSchema} from '../spec/current.js'
import {identityValues} from '../spec/file-partition.js'
import type {ManifestEntry} from '../spec/manifest.js'
import type {IcebergTable} from '../table.js'
import {equalityLeaves, rowKeys} from './equality-keys.js'

/** Bytes that a key takes in memory besides its characters, about. */
const KEY_OVERHEAD = 96

export interface EqualityDeletes {
  readonly table: IcebergTable
  /** Delete files that compare the same fields, and whose scope all of the data files are in. */
  readonly deletes: readonly ManifestEntry[]
  readonly dataFiles: readonly ManifestEntry[]
  /** Bytes that keys may take in memory at a time. With more, the data files are read once for each so much. */
  readonly memory: number
  readonly signal: AbortSignal
  readonly onDelete: (path: string, position: number) => void
}

/** Keys of deleted rows, with the highest data sequence number of the files that delete them. */
type Keys = Map<string, bigint>

/**
 * Tells every row that equality deletes delete: those of data files with a lower data sequence number than the delete's whose
 * compared columns are equal (spec, "Equality Delete Files", "Scan Planning"). Columns are found by field id, so that renamed and
 * promoted ones are compared rightly.
 *
 * @throws PhloError `EQUALITY_FIELD_UNKNOWN` (exit 6), and what reading files throws
 */
export async function applyEqualityDeletes(given: EqualityDeletes): Promise<void> {
  const {table, deletes, memory, signal} = given
  const [first] = deletes
  if (!first) return
  const leaves = equalityLeaves(table.metadata, first.dataFile.equalityIds ?? [], first.dataFile.filePath)
  const layout: RowLayout = {leaves, mapping: nameMapping(table.properties), defaultOf: () => undefined}
  let keys: Keys = new Map()
  let bytes = 0
  for (const {dataFile, sequenceNumber} of deletes) {
    for await (const {read, rows} of fileRows(table.io, rowSourceOf(dataFile), layout, signal)) {
      const keyOf = rowKeys(leaves.map(read))
      for (let row = 0; row < rows; row++) {
        const key = keyOf(row)
        const known = keys.get(key)
        if (known === undefined) bytes += KEY_OVERHEAD + key.length
        if (known === undefined || known < sequenceNumber) keys.set(key, sequenceNumber)
        if (bytes < memory) continue
        await markMatching(given, layout, keys)
        keys = new Map()
        bytes = 0
      }
    }
  }
  if (keys.size > 0) await markMatching(given, layout, keys)
}

async function markMatching({table, dataFiles, signal, onDelete}: EqualityDeletes, layout: RowLayout, keys: Keys): Promise<void> {
  const schema = currentSchema(table.metadata)
  const identityOf = identityValues(table.metadata)
  let newest = 0n
  for (const sequenceNumber of keys.values()) if (sequenceNumber > newest) newest = sequenceNumber
  for (const {dataFile, sequenceNumber} of dataFiles) {
    if (sequenceNumber >= newest) continue
    const own = {...layout, defaultOf: defaultsOf(schema, identityOf(dataFile))}
    for await (const {read, rows, position} of fileRows(table.io, rowSourceOf(dataFile), own, signal)) {
      const keyOf = rowKeys(layout.leaves.map(read))
      for (let row = 0; row < rows; row++) {
        const deletedAt = keys.get(keyOf(row))
        if (deletedAt !== undefined && sequenceNumber < deletedAt) onDelete(dataFile.filePath, position + row)
      }
    }
  }
}
