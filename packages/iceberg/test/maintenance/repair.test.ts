import {rename, rm, truncate, writeFile} from 'node:fs/promises'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {
  type DataFile,
  expireSnapshots,
  headOf,
  type IcebergTable,
  localPath,
  type ManifestEntry,
  type ManifestFile,
  optimize,
  repair,
  rewriteManifests,
} from '@phlo/iceberg'
import {
  addDeletes,
  appendRows,
  codesOf,
  entriesOf,
  findingsOf,
  manifestsOf,
  openCheckedLake,
  positionDeletes,
  twoCommits,
  vectors,
  withEntries,
  withFile,
  withManifest,
} from '../inspect/checked.js'
import type {Lake} from '../support/lake.js'

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

const firstFile = async () => (await entriesOf(await lake.table(name)))[0]?.dataFile as DataFile
const bytes = (value: number) => Buffer.from(BigInt64Array.of(BigInt(value)).buffer)
const clean = async () => findingsOf(lake, await lake.table(name), {data: true})

/** Live entries by path: what repair must not change, and what it mends. */
async function described(): Promise<ReadonlyMap<string, Omit<ManifestEntry, 'status'>>> {
  return new Map((await entriesOf(await lake.table(name))).map(({status: _, ...entry}) => [entry.dataFile.filePath, entry]))
}

async function nothingLeft(): Promise<void> {
  expect(await clean()).toEqual([])
  const {plan, result} = await lake.run(repair, name, {dropMissing: true, dropMissingDeletes: true})
  expect({noop: plan.noop, left: plan.left}).toEqual({noop: true, left: []})
  expect(result).toMatchObject({snapshotId: null, mendedFiles: 0})
}

/** What an entry wrongly says, what a check finds then, and what a repair says of it. */
type Damage = [string, (file: DataFile) => Partial<DataFile>, string[], RegExp]
const FEWER_ROWS: Damage = [
  'fewer rows',
  ({recordCount}) => ({recordCount: recordCount - 1}),
  ['FOOTER_ROWS', 'COUNTS'],
  /^record_count \d+ to \d+$/,
]

describe.each([1, 2, 3])('repairing a table of format version %d', (version) => {
  beforeEach(() => makeTable(version))

  test('that is healthy does nothing, before and after other maintenance', async () => {
    await nothingLeft()
    await lake.run(rewriteManifests, name, {sortBy: ['place_part']})
    await nothingLeft()
    await lake.run(optimize, name, {rewriteAll: true})
    await lake.run(expireSnapshots, name, {olderThan: 0})
    await nothingLeft()
    expect((await lake.table(name)).metadata.snapshots).toHaveLength(1)
  })

  test.each<Damage>([
    // A file with row ids cannot be found to have more rows: its ids would run into those of the next.
    ...(version < 3 ? [FEWER_ROWS] : []),
    [
      'more rows',
      ({recordCount}) => ({recordCount: recordCount + 1}),
      ['FOOTER_ROWS', 'COUNTS', 'ROW_ID_OVERLAP'],
      /^record_count \d+ to \d+$/,
    ],
    ['another size', () => ({fileSizeInBytes: 77}), ['FILE_LENGTH'], /^file_size_in_bytes 77 to \d+$/],
    ['other values', () => ({valueCounts: new Map([[1, 3]])}), ['COUNTS', 'FOOTER_COUNTS'], /^value_counts of id 3 to \d+$/],
    [
      'other nulls',
      ({nullValueCounts}) => ({nullValueCounts: new Map([...(nullValueCounts ?? []), [1, 1]])}),
      ['FOOTER_COUNTS'],
      /^null_value_counts of id 1 to 0$/,
    ],
    ['more NaNs than values', () => ({nanValueCounts: new Map([[2, 999]])}), ['COUNTS'], /^nan_value_counts of weight left out$/],
    ['bounds that hide rows', () => ({upperBounds: new Map([[1, bytes(-5)]])}), ['BOUNDS', 'FOOTER_BOUNDS'], /^upper_bounds of id$/],
    ['bounds of no value', () => ({lowerBounds: new Map([[1, Buffer.alloc(3)]])}), ['BOUNDS'], /^lower_bounds of id$/],
    ['offsets of no row group', () => ({splitOffsets: [4, 5]}), ['SPLIT_OFFSETS'], /^split_offsets$/],
  ])('mends an entry with %s, and nothing else', async (_, change, codes, said) => {
    const before = await described()
    const path = (await firstFile()).filePath
    await withFile(lake, name, change)
    const found = await findingsOf(lake, await lake.table(name), {data: true})
    expect(codes).toEqual(expect.arrayContaining([...new Set(codesOf(found))].filter((code) => code !== 'SUMMARY_TOTALS')))
    expect(found.map(({mend}) => mend)).toContain(`phlo table repair ${name}`)
    const {plan, result} = await lake.run(repair, name, {})
    expect(plan.files).toMatchObject([{path, content: 'data'}])
    expect(plan.files[0]?.changes).toContainEqual(expect.stringMatching(said))
    expect(result).toMatchObject({mendedFiles: 1, droppedDataFiles: 0, undo: expect.stringContaining('phlo snapshot rollback')})
    const after = await described()
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort())
    for (const [file, {dataFile, ...entry}] of after) {
      const {dataFile: old, ...oldEntry} = before.get(file) as ManifestEntry
      expect(entry).toEqual(oldEntry)
      // How many NaNs there are no footer tells.
      expect({...dataFile, nanValueCounts: undefined}).toEqual({...old, nanValueCounts: undefined})
    }
    await nothingLeft()
  })

  test('fills in what the metrics modes ask for and is missing', async () => {
    const before = await described()
    const {filePath} = await firstFile()
    await withEntries(lake, name, ([first, ...others]) => {
      const {valueCounts: _v, nullValueCounts: _n, lowerBounds: _l, upperBounds: _u, ...dataFile} = (first as ManifestEntry).dataFile
      return [{...(first as ManifestEntry), dataFile}, ...others]
    })
    const {plan} = await lake.run(repair, name, {})
    expect(plan.files.map(({path}) => path)).toEqual([filePath])
    expect((await described()).get(filePath)).toEqual(before.get(filePath))
    await nothingLeft()
  })

  test.each<[string, (manifest: ManifestFile) => Partial<ManifestFile>, string]>([
    ['another length', ({manifestLength}) => ({manifestLength: manifestLength + 1}), 'MANIFEST_LENGTH'],
    ['more added files', () => ({addedFilesCount: 9}), 'MANIFEST_COUNTS'],
    ['fewer rows', () => ({addedRowsCount: 1}), 'MANIFEST_COUNTS'],
    ['deleted files', () => ({deletedFilesCount: 1}), 'MANIFEST_COUNTS'],
    [
      'no nulls',
      ({partitions}) => ({partitions: partitions?.map((field) => ({...field, containsNull: false}))}) as never,
      'PARTITION_SUMMARY',
    ],
  ])('mends a manifest list that says %s, and writes no manifest', async (_, change, code) => {
    const before = await manifestsOf(table)
    await withManifest(lake, name, change(before[0] as ManifestFile))
    expect(codesOf(await clean())).toContain(code)
    const {plan, result} = await lake.run(repair, name, {})
    expect(plan).toMatchObject({files: [], manifests: [{path: before[0]?.manifestPath}]})
    expect(result).toMatchObject({mendedFiles: 0, mendedManifests: 1})
    expect(await manifestsOf(await lake.table(name))).toEqual(before)
    await nothingLeft()
  })

  test('mends the totals of the summary, from the files themselves', async () => {
    const right = headOf(table)?.summary
    await withFile(lake, name, ({recordCount}) => ({recordCount: recordCount + 1}))
    await lake.run(rewriteManifests, name, {sortBy: ['place_part']})
    await lake.run(repair, name, {})
    expect(headOf(await lake.table(name))?.summary).toMatchObject({
      operation: 'replace',
      'total-records': right?.['total-records'],
      'total-data-files': right?.['total-data-files'],
      'total-files-size': right?.['total-files-size'],
    })
    await nothingLeft()
  })
})

describe('delete files', () => {
  /** Commits the entries with that of the delete file changed. */
  const withDeletes = (change: Partial<DataFile>) =>
    withEntries(lake, name, (entries) =>
      entries.map((entry) => (entry.dataFile.content === 'data' ? entry : {...entry, dataFile: {...entry.dataFile, ...change}})),
    )
  const deleteFile = async () => [...(await described()).values()].find(({dataFile}) => dataFile.content !== 'data')

  test('of positions are mended, and still found by what they are about', async () => {
    await makeTable(2)
    const target = await firstFile()
    await addDeletes(lake, name, [await positionDeletes(table, target, [0, 1])])
    const before = await deleteFile()
    const path = Buffer.from('nowhere')
    await withDeletes({recordCount: 9, lowerBounds: new Map([[2_147_483_546, path]]), upperBounds: new Map([[2_147_483_546, path]])})
    const {plan, result} = await lake.run(repair, name, {})
    expect(plan.files).toMatchObject([{content: 'position-deletes', rows: 9, rowsAfter: 2}])
    expect(result).toMatchObject({mendedFiles: 1, changedRows: 0})
    const after = await deleteFile()
    expect(after?.dataFile).toMatchObject({recordCount: 2, referencedDataFile: target.filePath})
    expect(after?.sequenceNumber).toBe(before?.sequenceNumber)
    expect(headOf(await lake.table(name))?.summary).toMatchObject({'total-position-deletes': '2'})
    await nothingLeft()
  })

  test('of deletion vectors have the size of their Puffin file', async () => {
    await makeTable(3)
    await addDeletes(lake, name, await vectors(table, [await firstFile()], [0, 1]))
    const size = (await deleteFile())?.dataFile.fileSizeInBytes
    await withDeletes({fileSizeInBytes: (size ?? 0) + 3})
    const {plan} = await lake.run(repair, name, {})
    expect(plan.files).toMatchObject([{content: 'position-deletes', changes: [`file_size_in_bytes ${(size ?? 0) + 3} to ${size}`]}])
    expect((await deleteFile())?.dataFile.fileSizeInBytes).toBe(size)
    await nothingLeft()
  })
})

describe('missing files', () => {
  beforeEach(() => makeTable(2))

  test('are told of, and stay in the table unless they are to be dropped', async () => {
    const {filePath, recordCount} = await firstFile()
    await rm(localPath(filePath))
    const {plan} = await lake.run(repair, name, {})
    const mend = `phlo table repair ${name} --drop-missing`
    expect(plan).toMatchObject({noop: true, left: [{severity: 'error', code: 'FILE_MISSING', subject: filePath, mend}]})
    const before = headOf(await lake.table(name))?.summary
    const {result} = await lake.run(repair, name, {dropMissing: true})
    expect(result).toMatchObject({droppedDataFiles: 1, droppedRows: recordCount, droppedDeleteFiles: 0, left: []})
    const head = headOf(await lake.table(name))
    expect(head?.summary).toMatchObject({
      operation: 'delete',
      'deleted-data-files': '1',
      'deleted-records': String(recordCount),
      'total-records': String(Number(before?.['total-records']) - recordCount),
    })
    await nothingLeft()
  })

  test.each([2, 3])('of a v%d table take the deletes with them that then delete nothing', async (version) => {
    await makeTable(version)
    const [first, second] = (await entriesOf(table)).map(({dataFile}) => dataFile) as [DataFile, DataFile]
    const added = version === 2 ? [await positionDeletes(table, first, [0])] : await vectors(table, [first, second], [0])
    await addDeletes(lake, name, added)
    await rm(localPath(first.filePath))
    const {plan, result} = await lake.run(repair, name, {dropMissing: true})
    expect(plan.dangling).toMatchObject([{path: added[0]?.filePath, content: 'position-deletes'}])
    expect(result).toMatchObject({droppedDataFiles: 1, droppedDeleteFiles: 1})
    const left = (await entriesOf(await lake.table(name))).filter(({dataFile}) => dataFile.content !== 'data')
    expect(left.map(({dataFile}) => dataFile.referencedDataFile)).toEqual(version === 2 ? [] : [second.filePath])
    await nothingLeft()
  })

  test('that hold deletes are dropped only when that is asked for by name: their rows come back', async () => {
    const added = await positionDeletes(table, await firstFile(), [0])
    await addDeletes(lake, name, [added])
    await rm(localPath(added.filePath))
    for (const options of [{}, {dropMissing: true}]) {
      const {plan} = await lake.run(repair, name, options)
      expect(plan).toMatchObject({noop: true, left: [{subject: added.filePath, message: expect.stringContaining('are back')}]})
      expect(plan.left[0]?.mend).toBe(`phlo table repair ${name} --drop-missing-deletes`)
    }
    const {result} = await lake.run(repair, name, {dropMissingDeletes: true})
    expect(result).toMatchObject({droppedDataFiles: 0, droppedDeleteFiles: 1})
    expect(headOf(await lake.table(name))?.summary).toMatchObject({operation: 'overwrite', 'total-delete-files': '0'})
    await nothingLeft()
  })

  test('that come back before the plan is executed are not dropped', async () => {
    const {filePath} = await firstFile()
    await rename(localPath(filePath), `${localPath(filePath)}.away`)
    const plan = await repair.plan(await lake.table(name), {dropMissing: true}, lake.context)
    await rename(`${localPath(filePath)}.away`, localPath(filePath))
    await expect(repair.execute(await lake.table(name), plan, lake.context)).rejects.toMatchObject({code: 'PLAN_OUTDATED', exit: 5})
    await nothingLeft()
  })
})

describe('what repair leaves alone', () => {
  test('is a file with row ids that has more rows than its entry says: they would be those of other rows', async () => {
    await makeTable(3)
    const head = headOf(await withFile(lake, name, ({recordCount}) => ({recordCount: recordCount - 1})))
    const {plan} = await lake.run(repair, name, {})
    expect(plan).toMatchObject({noop: true, summary: expect.stringContaining('1 finding left')})
    expect(codesOf(plan.left)).toContain('FOOTER_ROWS')
    expect(headOf(await lake.table(name))).toEqual(head)
  })

  test('is a file of a format without footers, of which only the size can be wrong', async () => {
    await makeTable(2)
    await withFile(lake, name, () => ({fileFormat: 'ORC', splitOffsets: [1]}))
    expect((await lake.run(repair, name, {})).plan).toMatchObject({noop: true, left: []})
    await withFile(lake, name, () => ({fileFormat: 'ORC', fileSizeInBytes: 7}))
    const {plan} = await lake.run(repair, name, {})
    expect(plan).toMatchObject({noop: true, left: [{severity: 'error', code: 'FILE_LENGTH'}]})
  })

  test('is a file that is not Parquet, and a table whose manifest is gone', async () => {
    await makeTable(2)
    const {filePath, fileSizeInBytes} = await firstFile()
    await writeFile(localPath(filePath), Buffer.alloc(fileSizeInBytes, 7))
    expect((await lake.run(repair, name, {})).plan).toMatchObject({noop: true, left: [{code: 'FILE_UNREADABLE', subject: filePath}]})
    await truncate(localPath((await manifestsOf(table))[0]?.manifestPath as string), 100)
    await expect(lake.run(repair, name, {})).rejects.toMatchObject({code: 'MANIFEST_LOST', exit: 6})
    await makeTable(2)
    await withManifest(lake, name, {partitionSpecId: 5})
    await expect(lake.run(repair, name, {})).rejects.toMatchObject({
      code: 'MANIFEST_LOST',
      exit: 6,
      message: expect.stringContaining('spec 5'),
    })
  })

  test('is what others commit meanwhile, on which it is proposed anew', async () => {
    await makeTable(2)
    await withFile(lake, name, () => ({splitOffsets: [1]}))
    const stale = await lake.table(name)
    const plan = await repair.plan(stale, {}, lake.context)
    await appendRows(lake, name, 500)
    await repair.execute(stale, plan, lake.context)
    expect((await entriesOf(await lake.table(name))).length).toBeGreaterThan((await entriesOf(stale)).length)
    await nothingLeft()
    const {filePath} = await firstFile()
    await withFile(lake, name, () => ({splitOffsets: [1]}))
    const second = await lake.table(name)
    const next = await repair.plan(second, {}, lake.context)
    await withEntries(lake, name, (entries) => entries.filter(({dataFile}) => dataFile.filePath !== filePath))
    await expect(repair.execute(second, next, lake.context)).rejects.toMatchObject({code: 'PLAN_OUTDATED'})
  })
})

describe('metadata', () => {
  beforeEach(() => makeTable(2))

  test('whose log names files that are gone forgets them, without a snapshot', async () => {
    const [oldest, ...others] = table.metadata['metadata-log'].map((entry) => entry['metadata-file'])
    await rm(localPath(oldest as string))
    expect(await clean()).toMatchObject([{severity: 'note', code: 'METADATA_LOG_GONE', mend: `phlo table repair ${name}`}])
    const {plan, result} = await lake.run(repair, name, {})
    expect(plan).toMatchObject({metadataLog: [oldest], files: [], manifests: []})
    expect(result.snapshotId).toBeNull()
    const mended = await lake.table(name)
    expect(mended.metadata['metadata-log'].map((entry) => entry['metadata-file'])).toEqual([...others, table.metadataLocation])
    expect(mended.metadata['current-snapshot-id']).toBe(table.metadata['current-snapshot-id'])
    await nothingLeft()
  })

  test('that refers to statistics that are gone, or are not as long as they were, refers to them no more', async () => {
    const id = headOf(table)?.['snapshot-id'] as bigint
    const [gone, longer] = [`${table.location}/metadata/gone.stats`, `${table.location}/metadata/longer.stats`]
    await writeFile(localPath(longer), 'four')
    const file = {'snapshot-id': id, 'statistics-path': gone, 'file-size-in-bytes': 3}
    await lake.catalog.commitTable(
      table.name,
      [],
      [
        {action: 'set-statistics', statistics: {...file, 'file-footer-size-in-bytes': 1, 'blob-metadata': []}},
        {action: 'set-partition-statistics', 'partition-statistics': {...file, 'statistics-path': longer}},
      ],
    )
    expect(codesOf(await clean())).toEqual(['STATISTICS_MISSING', 'STATISTICS_LENGTH'])
    const {plan} = await lake.run(repair, name, {})
    expect(plan.statistics.map(({path}) => path)).toEqual([gone, longer])
    await nothingLeft()
  })
})
