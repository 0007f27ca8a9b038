import {type ByFieldId, type DataFile, FILE_CONTENTS} from '../spec/manifest.js'
import type {BoundPartitionField} from '../spec/partition-spec.js'
import {property} from './avro-schema.js'
import {asBuffer, toAvro} from './partition-value.js'

/** A decoded record: fields by `property(id)`. */
export type AvroRecord = {readonly [key: `f${number}`]: unknown}

/** The record of a data file for the schema of any version: a field that the schema lacks is left aside. */
export function dataFileRecord(file: DataFile, partition: readonly BoundPartitionField[], firstRowId: bigint | undefined): AvroRecord {
  return {
    f134: FILE_CONTENTS.indexOf(file.content),
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
