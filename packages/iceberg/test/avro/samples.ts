import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {localFileIO} from '@phlo/iceberg'
import {createManifestWriter, type ManifestWriterOptions} from '../../src/avro/manifest-writer.js'
import type {DataFile, ManifestFile, NewManifestEntry} from '../../src/spec/manifest.js'
import type {PartitionSpec} from '../../src/spec/table-metadata.js'
import type {Schema, Value} from '../../src/spec/types.js'

export const io = localFileIO()
export const folder = mkdtempSync(join(tmpdir(), 'phlo-avro-'))

/** A value of every type that a partition field can have in all format versions. */
const VALUES: readonly (readonly [string, Value])[] = [
  ['boolean', true],
  ['int', -7],
  ['long', 9007199254740993n],
  ['float', 0.5],
  ['double', -0.25],
  ['decimal(9,2)', -1420n],
  ['decimal(38,10)', 10n ** 37n],
  ['date', -1],
  ['time', 81_068_123_456n],
  ['timestamp', -1n],
  ['timestamptz', 1_510_871_468_123_456n],
  ['string', 'a/b 🦆'],
  ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7'],
  ['fixed[4]', Buffer.from([0, 1, 2, 255])],
  ['binary', Buffer.from([255])],
]

export const schema: Schema = {
  type: 'struct',
  'schema-id': 0,
  fields: VALUES.map(([type], index) => ({id: index + 1, name: `c${index}`, required: false, type})),
}

/** Partitioned by every column as it is; the names of the fields are such that Avro does not take them. */
export const spec: PartitionSpec = {
  'spec-id': 0,
  fields: VALUES.map(([type], index) => ({
    'source-id': index + 1,
    'field-id': 1000 + index,
    name: `${index} ${type}`,
    transform: 'identity',
  })),
}
export const tuple: readonly Value[] = VALUES.map(([, value]) => value)
export const metadata = {schemas: [schema], 'current-schema-id': 0, 'partition-specs': [spec]}

/** A data file with all that a manifest of every version can say of it. */
export function dataFile(name: string, given: Partial<DataFile> = {}): DataFile {
  return {
    content: 'data',
    filePath: `s3://lake/t/data/${name}.parquet`,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: tuple,
    recordCount: 10,
    fileSizeInBytes: 5_000_000_000,
    columnSizes: new Map([[1, 100]]),
    valueCounts: new Map([[1, 10]]),
    nullValueCounts: new Map([[1, 2]]),
    nanValueCounts: new Map([[4, 0]]),
    lowerBounds: new Map([[1, Buffer.from([0])]]),
    upperBounds: new Map([[1, Buffer.from([1])]]),
    keyMetadata: Buffer.from([1, 2]),
    splitOffsets: [4, 4_000_000_000],
    sortOrderId: 0,
    ...given,
  }
}

let count = 0
export const freshPath = () => join(folder, `${++count}.avro`)

export async function writeManifest(
  entries: readonly NewManifestEntry[],
  options: Partial<ManifestWriterOptions> = {},
  path = freshPath(),
): Promise<ManifestFile> {
  const writer = await createManifestWriter(io, path, {formatVersion: 2, spec, schema, content: 'data', snapshotId: 77n, ...options})
  for (const entry of entries) await writer.add(entry)
  return writer.close()
}

export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
