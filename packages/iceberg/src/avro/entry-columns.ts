import {partitionKey} from '../spec/file-partition.js'
import type {DataFile} from '../spec/manifest.js'
import type {BoundPartitionField} from '../spec/partition-spec.js'
import type {Value} from '../spec/types.js'
import type {AvroSchema} from './avro-schema.js'
import {type Cursor, takeText} from './cursor.js'
import {type FileField, type FileRecord, recordTypeOf} from './file-type.js'
import {avroName, ENTRY_IDS} from './manifest-schema.js'
import {fromAvro} from './partition-value.js'
import {type Column, columnOf, type Placed, type PresentType, type Walk, walkOf} from './places.js'
import {blobReader, byFieldIdReader, idReader, listReader, numberReader, textReader, tupleReader} from './plain-value.js'
import {skipper} from './skip-value.js'

/** The partition of a file. Files of one manifest that are in the same partition have the same object. */
export interface Partition {
  /** As `partitionKey` makes it. */
  readonly key: string
  readonly values: readonly Value[]
}

/** How the entries of a manifest are read that has a certain Avro schema and partition spec. */
export interface EntryColumns {
  readonly walk: Walk
  readonly status: Column<number>
  readonly snapshotId: Column<bigint>
  readonly sequenceNumber: Column<bigint>
  readonly fileSequenceNumber: Column<bigint>
  readonly content: Column<number>
  readonly filePath: Column<string>
  readonly fileFormat: Column<string>
  readonly recordCount: Column<number>
  readonly fileSizeInBytes: Column<number>
  readonly sortOrderId: Column<number>
  readonly firstRowId: Column<bigint>
  /** One of nulls where the file has none. */
  partition(placed: Placed, row: number): Partition
  /** Metrics and whatever else a data file may have. */
  details(placed: Placed, row: number): Partial<DataFile>
}

const DATA_FILE = 2
const PARTITION = 102
const NEEDED = ['status', 'file_path', 'file_format', 'record_count', 'file_size_in_bytes']

/** Partitions that are remembered; a table with more has them described anew now and then. */
const REMEMBERED = 2 ** 16

/**
 * Makes the columns out of the schema in a manifest's header. Fields are found by their ids, whatever their order, names and
 * nullability; those without an id by their names.
 *
 * @throws RangeError for a schema that cannot be that of a manifest
 */
export function entryColumns(schema: AvroSchema, specId: number, fields: readonly BoundPartitionField[]): EntryColumns {
  const walk = walkOf(recordTypeOf(schema), new Set(ENTRY_IDS.values()), idOf, new Set([DATA_FILE]))
  for (const name of NEEDED) if (!walk.slots.has(ENTRY_IDS.get(name) ?? -1)) throw new RangeError(`its entries have no field ${name}`)
  const column = <T>(id: number, reader: (type: PresentType) => (cursor: Cursor) => T) => columnOf(walk, id, reader)
  const counts = byFieldIdReader(numberReader)
  const bounds = byFieldIdReader(blobReader)
  const details = {
    columnSizes: column(108, counts),
    valueCounts: column(109, counts),
    nullValueCounts: column(110, counts),
    nanValueCounts: column(137, counts),
    lowerBounds: column(125, bounds),
    upperBounds: column(128, bounds),
    keyMetadata: column(131, blobReader),
    splitOffsets: column(132, listReader(numberReader)),
    equalityIds: column(135, listReader(numberReader)),
    sortOrderId: column(140, numberReader),
    referencedDataFile: column(143, textReader),
    contentOffset: column(144, numberReader),
    contentSizeInBytes: column(145, numberReader),
  } satisfies {readonly [K in keyof DataFile]?: Column<DataFile[K]>}
  const all = Object.entries(details)
  const partition = column(PARTITION, partitionReader(specId, fields))
  const none = partitionOf(
    specId,
    fields.map(() => null),
  )
  return {
    walk,
    status: column(0, numberReader),
    snapshotId: column(1, idReader),
    sequenceNumber: column(3, idReader),
    fileSequenceNumber: column(4, idReader),
    content: column(134, numberReader),
    filePath: column(100, textReader),
    fileFormat: column(101, textReader),
    recordCount: column(103, numberReader),
    fileSizeInBytes: column(104, numberReader),
    sortOrderId: details.sortOrderId,
    firstRowId: column(142, idReader),
    partition: (placed, row) => partition(placed, row) ?? none,
    details(placed, row) {
      const found: {[name: string]: unknown} = {}
      for (const [name, read] of all) {
        const value = read(placed, row)
        if (value !== undefined) found[name] = value
      }
      return found as Partial<DataFile>
    },
  }
}

const idOf = (field: FileField) => field.id ?? ENTRY_IDS.get(field.name)

const partitionOf = (specId: number, values: readonly Value[]): Partition => ({key: partitionKey({specId, partition: values}), values})

/** Reads partition tuples, each distinct one once: entries with the same bytes have the same partition. */
function partitionReader(specId: number, fields: readonly BoundPartitionField[]): (type: PresentType) => (cursor: Cursor) => Partition {
  return (type) => {
    if (type.kind !== 'record') throw new RangeError('its partitions are no records')
    const skip = skipper(type)
    const take = tupleReader(type, fields.length, (field) => placeOf(field, fields))
    const known = new Map<string, Partition>()
    return (cursor) => {
      const start = cursor.at
      skip(cursor)
      const length = cursor.at - start
      cursor.at = start
      const text = takeText(cursor, length, 'latin1')
      const before = known.get(text)
      if (before) return before
      cursor.at = start
      const stored = take(cursor)
      const values = fields.map((field, index) => fromAvro(field.type, stored[index] ?? null))
      const partition = partitionOf(specId, values)
      if (known.size === REMEMBERED) known.clear()
      known.set(text, partition)
      return partition
    }
  }
}

/** Where a stored field stands in the spec's tuple. */
function placeOf({id, name}: FileRecord['fields'][number], fields: readonly BoundPartitionField[]): number {
  return fields.findIndex((field) => (id === undefined ? field.name === name || avroName(field.name) === name : field.id === id))
}
