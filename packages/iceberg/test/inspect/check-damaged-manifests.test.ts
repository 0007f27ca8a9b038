import {rm, truncate} from 'node:fs/promises'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {
  type DataFile,
  headOf,
  type IcebergTable,
  localPath,
  type ManifestEntry,
  type ManifestFile,
  repair,
  type Snapshot,
  type TableMetadata,
} from '@phlo/iceberg'
import {manifestStage, openManifest} from '../../src/commit/manifests.js'
import {newSnapshotId} from '../../src/commit/propose-snapshot.js'
import type {Lake} from '../support/lake.js'
import {
  appendRows,
  codesOf,
  commitManifests,
  emptyTable,
  entriesOf,
  findingsOf,
  manifestsOf,
  openCheckedLake,
  positionDeletes,
  twoCommits,
  withEntries,
  withFile,
  withManifest,
  withMetadataOf,
} from './checked.js'

let lake: Lake
let name: string
let table: IcebergTable

beforeAll(async () => {
  lake = await openCheckedLake()
})
afterAll(() => lake.close())

const makeTable = async (version: number) => {
  ;({name, table} = await twoCommits(lake, version))
}

const withMetadata = (change: Partial<TableMetadata>) => withMetadataOf(table, change)
const firstFile = async () => (await entriesOf(table))[0]?.dataFile as DataFile

describe('manifest lists and manifests', () => {
  beforeEach(() => makeTable(3))

  test('that are gone or damaged', async () => {
    const list = headOf(table)?.['manifest-list'] as string
    const [manifest] = (await manifestsOf(table)) as [ManifestFile]
    await truncate(localPath(manifest.manifestPath), 100)
    expect(codesOf(await findingsOf(lake, table))).toEqual(['MANIFEST_LENGTH', 'MANIFEST_UNREADABLE'])
    await rm(localPath(manifest.manifestPath))
    expect(await findingsOf(lake, table)).toMatchObject([{severity: 'error', code: 'MANIFEST_MISSING', subject: manifest.manifestPath}])
    await truncate(localPath(list), 200)
    expect(await findingsOf(lake, table)).toMatchObject([{code: 'MANIFEST_LIST_UNREADABLE', subject: list}])
    await rm(localPath(list))
    expect(codesOf(await findingsOf(lake, table))).toEqual(['MANIFEST_LIST_UNREADABLE'])
    const all = await findingsOf(lake, table, {allSnapshots: true})
    expect(codesOf(all)).toEqual(['MANIFEST_LIST_UNREADABLE'])
  })

  test.each<[string, (manifest: ManifestFile) => Partial<ManifestFile>, string]>([
    ['another length', ({manifestLength}) => ({manifestLength: manifestLength + 1}), 'MANIFEST_LENGTH'],
    ['more added files', () => ({addedFilesCount: 9}), 'MANIFEST_COUNTS'],
    ['fewer rows', () => ({addedRowsCount: 1}), 'MANIFEST_COUNTS'],
    ['deleted files', () => ({deletedFilesCount: 1}), 'MANIFEST_COUNTS'],
    [
      'narrower partitions',
      ({partitions}) => ({partitions: partitions?.map((field) => ({...field, upperBound: Buffer.from('place 1')}))}) as never,
      'PARTITION_SUMMARY',
    ],
    [
      'no nulls in its partitions',
      ({partitions}) => ({partitions: partitions?.map((field) => ({...field, containsNull: false}))}) as never,
      'PARTITION_SUMMARY',
    ],
    ['partitions of more fields', ({partitions}) => ({partitions: [...(partitions ?? []), {containsNull: true}]}), 'PARTITION_SUMMARY'],
    ['no such partition spec', () => ({partitionSpecId: 5}), 'MANIFEST_SPEC'],
    ['a sequence number of a later snapshot', () => ({sequenceNumber: 9n}), 'SEQUENCE_NUMBER'],
    ['row ids that are not given yet', () => ({firstRowId: 1000n}), 'NEXT_ROW_ID'],
  ])('of which the list wrongly says %s', async (_, change, code) => {
    const [manifest] = (await manifestsOf(table)) as [ManifestFile]
    const found = codesOf(await findingsOf(lake, await withManifest(lake, name, change(manifest))))
    expect(new Set(found)).toEqual(new Set([code]))
  })

  test.each<[string, Partial<ManifestFile>, string]>([
    ['a lowest sequence number that hides deletes', {minSequenceNumber: 3n}, 'MIN_SEQUENCE_NUMBER'],
    ['partitions that hide rows', {partitions: [{containsNull: false}]}, 'PARTITION_SUMMARY'],
  ])('of which the list says %s are mended by the command that is named', async (_, change, code) => {
    await withEntries(lake, name, (entries) => entries)
    const mend = `phlo table repair ${name}`
    expect(await findingsOf(lake, await withManifest(lake, name, change))).toMatchObject([{severity: 'error', code, mend}])
    await lake.run(repair, name, {})
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
  })

  test('that are listed twice, so that every file is there twice', async () => {
    const manifests = await manifestsOf(table)
    const found = await findingsOf(lake, await commitManifests(lake, name, [...manifests, ...manifests.slice(0, 1)]))
    expect(codesOf(found)[0]).toBe('MANIFEST_TWICE')
    expect(new Set(codesOf(found))).toEqual(new Set(['MANIFEST_TWICE', 'FILE_TWICE']))
  })

  test('that hold other than the totals of their snapshot', async () => {
    const snapshots = table.metadata.snapshots.map((snapshot) => ({...snapshot, summary: {...snapshot.summary, 'total-records': '7'}}))
    const id = String(headOf(table)?.['snapshot-id'])
    expect(await findingsOf(lake, withMetadata({snapshots}))).toMatchObject([{severity: 'warning', code: 'SUMMARY_TOTALS', subject: id}])
  })

  test('that are encrypted are not looked into', async () => {
    const changed = await withManifest(lake, name, {keyMetadata: Buffer.from('key')})
    expect(await findingsOf(lake, changed)).toMatchObject([{severity: 'note', code: 'NOT_CHECKED'}])
    const snapshots = changed.metadata.snapshots.map((snapshot) => ({...snapshot, 'key-id': 'a'}))
    const list = await findingsOf(lake, {...changed, metadata: {...changed.metadata, snapshots}})
    expect(list).toMatchObject([{severity: 'note', code: 'NOT_CHECKED', subject: String(headOf(changed)?.['snapshot-id'])}])
  })

  test('that were written for another partition spec', async () => {
    const spec = {'spec-id': 1, fields: table.metadata['partition-specs'][0]?.fields ?? []}
    const changed = await withManifest(lake, name, {partitionSpecId: 1})
    const metadata = {...changed.metadata, 'partition-specs': [...changed.metadata['partition-specs'], spec]}
    expect(codesOf(await findingsOf(lake, {...changed, metadata}))).toEqual(['MANIFEST_SPEC'])
  })

  test('that have no row ids in a snapshot that gives them', async () => {
    await makeTable(2)
    const fresh = await lake.table(name)
    const {commitTable} = fresh.source
    const upgraded = await commitTable(fresh.name, [], [{action: 'upgrade-format-version', 'format-version': 3}])
    const [old, head] = upgraded.metadata.snapshots as readonly [Snapshot, Snapshot]
    const promised = {...head, 'first-row-id': 0n, 'added-rows': 0n}
    const found = await findingsOf(lake, {...fresh, metadata: {...upgraded.metadata, snapshots: [old, promised]}})
    expect(new Set(codesOf(found))).toEqual(new Set(['FIRST_ROW_ID_MISSING']))
  })
})

describe('entries', () => {
  beforeEach(() => makeTable(3))

  const bytes = (value: number) => Buffer.from(BigInt64Array.of(BigInt(value)).buffer)
  test.each<[string, (file: DataFile) => Partial<DataFile>, string]>([
    ['negative rows', () => ({recordCount: -1, valueCounts: new Map(), nullValueCounts: new Map(), nanValueCounts: new Map()}), 'COUNTS'],
    ['values that are not as many as rows', ({valueCounts}) => ({valueCounts: new Map([...(valueCounts ?? []), [1, 3]])}), 'COUNTS'],
    ['more nulls than values', ({nullValueCounts}) => ({nullValueCounts: new Map([...(nullValueCounts ?? []), [1, 99]])}), 'COUNTS'],
    [
      'a lower bound above its upper bound',
      () => ({lowerBounds: new Map([[1, bytes(9)]]), upperBounds: new Map([[1, bytes(1)]])}),
      'BOUNDS',
    ],
    ['bounds of no value', () => ({lowerBounds: new Map([[1, Buffer.alloc(3)]]), upperBounds: new Map([[1, bytes(1)]])}), 'BOUNDS'],
    [
      'another partition than its bounds say',
      ({partition}) => ({partition: [partition[0] === 'place 0' ? 'place 1' : 'place 0']}),
      'PARTITION_BOUNDS',
    ],
    ['a sort order that there is not', () => ({sortOrderId: 4}), 'SORT_ORDER'],
  ])('with %s', async (_, change, code) => {
    const damaged = await withEntries(lake, name, (entries) => {
      const [entry] = entries.filter(({dataFile}) => dataFile.partition[0] !== null) as [ManifestEntry]
      return entries.map((other) => (other === entry ? {...entry, dataFile: {...entry.dataFile, ...change(entry.dataFile)}} : other))
    })
    expect(codesOf(await findingsOf(lake, damaged, {}))).toEqual([code])
  })

  test('with a sequence number above that of their commit', async () => {
    const damaged = await withEntries(lake, name, ([first, ...others]) => [{...(first as ManifestEntry), sequenceNumber: 9n}, ...others])
    expect(codesOf(await findingsOf(lake, damaged))).toEqual(['SEQUENCE_NUMBER'])
  })

  test('of a bucket that there is not', async () => {
    name = await emptyTable(lake, 2, 'bucket[4]')
    await appendRows(lake, name)
    expect(codesOf(await findingsOf(lake, await withFile(lake, name, () => ({partition: [4]}))))).toEqual(['PARTITION_VALUE'])
  })

  test('that name a file twice, in two manifests', async () => {
    const damaged = await withEntries(lake, name, (entries) => [...entries, entries[0] as ManifestEntry])
    expect(codesOf(await findingsOf(lake, damaged))).toEqual(['FILE_TWICE'])
  })

  test('whose row ids overlap, or are not given yet', async () => {
    const overlap = await withEntries(lake, name, (entries) => {
      const [first, second, ...others] = entries as [ManifestEntry, ManifestEntry]
      const {firstRowId} = second.dataFile
      return [{...first, dataFile: {...first.dataFile, firstRowId: firstRowId as bigint}}, second, ...others]
    })
    expect(codesOf(await findingsOf(lake, overlap))).toEqual(['ROW_ID_OVERLAP'])
    await makeTable(3)
    const beyond = await withFile(lake, name, () => ({firstRowId: 10_000n}))
    expect(codesOf(await findingsOf(lake, beyond))).toEqual(['NEXT_ROW_ID'])
  })

  test('of delete files in a manifest of data files', async () => {
    const deletes = await positionDeletes(table, await firstFile(), [0])
    const snapshotId = newSnapshotId()
    const writer = await openManifest(table, manifestStage(table, snapshotId), 0, 'data')
    await writer.add({status: 'added', dataFile: deletes})
    const damaged = await commitManifests(lake, name, [...(await manifestsOf(table)), await writer.close()], snapshotId)
    expect(codesOf(await findingsOf(lake, damaged, {}))).toContain('CONTENT')
  })
})
