import type {ManifestFile, PartitionFieldSummary} from '../spec/manifest.js'
import type {AvroSchema} from './avro-schema.js'
import type {Cursor} from './cursor.js'
import {type FileField, recordTypeOf} from './file-type.js'
import {LIST_IDS} from './manifest-list-schema.js'
import {type Column, columnOf, neededColumn, type Placed, type PresentType, type Walk, walkOf} from './places.js'
import {blobReader, idReader, listReader, numberReader, textReader, tupleReader} from './plain-value.js'

/** What a list says of a manifest that it has no counts of. */
export interface UncountedManifest {
  readonly path: string
  readonly snapshotId: bigint
  readonly specId: number
  /** Bytes. */
  readonly length: number
  readonly partitions: readonly PartitionFieldSummary[] | undefined
}

/** How the records of a manifest list are read that has a certain Avro schema. */
export interface ListColumns {
  readonly walk: Walk
  path(placed: Placed, row: number): string
  manifest(placed: Placed, row: number): ManifestFile | UncountedManifest
}

const idOf = (field: FileField) => field.id ?? LIST_IDS.get(field.name)

/**
 * Makes the columns out of the schema in a list's header, as `entryColumns` does.
 *
 * @throws RangeError for a schema that cannot be that of a manifest list
 */
export function listColumns(schema: AvroSchema): ListColumns {
  const walk = walkOf(recordTypeOf(schema), new Set(LIST_IDS.values()), idOf)
  const column = <T>(id: number, reader: (type: PresentType) => (cursor: Cursor) => T) => columnOf(walk, id, reader)
  const counts = [504, 505, 506, 512, 513, 514].map((id) => column(id, numberReader))
  const content = column(517, numberReader)
  const sequenceNumber = column(515, idReader)
  const minSequenceNumber = column(516, idReader)
  const partitions = column(507, listReader(summaryReader))
  const keyMetadata = column(519, blobReader)
  const firstRowId = column(520, idReader)
  const needed = <T>(column: Column<T>, name: string) => neededColumn(column, `a manifest has no ${name}`)
  const path = needed(column(500, textReader), 'manifest_path')
  const length = needed(column(501, numberReader), 'manifest_length')
  const specId = needed(column(502, numberReader), 'partition_spec_id')
  const snapshotId = needed(column(503, idReader), 'added_snapshot_id')
  return {
    walk,
    path,
    manifest(placed, row) {
      const known = {path: path(placed, row), snapshotId: snapshotId(placed, row), specId: specId(placed, row), length: length(placed, row)}
      const summaries = partitions(placed, row)
      const counted = counts.map((count) => count(placed, row))
      if (counted.includes(undefined)) return {...known, partitions: summaries}
      const [addedFilesCount, existingFilesCount, deletedFilesCount, addedRowsCount, existingRowsCount, deletedRowsCount] = counted as [
        number,
        number,
        number,
        number,
        number,
        number,
      ]
      const key = keyMetadata(placed, row)
      const rowId = firstRowId(placed, row)
      return {
        manifestPath: known.path,
        manifestLength: known.length,
        partitionSpecId: known.specId,
        content: contentOf(content(placed, row)),
        sequenceNumber: sequenceNumber(placed, row) ?? 0n,
        minSequenceNumber: minSequenceNumber(placed, row) ?? 0n,
        addedSnapshotId: known.snapshotId,
        addedFilesCount,
        existingFilesCount,
        deletedFilesCount,
        addedRowsCount,
        existingRowsCount,
        deletedRowsCount,
        ...(summaries && {partitions: summaries}),
        ...(key && {keyMetadata: key}),
        ...(rowId !== undefined && {firstRowId: rowId}),
      }
    },
  }
}

function contentOf(code = 0): ManifestFile['content'] {
  if (code !== 0 && code !== 1) throw new RangeError(`content ${code} is not of the specification`)
  return code === 0 ? 'data' : 'deletes'
}

const SUMMARY = [509, 518, 510, 511]

function summaryReader(type: PresentType): (cursor: Cursor) => PartitionFieldSummary {
  if (type.kind !== 'record') throw new RangeError('its partition summaries are no records')
  const take = tupleReader(type, SUMMARY.length, (field) => SUMMARY.indexOf(idOf(field) ?? -1))
  return (cursor) => {
    const [containsNull, containsNan, lowerBound, upperBound] = take(cursor)
    return {
      containsNull: containsNull as boolean,
      ...(typeof containsNan === 'boolean' && {containsNan}),
      ...(lowerBound instanceof Uint8Array && {lowerBound}),
      ...(upperBound instanceof Uint8Array && {upperBound}),
    }
  }
}
