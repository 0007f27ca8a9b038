import {isDeletionVector} from '../../deletes/deletion-vector.js'
import type {DataFile, ManifestEntry, ManifestFile} from '../../spec/manifest.js'
import type {BoundPartitionField} from '../../spec/partition-spec.js'
import {baseType} from '../../spec/primitive-types.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {Value} from '../../spec/types.js'
import type {KnownFields} from './fields.js'
import {error, type Finding, warning} from './finding.js'
import {checkMetrics} from './metrics.js'

export interface EntryContext {
  readonly metadata: TableMetadata
  readonly known: KnownFields
  /** The table's name, as commands take it. */
  readonly name: string
}

/** Checks a live entry of a manifest by itself (spec, "Manifest Entry Fields", "Data File Fields"). */
export function* checkEntry(entry: ManifestEntry, manifest: ManifestFile, context: EntryContext): Iterable<Finding> {
  const {dataFile} = entry
  const {filePath: path, recordCount, fileSizeInBytes} = dataFile
  const {metadata, known} = context
  if ((dataFile.content === 'data') !== (manifest.content === 'data')) {
    yield error(
      'CONTENT',
      path,
      `${path} holds ${dataFile.content}, and stands in the ${manifest.content} manifest ${manifest.manifestPath}.`,
    )
  }
  yield* checkSequenceNumbers(entry, manifest)
  if (recordCount < 0 || fileSizeInBytes <= 0) {
    yield error('COUNTS', path, `${path} is said to have ${recordCount} rows in ${fileSizeInBytes} bytes.`)
  }
  yield* checkPartition(dataFile, known)
  yield* checkMetrics(dataFile, known)
  if (dataFile.sortOrderId !== undefined && dataFile.sortOrderId !== 0 && !known.sortOrders.has(dataFile.sortOrderId)) {
    yield warning('SORT_ORDER', path, `${path} is said to be in sort order ${dataFile.sortOrderId}, which the metadata does not have.`)
  }
  if (dataFile.content === 'data') yield* checkRowIds(dataFile, manifest, metadata)
  else yield* checkDeleteFile(entry, context)
}

function* checkSequenceNumbers({dataFile, sequenceNumber, fileSequenceNumber}: ManifestEntry, manifest: ManifestFile): Iterable<Finding> {
  if (sequenceNumber >= 0n && sequenceNumber <= fileSequenceNumber && fileSequenceNumber <= manifest.sequenceNumber) return
  const numbers = `data sequence number ${sequenceNumber} and file sequence number ${fileSequenceNumber}`
  const problem = `in a manifest of number ${manifest.sequenceNumber}`
  yield error('SEQUENCE_NUMBER', dataFile.filePath, `${dataFile.filePath} has ${numbers}, ${problem}.`)
}

function* checkPartition({filePath, specId, partition}: DataFile, known: KnownFields): Iterable<Finding> {
  for (const [index, field] of (known.partition(specId) ?? []).entries()) {
    const value = partition[index] ?? null
    if (fits(field, value)) continue
    const tuple = `${String(value)} for partition field ${field.name}`
    yield error('PARTITION_VALUE', filePath, `${filePath} has ${tuple}, which its transform cannot make.`)
  }
}

function fits({transform, type}: BoundPartitionField, value: Value): boolean {
  if (value === null) return true
  if (transform.kind === 'void') return false
  if (transform.kind === 'bucket') return typeof value === 'number' && value >= 0 && value < transform.width
  switch (baseType(type)) {
    case 'unknown':
      return true
    case 'boolean':
      return typeof value === 'boolean'
    case 'int':
    case 'date':
    case 'float':
    case 'double':
      return typeof value === 'number'
    case 'string':
    case 'uuid':
      return typeof value === 'string'
    case 'fixed':
    case 'binary':
      return value instanceof Uint8Array
    default:
      return typeof value === 'bigint'
  }
}

function* checkRowIds({filePath, firstRowId, recordCount}: DataFile, manifest: ManifestFile, metadata: TableMetadata): Iterable<Finding> {
  if (manifest.firstRowId === undefined || firstRowId === undefined) return
  const [end, next] = [firstRowId + BigInt(recordCount), metadata['next-row-id'] ?? 0n]
  if (firstRowId < 0n || end > next) {
    yield error('NEXT_ROW_ID', filePath, `${filePath} has the row ids ${firstRowId} to ${end - 1n}, and next-row-id is ${next}.`)
  }
}

function* checkDeleteFile({dataFile, fileSequenceNumber}: ManifestEntry, {metadata, known, name}: EntryContext): Iterable<Finding> {
  const {filePath: path, content, equalityIds, referencedDataFile, contentOffset, contentSizeInBytes, fileSizeInBytes} = dataFile
  const version = metadata['format-version']
  if (content === 'equality-deletes') {
    const unknown = (equalityIds ?? []).find((id) => typeof known.field(id)?.type !== 'string')
    if (equalityIds === undefined || equalityIds.length === 0)
      yield error('EQUALITY_IDS', path, `${path} does not say which columns it compares.`)
    else if (unknown !== undefined)
      yield error('EQUALITY_IDS', path, `${path} compares column ${unknown}, which is in none of the schemas.`)
  } else if (isDeletionVector(dataFile)) {
    const end = (contentOffset ?? 0) + (contentSizeInBytes ?? 0)
    const isPlaced = referencedDataFile !== undefined && contentOffset !== undefined && contentSizeInBytes !== undefined
    if (version < 3 || !isPlaced || end > fileSizeInBytes) {
      const problem = version < 3 ? `of a table of format version ${version}` : 'without a data file or a place in the Puffin file'
      yield error('DELETION_VECTOR', path, `${path} holds a deletion vector ${problem}.`)
    }
  } else if (version >= 3 && fileSequenceNumber >= known.firstOfVersion3) {
    const problem = 'a position delete file that was added after the upgrade to format version 3, which asks for deletion vectors'
    yield warning('POSITION_DELETES_ON_V3', path, `${path} is ${problem}.`, `phlo table rewrite-deletes ${name}`)
  }
}
