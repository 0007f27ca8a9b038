import {appendFile, rm, truncate, writeFile} from 'node:fs/promises'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {type DataFile, type IcebergTable, localPath, optimize, rewriteDeletes, type StructField, type TableMetadata} from '@phlo/iceberg'
import type {Lake} from '../support/lake.js'
import {
  addDeletes,
  appendRows,
  codesOf,
  entriesOf,
  findingsOf,
  openCheckedLake,
  positionDeletes,
  twoCommits,
  vectors,
  withEntries,
  withFile,
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

describe('files', () => {
  beforeEach(() => makeTable(2))

  test('that are gone: the command that may bring them back is named', async () => {
    const {filePath} = await firstFile()
    await rm(localPath(filePath))
    const missing = {severity: 'error', code: 'FILE_MISSING', subject: filePath, mend: `phlo table restore-files ${name}`}
    expect(await findingsOf(lake, table, {})).toMatchObject([missing])
    const without = await withEntries(lake, name, (entries) => entries.filter(({dataFile}) => dataFile.filePath !== filePath))
    expect(await findingsOf(lake, without)).toEqual([])
    expect(await findingsOf(lake, without, {allSnapshots: true})).toMatchObject([missing])
  })

  test('that are cut short or longer', async () => {
    const {filePath, fileSizeInBytes} = await firstFile()
    await appendFile(localPath(filePath), 'x')
    expect(codesOf(await findingsOf(lake, table, {}))).toEqual(['FILE_LENGTH'])
    await truncate(localPath(filePath), fileSizeInBytes - 10)
    expect(codesOf(await findingsOf(lake, table))).toEqual(['FILE_LENGTH'])
  })

  test('whose bytes are not Parquet are found when files are opened', async () => {
    const {filePath, fileSizeInBytes} = await firstFile()
    await writeFile(localPath(filePath), Buffer.alloc(fileSizeInBytes, 7))
    expect(await findingsOf(lake, table, {})).toEqual([])
    expect(await findingsOf(lake, table)).toMatchObject([{code: 'FILE_UNREADABLE', subject: filePath}])
  })

  const long = (value: number) => Buffer.from(BigInt64Array.of(BigInt(value)).buffer)
  test.each<[string, (file: DataFile) => Partial<DataFile>, readonly string[]]>([
    ['rows', ({recordCount}) => ({recordCount: recordCount + 1, valueCounts: new Map()}), ['FOOTER_ROWS']],
    ['nulls', ({nullValueCounts}) => ({nullValueCounts: new Map([...(nullValueCounts ?? []), [1, 1]])}), ['FOOTER_COUNTS']],
    [
      'a lower bound',
      ({lowerBounds}) => ({lowerBounds: new Map([...(lowerBounds ?? []), [1, long(200)]]), upperBounds: new Map()}),
      ['FOOTER_BOUNDS'],
    ],
    [
      'an upper bound',
      ({upperBounds}) => ({lowerBounds: new Map(), upperBounds: new Map([...(upperBounds ?? []), [1, long(1)]])}),
      ['FOOTER_BOUNDS'],
    ],
    ['split offsets', () => ({splitOffsets: [40]}), ['SPLIT_OFFSETS']],
    ['a format that is not read', () => ({fileFormat: 'ORC'}), ['NOT_CHECKED']],
    ['a key', () => ({keyMetadata: Buffer.from('key')}), ['NOT_CHECKED']],
  ])('of which the manifest says other than the footer: %s', async (_, change, codes) => {
    const damaged = await withFile(lake, name, change)
    expect(await findingsOf(lake, damaged, {})).toEqual([])
    expect(codesOf(await findingsOf(lake, damaged))).toEqual(codes)
  })

  test('with columns that the table does not know, or cannot read', async () => {
    const [schema] = table.metadata.schemas as [TableMetadata['schemas'][number]]
    const [id, weight, place] = schema.fields as [StructField, StructField, StructField]
    const known = await findingsOf(lake, withMetadata({schemas: [{...schema, fields: [id, place]}]}))
    expect(new Set(codesOf(known))).toEqual(new Set(['COLUMN_UNKNOWN']))
    const retyped = {...schema, fields: [id, {...weight, type: 'decimal(9,2)'}, place]}
    const bare = await withEntries(lake, name, (entries) =>
      entries.map(({dataFile: {lowerBounds: _, upperBounds: __, ...dataFile}, ...entry}) => ({...entry, dataFile})),
    )
    const unread = await findingsOf(lake, {...bare, metadata: {...bare.metadata, schemas: [retyped]}})
    expect(new Set(codesOf(unread))).toEqual(new Set(['COLUMN_TYPE']))
  })
})

describe('position deletes', () => {
  beforeEach(() => makeTable(2))

  test('of rows that their file does not have', async () => {
    const changed = await addDeletes(lake, name, [await positionDeletes(table, await firstFile(), [1, 400])])
    expect(await findingsOf(lake, changed, {})).toEqual([])
    expect(codesOf(await findingsOf(lake, changed))).toEqual(['POSITION_BEYOND_FILE'])
  })

  test('of a file that is not there: dangling, and the command that removes them is named', async () => {
    const gone = {...(await firstFile()), filePath: `${table.location}/data/gone.parquet`}
    const changed = await addDeletes(lake, name, [await positionDeletes(table, gone, [1])])
    for (const options of [{}, {data: true}]) {
      expect(await findingsOf(lake, changed, options)).toMatchObject([
        {severity: 'warning', code: 'DANGLING_DELETE', mend: `phlo table optimize ${name} --remove-dangling-deletes`},
      ])
    }
    await lake.run(optimize, name, {removeDanglingDeletes: true})
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
  })

  test('of a file of another partition', async () => {
    const {partition, ...file} = await firstFile()
    const other = {...file, partition: [partition[0] === 'place 0' ? 'place 1' : 'place 0']}
    const changed = await addDeletes(lake, name, [await positionDeletes(table, other, [1])])
    expect(await findingsOf(lake, changed)).toMatchObject([{severity: 'error', code: 'DELETES_CONTRADICT', subject: file.filePath}])
  })

  test('that are cut short', async () => {
    const deletes = await positionDeletes(table, await firstFile(), [1, 2])
    const changed = await addDeletes(lake, name, [deletes])
    await writeFile(localPath(deletes.filePath), Buffer.alloc(deletes.fileSizeInBytes))
    expect(await findingsOf(lake, changed)).toMatchObject([{code: 'FILE_UNREADABLE', subject: deletes.filePath}])
  })

  test('that were added after the upgrade to version 3', async () => {
    const before = await addDeletes(lake, name, [await positionDeletes(table, await firstFile(), [1])])
    await before.source.commitTable(before.name, [], [{action: 'upgrade-format-version', 'format-version': 3}])
    await appendRows(lake, name, 300)
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
    const late = await positionDeletes(table, (await entriesOf(table))[1]?.dataFile as DataFile, [1])
    const changed = await addDeletes(lake, name, [late])
    expect(await findingsOf(lake, changed)).toMatchObject([
      {severity: 'warning', code: 'POSITION_DELETES_ON_V3', subject: late.filePath, mend: `phlo table rewrite-deletes ${name}`},
    ])
    await lake.run(rewriteDeletes, name, {})
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
  })
})

describe('equality deletes', () => {
  beforeEach(() => makeTable(2))

  test('that do not say what they compare, or compare what is not there', async () => {
    const file = await firstFile()
    const {sortOrderId: _, ...rest} = {...file, content: 'equality-deletes' as const}
    for (const equalityIds of [undefined, [77]]) {
      await makeTable(2)
      const changed = await addDeletes(lake, name, [{...rest, ...(equalityIds && {equalityIds})}])
      expect(new Set(codesOf(await findingsOf(lake, changed)))).toEqual(new Set(['EQUALITY_IDS']))
    }
  })
})

describe('deletion vectors', () => {
  beforeEach(() => makeTable(3))

  test('of rows that their file does not have', async () => {
    const changed = await addDeletes(lake, name, await vectors(table, [await firstFile()], [0, 400]))
    expect(codesOf(await findingsOf(lake, changed))).toEqual(['POSITION_BEYOND_FILE'])
  })

  test('of which a file has two', async () => {
    const file = await firstFile()
    await addDeletes(lake, name, await vectors(table, [file], [0]))
    const changed = await addDeletes(lake, name, await vectors(table, [file], [1]))
    expect(codesOf(await findingsOf(lake, changed))).toEqual(['DELETES_CONTRADICT'])
  })

  test('that are older than their file', async () => {
    await addDeletes(lake, name, await vectors(table, [await firstFile()], [0]))
    const changed = await withEntries(lake, name, (entries) =>
      entries.map((entry) => (entry.dataFile.content === 'data' ? entry : {...entry, sequenceNumber: 1n})),
    )
    expect(codesOf(await findingsOf(lake, changed))).toEqual(['DELETES_CONTRADICT'])
  })

  test('whose place is not in the Puffin file, or whose bytes are damaged', async () => {
    const [vector] = (await vectors(table, [await firstFile()], [0])) as [DataFile]
    const misplaced = await addDeletes(lake, name, [{...vector, contentOffset: 40_000}])
    expect(codesOf(await findingsOf(lake, misplaced, {}))).toEqual(['DELETION_VECTOR'])
    await makeTable(3)
    const [damaged] = (await vectors(table, [await firstFile()], [0])) as [DataFile]
    const changed = await addDeletes(lake, name, [damaged])
    await writeFile(localPath(damaged.filePath), Buffer.alloc(damaged.fileSizeInBytes))
    expect(await findingsOf(lake, changed)).toMatchObject([{code: 'FILE_UNREADABLE', subject: damaged.filePath}])
  })
})
