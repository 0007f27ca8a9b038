import {rm, truncate} from 'node:fs/promises'
import {afterAll, describe, expect, test} from '@jest/globals'
import type {FileIO, InputFile} from '@phlo/core'
import {type DataFile, type ManifestFile, readManifest, readManifestList} from '@phlo/iceberg'
import fc from 'fast-check'
import {liveRows} from '../../src/avro/entry-block.js'
import {readManifests} from '../../src/avro/manifest.js'
import {manifestListSchema} from '../../src/avro/manifest-list-schema.js'
import {manifestEntrySchema} from '../../src/avro/manifest-schema.js'
import {partitionKey} from '../../src/spec/file-partition.js'
import {partitionFields} from '../../src/spec/partition-spec.js'
import type {PartitionSpec} from '../../src/spec/table-metadata.js'
import type {Schema} from '../../src/spec/types.js'
import {type Form, writeForeign} from './foreign-manifests.js'
import {all, folder, freshPath, io, writeManifest} from './samples.js'

afterAll(() => rm(folder, {recursive: true}))

const schema: Schema = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    {id: 1, name: 'day', required: false, type: 'date'},
    {id: 2, name: 'status', required: false, type: 'string'},
  ],
}
/** One of the partition fields has the name of a field of entries. */
const spec: PartitionSpec = {
  'spec-id': 0,
  fields: schema.fields.map(({id, name}) => ({'source-id': id, 'field-id': 999 + id, name, transform: 'identity'})),
}
const metadata = {schemas: [schema], 'current-schema-id': 0, 'partition-specs': [spec]}
const fields = partitionFields(spec, [schema])

/** Optional fields of a data file, by their names in a manifest. */
const OPTIONAL = {
  column_sizes: 'columnSizes',
  lower_bounds: 'lowerBounds',
  key_metadata: 'keyMetadata',
  split_offsets: 'splitOffsets',
  sort_order_id: 'sortOrderId',
} as const satisfies Record<string, keyof DataFile>

const form: fc.Arbitrary<Form> = fc.record({
  codec: fc.constantFrom<Form['codec'][]>('null', 'deflate', 'snappy', 'zstandard'),
  hasIds: fc.boolean(),
  nullLast: fc.boolean(),
  shuffle: fc.nat(),
  hasForeign: fc.boolean(),
  lacking: fc.subarray(Object.keys(OPTIONAL)).map((names) => new Set(names)),
  blockSize: fc.integer({min: 1, max: 5}),
})

/** What avsc writes as a long. */
const count = fc.maxSafeNat().map((number) => Math.min(number, Number.MAX_SAFE_INTEGER - 1))
const blob = fc.uint8Array({maxLength: 40}).map((bytes) => Buffer.from(bytes))
const byId = <T>(value: fc.Arbitrary<T>) => fc.array(fc.tuple(fc.nat(), value), {maxLength: 5}).map((entries) => new Map(entries))

const file: fc.Arbitrary<DataFile> = fc
  .record(
    {
      content: fc.constant('data' as const),
      filePath: fc.string({unit: 'grapheme'}),
      fileFormat: fc.constantFrom('PARQUET', 'ORC', 'AVRO'),
      specId: fc.constant(0),
      partition: fc.tuple(fc.option(fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1})), fc.option(fc.string({unit: 'grapheme'}))),
      recordCount: count,
      fileSizeInBytes: count,
      columnSizes: byId(count),
      lowerBounds: byId(blob),
      keyMetadata: blob,
      splitOffsets: fc.array(count),
      sortOrderId: fc.nat({max: 2 ** 31 - 1}),
    },
    {requiredKeys: ['content', 'filePath', 'fileFormat', 'specId', 'partition', 'recordCount', 'fileSizeInBytes']},
  )
  .map((given) => given as DataFile)

const entriesOf = <T>(map: ReadonlyMap<number, T> | undefined) => map && Array.from(map, ([key, value]) => ({key, value}))

/** The record of a file by the names of the specification. */
const recordOf = (given: DataFile, status: number) => ({
  status,
  snapshot_id: 5,
  sequence_number: status === 1 ? null : 3,
  file_sequence_number: 2,
  data_file: {
    content: 0,
    file_path: given.filePath,
    file_format: given.fileFormat,
    partition: {day: given.partition[0], status: given.partition[1]},
    record_count: given.recordCount,
    file_size_in_bytes: given.fileSizeInBytes,
    block_size_in_bytes: 67_108_864,
    column_sizes: entriesOf(given.columnSizes),
    lower_bounds: entriesOf(given.lowerBounds),
    key_metadata: given.keyMetadata,
    split_offsets: given.splitOffsets,
    sort_order_id: given.sortOrderId,
  },
})

/** The file without what the form's schema lacks. */
function remaining(given: DataFile, {lacking}: Form): DataFile {
  const gone = new Set<string>([...lacking].map((name) => OPTIONAL[name as keyof typeof OPTIONAL]))
  return Object.fromEntries(Object.entries(given).filter(([key]) => !gone.has(key))) as unknown as DataFile
}

const manifestFile = (manifestPath: string, manifestLength: number): ManifestFile => ({
  manifestPath,
  manifestLength,
  partitionSpecId: 0,
  content: 'data',
  sequenceNumber: 9n,
  minSequenceNumber: 3n,
  addedSnapshotId: 5n,
  addedFilesCount: 1,
  existingFilesCount: 1,
  deletedFilesCount: 1,
  addedRowsCount: 1,
  existingRowsCount: 1,
  deletedRowsCount: 1,
})

const STATUSES = ['existing', 'added', 'deleted'] as const

describe('a manifest of another writer', () => {
  test('has the entries that were put in, whatever its schema, names, order and codec', async () => {
    const cases = fc.tuple(form, fc.constantFrom(1, 2, 3), fc.array(file, {maxLength: 12}))
    await fc.assert(
      fc.asyncProperty(cases, async ([given, version, files]) => {
        const path = freshPath()
        const records = files.map((each, index) => recordOf(each, index % 3))
        const length = await writeForeign(path, manifestEntrySchema(version, fields), records, given)
        const manifest = manifestFile(path, length)
        const expected = files.map((each, index) => ({
          status: STATUSES[index % 3],
          snapshotId: 5n,
          sequenceNumber: version === 1 ? 0n : index % 3 === 1 ? 9n : 3n,
          fileSequenceNumber: version === 1 ? 0n : 2n,
          dataFile: remaining(each, given),
        }))
        expect(await all(readManifest(io, manifest, {metadata}))).toEqual(expected)
        const columns: unknown[] = []
        for await (const block of readManifests({io, metadata}, [manifest])) {
          for (const row of liveRows(block)) {
            const {key, values} = block.partition(row)
            columns.push([
              block.status(row),
              block.content(row),
              block.filePath(row),
              block.fileFormat(row),
              block.recordCount(row),
              block.fileSizeInBytes(row),
              block.sortOrderId(row),
              values,
              key,
            ])
          }
        }
        expect(columns).toEqual(
          expected
            .filter(({status}) => status !== 'deleted')
            .map(({status, dataFile}) => [
              status,
              'data',
              dataFile.filePath,
              dataFile.fileFormat,
              dataFile.recordCount,
              dataFile.fileSizeInBytes,
              dataFile.sortOrderId,
              dataFile.partition,
              partitionKey(dataFile),
            ]),
        )
      }),
      {numRuns: 300},
    )
  })

  test('is damaged when a field has another type or is missing, and the manifest is named', async () => {
    const given: Form = {codec: 'null', hasIds: true, nullLast: false, shuffle: 1, hasForeign: false, lacking: new Set(), blockSize: 9}
    const path = freshPath()
    const broken = [
      {name: 'manifest_entry', fields: [{name: 'status', type: 'string', 'field-id': 0}], records: [{status: 'added'}]},
      {name: 'manifest_entry', fields: [{name: 'status', type: 'int', 'field-id': 0}], records: [{status: 1}]},
      {name: 'manifest_entry', fields: [{name: 'data_file', type: 'int', 'field-id': 2}], records: [{data_file: 1}]},
    ]
    for (const {name, fields: own, records} of broken) {
      const length = await writeForeign(path, {type: 'record', name, fields: own}, records, given)
      await expect(all(readManifest(io, manifestFile(path, length), {metadata}))).rejects.toMatchObject({
        code: 'MANIFEST_CORRUPT',
        message: expect.stringContaining(path),
      })
    }
  })
})

describe('a manifest list of another writer', () => {
  const listed = fc.record({
    manifest_path: fc.string({unit: 'grapheme'}),
    manifest_length: count,
    partition_spec_id: fc.nat({max: 100}),
    content: fc.constantFrom(0, 1),
    sequence_number: count,
    min_sequence_number: count,
    added_snapshot_id: count,
    added_files_count: fc.nat({max: 1000}),
    existing_files_count: fc.nat({max: 1000}),
    deleted_files_count: fc.nat({max: 1000}),
    added_rows_count: count,
    existing_rows_count: count,
    deleted_rows_count: count,
    partitions: fc.option(
      fc.array(
        fc.record({
          contains_null: fc.boolean(),
          contains_nan: fc.option(fc.boolean()),
          lower_bound: fc.option(blob),
          upper_bound: fc.option(blob),
        }),
        {maxLength: 3},
      ),
    ),
    key_metadata: fc.option(blob),
    first_row_id: fc.option(count),
  })

  test('has the manifests that were put in, whatever its schema, names, order and codec', async () => {
    const cases = fc.tuple(form, fc.array(listed, {maxLength: 8}))
    await fc.assert(
      fc.asyncProperty(cases, async ([given, records]) => {
        const path = freshPath()
        await writeForeign(path, manifestListSchema(3), records, {...given, lacking: new Set()})
        expect(await readManifestList(io, {'snapshot-id': 1n, 'manifest-list': path}, 3)).toEqual(
          records.map((record) => ({
            manifestPath: record.manifest_path,
            manifestLength: record.manifest_length,
            partitionSpecId: record.partition_spec_id,
            content: record.content === 0 ? 'data' : 'deletes',
            sequenceNumber: BigInt(record.sequence_number),
            minSequenceNumber: BigInt(record.min_sequence_number),
            addedSnapshotId: BigInt(record.added_snapshot_id),
            addedFilesCount: record.added_files_count,
            existingFilesCount: record.existing_files_count,
            deletedFilesCount: record.deleted_files_count,
            addedRowsCount: record.added_rows_count,
            existingRowsCount: record.existing_rows_count,
            deletedRowsCount: record.deleted_rows_count,
            ...(record.partitions && {
              partitions: record.partitions.map((summary) => ({
                containsNull: summary.contains_null,
                ...(summary.contains_nan !== null && {containsNan: summary.contains_nan}),
                ...(summary.lower_bound && {lowerBound: summary.lower_bound}),
                ...(summary.upper_bound && {upperBound: summary.upper_bound}),
              })),
            }),
            ...(record.key_metadata && {keyMetadata: record.key_metadata}),
            ...(record.first_row_id !== null && {firstRowId: BigInt(record.first_row_id)}),
          })),
        )
      }),
      {numRuns: 200},
    )
  })
})

describe('manifests that are read ahead', () => {
  const own: PartitionSpec = {'spec-id': 0, fields: []}
  const context = {...metadata, 'partition-specs': [own]}
  const name = (manifest: number, index: number) => `manifest ${manifest} file ${index}`
  const unpartitioned = (filePath: string): DataFile => ({
    content: 'data',
    filePath,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: [],
    recordCount: 1,
    fileSizeInBytes: 1,
  })
  const someManifests = (length: number) =>
    Promise.all(
      Array.from({length}, (_, manifest) =>
        writeManifest(
          [0, 1].map((index) => ({status: 'added' as const, dataFile: unpartitioned(name(manifest, index))})),
          {spec: own, schema},
        ),
      ),
    )

  /** Counts opened and closed files; `turn` may let a file wait for others. */
  function watched(inner: FileIO, turn: (path: string, open: () => Promise<InputFile>) => Promise<InputFile> = (_, open) => open()) {
    const open = new Set<object>()
    let opened = 0
    const io: FileIO = {
      ...inner,
      async open(path, options) {
        const input = await turn(path, () => inner.open(path, options))
        open.add(input)
        opened += 1
        return {
          ...input,
          close: async () => {
            open.delete(input)
            await input.close()
          },
        }
      },
    }
    return {io, stillOpen: () => open.size, opened: () => opened}
  }

  const paths = async (source: FileIO, manifests: readonly ManifestFile[], most = Number.POSITIVE_INFINITY) => {
    const found: string[] = []
    for await (const block of readManifests({io: source, metadata: context}, manifests)) {
      for (const row of liveRows(block)) found.push(block.filePath(row))
      if (found.length >= most) break
    }
    return found
  }

  test('come in their order, also where each opens after the one that follows it', async () => {
    const manifests = await someManifests(30)
    const opened = manifests.map(() => Promise.withResolvers<void>())
    const {io: turned, stillOpen} = watched(io, async (path, open) => {
      const at = manifests.findIndex(({manifestPath}) => manifestPath === path)
      if (at % 2 === 0) await opened[at + 1]?.promise
      const input = await open()
      opened[at]?.resolve()
      return input
    })
    expect(await paths(turned, manifests)).toEqual(manifests.flatMap((_, index) => [name(index, 0), name(index, 1)]))
    expect(stillOpen()).toBe(0)
  })

  test('are closed again, and most are never opened, when the first is enough', async () => {
    const manifests = await someManifests(30)
    const {io: counted, stillOpen, opened} = watched(io)
    expect(await paths(counted, manifests, 1)).toEqual([name(0, 0), name(0, 1)])
    expect(stillOpen()).toBe(0)
    expect(opened()).toBeLessThan(15)
  })

  test('are closed again when one of them is damaged, which is named after those before it were read', async () => {
    const manifests = await someManifests(20)
    const damaged = manifests[5] as ManifestFile
    await truncate(damaged.manifestPath, 300)
    const {io: counted, stillOpen} = watched(io)
    const found: string[] = []
    const reading = async () => {
      for await (const block of readManifests({io: counted, metadata: context}, manifests)) found.push(block.filePath(0))
    }
    await expect(reading()).rejects.toMatchObject({code: expect.stringMatching(/MANIFEST_CORRUPT|FILE_TOO_SHORT/)})
    expect(found).toEqual([0, 1, 2, 3, 4].map((manifest) => name(manifest, 0)))
    expect(stillOpen()).toBe(0)
  })

  test('are closed again when reading is interrupted', async () => {
    const manifests = await someManifests(20)
    const {io: counted, stillOpen} = watched(io)
    const interruption = new AbortController()
    const reading = async () => {
      for await (const _ of readManifests({io: counted, metadata: context}, manifests, {signal: interruption.signal})) interruption.abort()
    }
    await expect(reading()).rejects.toThrow('aborted')
    expect(stillOpen()).toBe(0)
  })
})
