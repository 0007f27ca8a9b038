import type {ByFieldId, DataFile, FileContent} from '../spec/manifest.js'
import type {BoundPartitionField} from '../spec/partition-spec.js'
import {property} from './avro-schema.js'
import {asBuffer, fromAvro, toAvro} from './partition-value.js'

/** A decoded record: fields by `property(id)`. */
export type AvroRecord = {readonly [key: `f${number}`]: unknown}

const CONTENTS: readonly FileContent[] = ['data', 'position-deletes', 'equality-deletes']

type Writable<T> = {-readonly [K in keyof T]: T[K]}

/** The data file of a decoded `data_file` record, field by field id. */
export function dataFileOf(record: AvroRecord, specId: number, partition: readonly BoundPartitionField[]): DataFile {
  const tuple = (record['f102'] ?? {}) as AvroRecord & Readonly<Record<string, unknown>>
  const content = CONTENTS[(record['f134'] as number | undefined) ?? 0]
  if (!content) throw new RangeError(`content ${record['f134']} is not of the specification`)
  const file: Writable<DataFile> = {
    content,
    filePath: record['f100'] as string,
    fileFormat: (record['f101'] as string).toUpperCase(),
    specId,
    partition: partition.map(({id, name, type}) => fromAvro(type, (tuple[property(id)] ?? tuple[`n_${name}`] ?? null) as null)),
    recordCount: record['f103'] as number,
    fileSizeInBytes: record['f104'] as number,
  }
  const set = <K extends keyof DataFile>(key: K, value: DataFile[K] | undefined | null) => {
    if (value !== undefined && value !== null) file[key] = value
  }
  set('columnSizes', mapOf<number>(record['f108']))
  set('valueCounts', mapOf<number>(record['f109']))
  set('nullValueCounts', mapOf<number>(record['f110']))
  set('nanValueCounts', mapOf<number>(record['f137']))
  set('lowerBounds', mapOf<Uint8Array>(record['f125']))
  set('upperBounds', mapOf<Uint8Array>(record['f128']))
  set('keyMetadata', record['f131'] as Uint8Array | null)
  set('splitOffsets', record['f132'] as readonly number[] | null)
  set('equalityIds', record['f135'] as readonly number[] | null)
  set('sortOrderId', record['f140'] as number | null)
  set('firstRowId', record['f142'] as bigint | null)
  set('referencedDataFile', record['f143'] as string | null)
  set('contentOffset', record['f144'] as number | null)
  set('contentSizeInBytes', record['f145'] as number | null)
  return file
}

/** A map with integer keys is an array of entries; some writers use Avro's own map, whose keys are strings. */
function mapOf<V>(value: unknown): ByFieldId<V> | undefined {
  if (value === null || value === undefined) return undefined
  if (Array.isArray(value)) return new Map(value.map(({key, value: item}: {key: number; value: V}) => [key, item]))
  return new Map(Object.entries(value as Record<string, V>).map(([key, item]) => [Number(key), item]))
}

/** The record of a data file for the schema of any version: a field that the schema lacks is left aside. */
export function dataFileRecord(file: DataFile, partition: readonly BoundPartitionField[], firstRowId: bigint | undefined): AvroRecord {
  return {
    f134: CONTENTS.indexOf(file.content),
    f100: file.filePath,
    f101: file.fileFormat,
    f102: Object.fromEntries(partition.map(({id, type}, index) => [property(id), toAvro(type, file.partition[index] ?? null)])),
    f103: file.recordCount,
    f104: file.fileSizeInBytes,
    // Required in version 1, meaningless, and 64 MiB in every implementation (spec: "Always write a default in v1").
    f105: 67_108_864,
    f108: entriesOf(file.columnSizes),
    f109: entriesOf(file.valueCounts),
    f110: entriesOf(file.nullValueCounts),
    f137: entriesOf(file.nanValueCounts),
    f125: entriesOf(file.lowerBounds, asBuffer),
    f128: entriesOf(file.upperBounds, asBuffer),
    f131: file.keyMetadata ? asBuffer(file.keyMetadata) : null,
    f132: file.splitOffsets ?? null,
    f135: file.equalityIds ?? null,
    f140: file.sortOrderId ?? null,
    f142: firstRowId ?? null,
    f143: file.referencedDataFile ?? null,
    f144: file.contentOffset ?? null,
    f145: file.contentSizeInBytes ?? null,
  }
}

function entriesOf<V>(map: ByFieldId<V> | undefined, convert: (value: V) => unknown = (value) => value) {
  return map ? Array.from(map, ([key, value]) => ({key, value: convert(value)})) : null
}
