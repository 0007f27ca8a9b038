import {readFile, rm, writeFile} from 'node:fs/promises'
import {afterAll, describe, expect, test} from '@jest/globals'
import {readManifest, readManifestList} from '@phlo/iceberg'
import {openAvroFile} from '../../src/avro/container-reader.js'
import {writeManifestList} from '../../src/avro/manifest-list.js'
import {ENTRY_BIGINTS} from '../../src/avro/manifest-schema.js'
import {valueToBytes} from '../../src/spec/single-value.js'
import type {PartitionSpec} from '../../src/spec/table-metadata.js'
import type {Schema} from '../../src/spec/types.js'
import {all, dataFile, folder, freshPath, io, metadata, schema, spec, tuple, writeManifest} from './samples.js'

afterAll(() => rm(folder, {recursive: true}))

const added = (name: string) => ({status: 'added' as const, dataFile: dataFile(name)})

/** Writes the manifests of a snapshot into a list and reads it. */
async function listed(manifests: Parameters<typeof writeManifestList>[3], formatVersion: number, firstRowId = 100n) {
  const list = freshPath()
  const header = {formatVersion, snapshotId: 77n, sequenceNumber: formatVersion === 1 ? 0n : 5n, ...(formatVersion > 2 && {firstRowId})}
  const {nextRowId} = await writeManifestList(io, list, header, manifests)
  const found = await readManifestList(io, {'snapshot-id': 77n, 'manifest-list': list}, formatVersion)
  return {list, found, nextRowId}
}

describe('a manifest', () => {
  test.each([1, 2, 3])('of version %p gives back every field and every type of partition', async (formatVersion) => {
    const manifest = await writeManifest([added('a'), {status: 'added', dataFile: dataFile('b', {partition: tuple.map(() => null)})}], {
      formatVersion,
    })
    const {found} = await listed([manifest], formatVersion)
    const entries = await all(readManifest(io, found[0] ?? manifest, {metadata}))
    const sequenceNumber = formatVersion === 1 ? 0n : 5n
    const rowIds = (firstRowId: bigint) => (formatVersion > 2 ? {firstRowId} : {})
    expect(entries).toEqual([
      {status: 'added', snapshotId: 77n, sequenceNumber, fileSequenceNumber: sequenceNumber, dataFile: dataFile('a', rowIds(100n))},
      {
        status: 'added',
        snapshotId: 77n,
        sequenceNumber,
        fileSequenceNumber: sequenceNumber,
        dataFile: dataFile('b', {partition: tuple.map(() => null), ...rowIds(110n)}),
      },
    ])
  })

  test('keeps the numbers of existing and deleted files, and hands its own to added ones', async () => {
    const old = {snapshotId: 3n, sequenceNumber: 2n, fileSequenceNumber: 1n}
    const manifest = await writeManifest([
      {status: 'existing', ...old, dataFile: dataFile('old')},
      {status: 'deleted', ...old, snapshotId: 77n, dataFile: dataFile('gone')},
      {status: 'added', sequenceNumber: 4n, dataFile: dataFile('rewritten')},
      added('new'),
    ])
    const {found} = await listed([manifest], 2)
    expect(found[0]).toMatchObject({
      sequenceNumber: 5n,
      minSequenceNumber: 2n,
      addedFilesCount: 2,
      existingFilesCount: 1,
      deletedFilesCount: 1,
      addedRowsCount: 20,
      existingRowsCount: 10,
      deletedRowsCount: 10,
    })
    const entries = await all(readManifest(io, found[0] ?? manifest, {metadata}))
    expect(entries.map((entry) => [entry.status, entry.snapshotId, entry.sequenceNumber, entry.fileSequenceNumber])).toEqual([
      ['existing', 3n, 2n, 1n],
      ['deleted', 77n, 2n, 1n],
      ['added', 77n, 4n, 5n],
      ['added', 77n, 5n, 5n],
    ])
  })

  test('refuses an existing file without its sequence numbers and leaves no file', async () => {
    const path = freshPath()
    await expect(writeManifest([{status: 'existing', dataFile: dataFile('old')}], {}, path)).rejects.toThrow('has no sequence numbers')
    expect(await io.stat(path)).toBeUndefined()
  })

  test('gives row ids to files that have none, in their order, and none to deleted ones', async () => {
    const own = {snapshotId: 3n, sequenceNumber: 2n, fileSequenceNumber: 2n}
    const manifest = await writeManifest(
      [
        {status: 'deleted', ...own, dataFile: dataFile('gone', {recordCount: 1000})},
        {status: 'existing', ...own, dataFile: dataFile('kept', {firstRowId: 7n})},
        added('a'),
        added('b'),
      ],
      {formatVersion: 3},
    )
    const {found, nextRowId} = await listed([manifest], 3)
    expect(found[0]?.firstRowId).toBe(100n)
    expect(nextRowId).toBe(130n)
    const entries = await all(readManifest(io, found[0] ?? manifest, {metadata}))
    expect(entries.map((entry) => entry.dataFile.firstRowId)).toEqual([undefined, 7n, 100n, 110n])
  })

  test.each(['null', 'deflate', 'zstandard'] as const)('compressed with %s reads the same', async (codec) => {
    const names = Array.from({length: 2500}, (_, index) => `file-${index}`)
    const manifest = await writeManifest(names.map(added), {codec})
    const {found} = await listed([manifest], 2)
    const entries = await all(readManifest(io, found[0] ?? manifest, {metadata}))
    expect(entries.map((entry) => entry.dataFile)).toEqual(names.map((name) => dataFile(name)))
  })

  test('tells in its header what the specification asks for', async () => {
    const manifest = await writeManifest([added('a')], {formatVersion: 3, content: 'data'})
    const file = await openAvroFile(io, manifest.manifestPath, {bigintFields: ENTRY_BIGINTS})
    await all(file.batches())
    expect(JSON.parse(file.metadata.get('schema') ?? '')).toEqual(schema)
    expect(JSON.parse(file.metadata.get('partition-spec') ?? '')).toEqual(spec.fields)
    expect(['schema-id', 'partition-spec-id', 'format-version', 'content'].map((key) => file.metadata.get(key))).toEqual([
      '0',
      '0',
      '3',
      'data',
    ])
    const text = file.metadata.get('avro.schema') ?? ''
    for (const part of [
      '"field-id":142',
      '"element-id":133',
      '"logicalType":"map"',
      '"logicalType":"decimal"',
      '"adjust-to-utc":true',
      '"name":"_0_x20boolean"',
    ])
      expect(text).toContain(part)
  })

  test('is not written for a transform that nobody knows', async () => {
    const strange: PartitionSpec = {'spec-id': 0, fields: [{'source-id': 1, 'field-id': 1000, name: 'z', transform: 'zorder'}]}
    await expect(writeManifest([], {spec: strange})).rejects.toMatchObject({code: 'UNKNOWN_TRANSFORM', exit: 6})
  })
})

describe('a manifest list', () => {
  const numbers: Schema = {type: 'struct', 'schema-id': 0, fields: [{id: 1, name: 'x', required: false, type: 'double'}]}
  const byX: PartitionSpec = {'spec-id': 0, fields: [{'source-id': 1, 'field-id': 1000, name: 'x', transform: 'identity'}]}
  const summaryOf = async (...values: (number | null)[]) => {
    const entries = values.map((value, index) => ({status: 'added' as const, dataFile: dataFile(`${index}`, {partition: [value]})}))
    const {found} = await listed([await writeManifest(entries, {spec: byX, schema: numbers})], 2)
    return found[0]?.partitions
  }

  test('summarises partitions: nulls, NaN and the bounds of the rest', async () => {
    const bound = (value: number) => Buffer.from(valueToBytes('double', value))
    expect(await summaryOf(3, null, Number.NaN, -1)).toEqual([
      {containsNull: true, containsNan: true, lowerBound: bound(-1), upperBound: bound(3)},
    ])
    expect(await summaryOf(Number.NaN)).toEqual([{containsNull: false, containsNan: true}])
    expect(await summaryOf(null)).toEqual([{containsNull: true, containsNan: false}])
  })

  test('keeps an empty list of summaries apart from none at all', async () => {
    const manifest = await writeManifest([{status: 'added', dataFile: dataFile('a', {partition: []})}], {spec: {'spec-id': 0, fields: []}})
    const {partitions: _, ...without} = manifest
    const {found} = await listed([manifest, without], 2)
    expect(found.map((each) => each.partitions)).toEqual([[], undefined])
  })

  test('gives numbers to new manifests only', async () => {
    const manifest = await writeManifest([added('a')], {formatVersion: 3})
    const {found: first} = await listed([manifest], 3)
    const {found, nextRowId} = await listed(first, 3, 500n)
    expect(found).toEqual(first)
    expect(nextRowId).toBe(500n)
  })

  test('refuses a new manifest of another snapshot', async () => {
    await expect(listed([await writeManifest([added('a')], {snapshotId: 8n})], 2)).rejects.toThrow('was written for snapshot 8, not 77')
  })

  test('is not needed by old tables that name their manifests in the metadata', async () => {
    const {manifestPath} = await writeManifest([added('a')], {formatVersion: 1})
    const [manifest] = await readManifestList(io, {'snapshot-id': 77n, manifests: [manifestPath]}, 1)
    expect(manifest).toMatchObject({manifestPath, addedSnapshotId: 77n, addedFilesCount: 1, addedRowsCount: 10, existingFilesCount: 0})
  })
})

describe('a damaged manifest is named', () => {
  const corrupt = async (bytes: Uint8Array) => {
    const manifest = await writeManifest([added('a'), added('b')])
    await writeFile(manifest.manifestPath, bytes)
    const read = all(readManifest(io, {...manifest, manifestLength: bytes.length}, {metadata}))
    await expect(read).rejects.toMatchObject({code: 'MANIFEST_CORRUPT', exit: 3, message: expect.stringContaining(manifest.manifestPath)})
  }

  test('when it is cut short, wherever', async () => {
    const {manifestPath} = await writeManifest([added('a'), added('b')])
    const whole = await readFile(manifestPath)
    for (const length of [0, 3, 4, 20, 500, whole.length - 17, whole.length - 1]) await corrupt(whole.subarray(0, length))
  })

  test('when it is not Avro, or its blocks are not what they claim', async () => {
    const {manifestPath} = await writeManifest([added('a'), added('b')], {codec: 'null'})
    const whole = await readFile(manifestPath)
    await corrupt(Buffer.from('PAR1 and so on'))
    const sync = whole.subarray(-16)
    const block = whole.indexOf(sync) + 16
    const withCount = (count: number) => Buffer.concat([whole.subarray(0, block), Buffer.from([count]), whole.subarray(block + 1)])
    // Zigzag: 0 records, -1, 1 and 3 of the 2 that there are.
    for (const count of [0, 1, 2, 6]) await corrupt(withCount(count))
    await corrupt(Buffer.concat([whole.subarray(0, -1), Buffer.from([(whole.at(-1) ?? 0) ^ 1])]))
    await corrupt(Buffer.from(whole.toString('latin1').replace('avro.codec\bnull', 'avro.codec\blzma'), 'latin1'))
  })

  test('when it is of a partition spec that the table does not have', async () => {
    const manifest = {...(await writeManifest([added('a')])), partitionSpecId: 9}
    await expect(all(readManifest(io, manifest, {metadata}))).rejects.toMatchObject({
      code: 'MANIFEST_CORRUPT',
      message: expect.stringContaining('spec 9'),
    })
  })

  test('when it is not there', async () => {
    const manifest = {...(await writeManifest([added('a')])), manifestPath: `${folder}/none.avro`}
    await expect(all(readManifest(io, manifest, {metadata}))).rejects.toMatchObject({code: 'FILE_NOT_FOUND'})
  })
})
