import {appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, truncateSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {
  type AddFilesOptions,
  addFiles,
  append,
  changeProperties,
  type DataFile,
  headOf,
  liveFiles,
  localPath,
  parsePartitionSpec,
  parseType,
  planScan,
  type Schema,
  type StructField,
} from '@phlo/iceberg'
import {valueFromBytes} from '../../src/spec/single-value.js'
import {type Lake, openLake} from '../support/lake.js'
import {type PlainColumn, writePlainParquet} from '../support/plain-parquet.js'
import {rowsOf} from '../support/saved-lake.js'

const schemaOf = (columns: Readonly<Record<string, string>>, required: readonly string[] = []): Schema => ({
  type: 'struct',
  'schema-id': 0,
  fields: Object.entries(columns).map(
    ([name, type], index): StructField => ({id: index + 1, name, type: parseType(type), required: required.includes(name)}),
  ),
})

const ids = (first: number, rows: number): PlainColumn => ({
  name: 'id',
  type: 'INT64',
  data: Array.from({length: rows}, (_, row) => BigInt(first + row)),
})
const text = (name: string, values: readonly (string | null)[]): PlainColumn => ({name, type: 'STRING', data: values})
const constant = (name: string, value: string, rows: number) => text(name, new Array<string>(rows).fill(value))

describe('add-files', () => {
  let lake: Lake
  let tables = 0
  const folder = mkdtempSync(join(tmpdir(), 'phlo-landed-'))
  const place = (...parts: string[]) => join(folder, String(tables), ...parts)

  beforeAll(async () => {
    lake = await openLake()
    await lake.catalog.createNamespace(['t'], {})
  })
  afterAll(() => lake.close())

  /** A new table; its name is the return value. */
  async function create(
    columns: Readonly<Record<string, string>>,
    options: {partition?: string; required?: readonly string[]; version?: number; properties?: Readonly<Record<string, string>>} = {},
  ): Promise<string> {
    const name = `t${++tables}`
    const schema = schemaOf(columns, options.required)
    await lake.catalog.createTable(
      {namespace: ['t'], name},
      {
        schema,
        ...(options.partition !== undefined && {partitionSpec: parsePartitionSpec(options.partition, schema)}),
        properties: {'format-version': String(options.version ?? 2), ...options.properties},
      },
    )
    return `t.${name}`
  }

  const add = (name: string, ...sources: string[]) => lake.run(addFiles, name, {sources})

  async function dataFiles(name: string): Promise<readonly DataFile[]> {
    const found: DataFile[] = []
    for await (const {entry} of planScan(await lake.table(name))) found.push(entry.dataFile)
    return found
  }

  async function refuses(name: string, options: AddFilesOptions, code: string, ...said: string[]): Promise<void> {
    const before = (await lake.table(name)).metadataLocation
    const error = await lake.run(addFiles, name, options).then(
      () => undefined,
      (caught: Error & {code?: string}) => caught,
    )
    expect({code: error?.code, message: error?.message}).toMatchObject({code})
    for (const part of said) expect(error?.message).toContain(part)
    expect((await lake.table(name)).metadataLocation).toBe(before)
  }

  describe.each([1, 2, 3])('to a v%d table', (version) => {
    test('takes files without field ids where they are, and gives the table a name mapping in the same commit', async () => {
      const name = await create({id: 'long', name: 'string'}, {version})
      const path = writePlainParquet(place('a.parquet'), [ids(0, 3), text('name', ['x', null, 'z'])])
      const {plan, result} = await add(name, path)
      expect(plan).toMatchObject({rows: 3, noop: false, summary: expect.stringContaining('name mapping')})
      expect(result).toMatchObject({addedDataFiles: 1, rows: 3, changedPartitions: 1})
      const table = await lake.table(name)
      expect(JSON.parse(table.properties['schema.name-mapping.default'] ?? '')).toEqual([
        {'field-id': 1, names: ['id']},
        {'field-id': 2, names: ['name']},
      ])
      expect(table.metadata['metadata-log']).toHaveLength(1)
      expect(headOf(table)?.summary).toMatchObject({
        operation: 'append',
        'added-data-files': '1',
        'added-records': '3',
        'total-records': '3',
      })
      expect(await rowsOf(table, undefined)).toEqual(['0,x', '1,null', '2,z'])
      expect((await dataFiles(name)).map(({filePath}) => filePath)).toEqual([`file://${path}`])
    })
  })

  test('assigns row ids in a v3 table, after those that are there', async () => {
    const name = await create({id: 'long'}, {version: 3})
    await add(name, writePlainParquet(place('a.parquet'), [ids(0, 3)]))
    await add(name, writePlainParquet(place('b.parquet'), [ids(3, 4)]), writePlainParquet(place('c.parquet'), [ids(7, 2)]))
    expect((await dataFiles(name)).map(({firstRowId, recordCount}) => [Number(firstRowId), recordCount]).sort()).toEqual([
      [0, 3],
      [3, 4],
      [7, 2],
    ])
    expect((await lake.table(name)).metadata['next-row-id']).toBe(9n)
  })

  test('takes files with field ids, needs no name mapping for them, and finds them after a rename', async () => {
    const source = await create({id: 'long', name: 'string'})
    await lake.run(append, source, {files: [writePlainParquet(place('rows.parquet'), [ids(0, 5), constant('name', 'n', 5)])]})
    const [{filePath} = {filePath: ''}] = await dataFiles(source)
    const name = await create({id: 'long', name: 'string'})
    const {plan} = await add(name, localPath(filePath))
    expect(plan.nameMapping).toBeNull()
    expect(await rowsOf(await lake.table(name), undefined)).toHaveLength(5)
    const renamed = await lake.table(await create({id: 'long', title: 'string'}))
    await refuses(`t.${renamed.name.name}`, {sources: [filePath]}, 'COLUMN_RENAMED', filePath, 'title', 'name')
  })

  test('records what the footer tells, as the metrics modes of the table say, and nothing that it does not', async () => {
    const name = await create(
      {id: 'long', name: 'string', ratio: 'double', note: 'string', hidden: 'int', small: 'long'},
      {
        properties: {
          'write.metadata.metrics.column.hidden': 'none',
          'write.metadata.metrics.column.note': 'counts',
          'write.metadata.metrics.default': 'truncate(4)',
        },
      },
    )
    const path = writePlainParquet(
      place('a.parquet'),
      [
        ids(5, 4),
        text('name', ['aaaaaa', 'zzzzzz', null, 'mmm']),
        {name: 'ratio', type: 'DOUBLE', data: [1.5, 0, -2, null]},
        text('note', ['a', 'b', 'c', null]),
        {name: 'hidden', type: 'INT32', data: [1, 2, 3, 4]},
        {name: 'small', type: 'INT32', data: [-7, 2, 3, 40]},
      ],
      {rowGroupSize: 2},
    )
    await add(name, path)
    const [file] = await dataFiles(name)
    const plain = (map: ReadonlyMap<number, unknown> | undefined) => Object.fromEntries(map ?? [])
    expect(plain(file?.valueCounts)).toEqual({1: 4, 2: 4, 3: 4, 4: 4, 6: 4})
    expect(plain(file?.nullValueCounts)).toEqual({1: 0, 2: 1, 3: 1, 4: 1, 6: 0})
    expect(plain(file?.nanValueCounts)).toEqual({})
    const bounds = (map: ReadonlyMap<number, Uint8Array> | undefined) =>
      Object.fromEntries(
        [...(map ?? [])].map(([id, bytes]) => [id, valueFromBytes({1: 'long', 2: 'string', 3: 'double', 6: 'long'}[id] ?? '', bytes)]),
      )
    expect(bounds(file?.lowerBounds)).toEqual({1: 5n, 2: 'aaaa', 3: -2, 6: -7n})
    expect(bounds(file?.upperBounds)).toEqual({1: 8n, 2: 'zzz{', 3: 1.5, 6: 40n})
    expect(file?.splitOffsets).toHaveLength(2)
    expect([...(file?.columnSizes ?? [])].map(([id, bytes]) => [id, bytes > 0])).toEqual([1, 2, 3, 4, 5, 6].map((id) => [id, true]))
    expect(await rowsOf(await lake.table(name), undefined)).toHaveLength(4)
  })

  test('without statistics has counts of values and nothing else', async () => {
    const name = await create({id: 'long'})
    await add(name, writePlainParquet(place('a.parquet'), [ids(0, 2)], {statistics: false}))
    const [file] = await dataFiles(name)
    expect([file?.valueCounts?.get(1), file?.nullValueCounts?.size, file?.lowerBounds?.size, file?.upperBounds?.size]).toEqual([2, 0, 0, 0])
  })

  describe('infers partitions', () => {
    test('from Hive’s folders, decoded, with null, and skips what is hidden', async () => {
      const name = await create({id: 'long', country: 'string', day: 'date'}, {partition: 'country, day'})
      writePlainParquet(place('in', 'country=C%2FH +', 'day=2026-01-31', 'a.parquet'), [ids(0, 2)])
      writePlainParquet(place('in', 'country=__HIVE_DEFAULT_PARTITION__', 'DAY=2026-02-01', '000000_0'), [ids(2, 1)])
      writeFileSync(place('in', '_SUCCESS'), '')
      mkdirSync(place('in', '_temporary'))
      writeFileSync(place('in', '_temporary', 'half.parquet'), 'half')
      const {plan, result} = await add(name, place('in'))
      expect(plan.files.map(({partition}) => partition).sort()).toEqual(['country=C%2FH+%2B/day=2026-01-31', 'country=null/day=2026-02-01'])
      expect(result.changedPartitions).toBe(2)
      const day = Date.UTC(2026, 0, 31)
      expect(await rowsOf(await lake.table(name), undefined)).toEqual([`0,C/H +,${day}`, `1,C/H +,${day}`, `2,null,${day + 86_400_000}`])
    })

    test('from folders above the folder that is named, where they are of the table', async () => {
      const name = await create({id: 'long', country: 'string'}, {partition: 'country'})
      writePlainParquet(place('env=prod', 'country=CH', 'deep', 'a.parquet'), [ids(0, 2)])
      expect((await add(name, place('env=prod', 'country=CH'))).plan.files[0]?.partition).toBe('country=CH')
    })

    test('from the bounds of a column, under each transform', async () => {
      const name = await create({id: 'long', at: 'timestamp', name: 'string'}, {partition: 'bucket(4, id), month(at), truncate(1, name)'})
      const at = (day: number) => new Date(Date.UTC(2026, 0, day))
      writePlainParquet(place('a.parquet'), [
        {name: 'id', type: 'INT64', data: [34n, 34n]},
        {name: 'at', type: 'TIMESTAMP', data: [at(1), at(31)]},
        text('name', ['ab', 'az']),
      ])
      writePlainParquet(place('b.parquet'), [
        {name: 'id', type: 'INT64', data: [null, null]},
        {name: 'at', type: 'TIMESTAMP', data: [at(3), at(4)]},
        text('name', ['b', 'b']),
      ])
      const {plan} = await add(name, place())
      expect(plan.files.map(({partition}) => partition)).toEqual([
        'id_bucket=3/at_month=2026-01/name_trunc=a',
        'id_bucket=null/at_month=2026-01/name_trunc=b',
      ])
    })

    test.each([
      ['several values', [ids(0, 2)], 'id', 'lie between 0 and 1'],
      ['nulls among values', [{name: 'id', type: 'INT64', data: [1n, null]}], 'id', 'nulls'],
      ['a column that is not there', [text('name', ['x'])], 'id', 'lacks the column'],
      ['a number that may be NaN', [ids(1, 1), {name: 'ratio', type: 'DOUBLE', data: [1]}], 'ratio', 'NaN'],
    ] as const)('not for %s', async (_, columns, partition, said) => {
      const name = await create({id: 'long', name: 'string', ratio: 'double'}, {partition})
      const path = writePlainParquet(place('a.parquet'), columns as readonly PlainColumn[])
      await refuses(name, {sources: [path]}, 'PARTITION_NOT_INFERRED', path, partition, said)
    })

    test('not without statistics', async () => {
      const name = await create({id: 'long'}, {partition: 'id'})
      const path = writePlainParquet(place('a.parquet'), [ids(0, 1)], {statistics: false})
      await refuses(name, {sources: [path]}, 'PARTITION_NOT_INFERRED', path, 'nulls')
    })

    test('and refuses folders that contradict the file, or say what would be lost', async () => {
      const name = await create({id: 'long', country: 'string'}, {partition: 'country'})
      const other = writePlainParquet(place('country=CH', 'other.parquet'), [ids(0, 1), text('country', ['DE'])])
      await refuses(name, {sources: [other]}, 'PARTITION_DIFFERS', other, 'country=CH')
      const some = writePlainParquet(place('country=CH', 'some.parquet'), [ids(0, 2), text('country', ['CH', null])])
      await refuses(name, {sources: [some]}, 'PARTITION_DIFFERS', some, 'nulls')
      const unknown = writePlainParquet(place('planet=3', 'country=CH', 'a.parquet'), [ids(0, 1)])
      await refuses(name, {sources: [unknown]}, 'COLUMN_NOT_IN_TABLE', unknown, 'planet')
      const plain = await create({id: 'long', country: 'string'})
      const lost = writePlainParquet(place('country=CH', 'a.parquet'), [ids(0, 1)])
      await refuses(plain, {sources: [lost]}, 'FOLDER_NOT_PARTITIONED', lost, 'country')
      const dated = await create({id: 'long', day: 'date'}, {partition: 'day'})
      const never = writePlainParquet(place('day=never', 'a.parquet'), [ids(0, 1)])
      await refuses(dated, {sources: [never]}, 'INVALID_PARTITION_VALUE', never, 'never', 'date')
    })

    test('and takes only those that a filter names', async () => {
      const name = await create({id: 'long', country: 'string'}, {partition: 'country'})
      for (const country of ['CH', 'DE']) writePlainParquet(place('in', `country=${country}`, 'a.parquet'), [ids(0, 1)])
      const {plan} = await lake.run(addFiles, name, {sources: [place('in')], partitionFilter: {country: 'DE'}})
      expect(plan.files.map(({partition}) => partition)).toEqual(['country=DE'])
      await refuses(name, {sources: [place('in')], partitionFilter: {country: 'FR'}}, 'PARTITION_NOT_FOUND', 'country=FR')
    })
  })

  describe('refuses, before anything is written,', () => {
    test('columns that the table does not know, of other types, missing or null where the table requires a value', async () => {
      const name = await create({id: 'long', name: 'string', price: 'decimal(9,2)', day: 'date'}, {required: ['id']})
      const cases: readonly [string, readonly PlainColumn[], string, string[], {statistics?: boolean}?][] = [
        ['unknown', [ids(0, 1), text('nmae', ['x'])], 'COLUMN_NOT_IN_TABLE', ['nmae']],
        ['text', [text('id', ['x'])], 'COLUMN_TYPE_DIFFERS', ['id', 'string', 'long']],
        ['number-for-date', [ids(0, 1), {name: 'day', type: 'INT32', data: [1]}], 'COLUMN_TYPE_DIFFERS', ['day', 'int', 'date']],
        ['missing', [text('name', ['x'])], 'COLUMN_MISSING', ['id']],
        ['null', [{name: 'id', type: 'INT64', data: [1n, null]}], 'NULL_IN_REQUIRED_COLUMN', ['id', 'has nulls']],
        ['unclear', [ids(0, 1)], 'NULL_IN_REQUIRED_COLUMN', ['id', 'may have'], {statistics: false}],
      ]
      for (const [file, columns, code, said, options] of cases) {
        const path = writePlainParquet(place(`${file}.parquet`), columns, options)
        await refuses(name, {sources: [path]}, code, path, ...said)
      }
    })

    test('files that are cut short, are something else, or are not there', async () => {
      const name = await create({id: 'long'})
      const path = writePlainParquet(place('cut.parquet'), [ids(0, 100)])
      truncateSync(path, 60)
      await refuses(name, {sources: [path]}, 'PARQUET_CORRUPT', path)
      writeFileSync(place('text.csv'), 'id\n1\n2\n3\n4\n')
      await refuses(name, {sources: [place('text.csv')]}, 'PARQUET_CORRUPT', 'text.csv')
      await refuses(name, {sources: [place('nothing.parquet')]}, 'SOURCE_NOT_FOUND', 'nothing.parquet')
      await refuses(name, {sources: ['s3://bucket/folder']}, 'STORE_MISMATCH', 's3://bucket/folder')
      await refuses(name, {sources: []}, 'NOTHING_TO_ADD')
    })

    test('a table whose files are encrypted', async () => {
      const name = await create({id: 'long'}, {properties: {'encryption.key-id': 'k'}})
      await refuses(name, {sources: [writePlainParquet(place('a.parquet'), [ids(0, 1)])]}, 'TABLE_ENCRYPTED')
    })
  })

  test('says which columns files lack, and leaves out files without rows', async () => {
    const name = await create({id: 'long', name: 'string'})
    writePlainParquet(place('a.parquet'), [ids(0, 2)])
    writePlainParquet(place('empty.parquet'), [ids(0, 0)])
    const {plan} = await add(name, place())
    expect(plan).toMatchObject({missingColumns: ['name'], emptyFiles: [`file://${place('empty.parquet')}`], rows: 2})
    expect(await rowsOf(await lake.table(name), undefined)).toEqual(['0,null', '1,null'])
    const none = await add(await create({id: 'long'}), writePlainParquet(place('none.parquet'), [ids(0, 0)]))
    expect(none.plan.noop).toBe(true)
  })

  test('takes a file once, however it is named, and only on demand a second time', async () => {
    const name = await create({id: 'long'})
    const path = writePlainParquet(place('a.parquet'), [ids(0, 2)])
    const {plan} = await add(name, path, `file:${path}`, place())
    expect(plan.files).toHaveLength(1)
    await refuses(name, {sources: [path]}, 'FILE_ALREADY_IN_TABLE', path)
    await refuses(name, {sources: [place()]}, 'FILE_ALREADY_IN_TABLE', path)
    await lake.run(addFiles, name, {sources: [path], checkDuplicates: false})
    expect(await rowsOf(await lake.table(name), undefined)).toEqual(['0', '0', '1', '1'])
  })

  describe('a plan that is applied later', () => {
    const planned = async (name: string, path: string) => addFiles.plan(await lake.table(name), {sources: [path]}, lake.context)
    const apply = async (name: string, plan: Awaited<ReturnType<typeof planned>>) =>
      addFiles.execute(await lake.table(name), plan, lake.context)

    test('is outdated when a file has another size, other rows, or is gone', async () => {
      const name = await create({id: 'long'})
      const path = writePlainParquet(place('a.parquet'), [ids(0, 2)])
      const plan = await planned(name, path)
      const before = (await lake.table(name)).metadataLocation
      copyFileSync(writePlainParquet(place('longer', 'b.parquet'), [ids(0, 200)]), path)
      await expect(apply(name, plan)).rejects.toMatchObject({code: 'PLAN_OUTDATED', message: expect.stringContaining(path)})
      appendFileSync(path, 'more')
      await expect(apply(name, plan)).rejects.toMatchObject({code: 'PLAN_OUTDATED'})
      await expect(apply(name, {...plan, files: plan.files.map((file) => ({...file, path: `${file.path}.gone`}))})).rejects.toMatchObject({
        code: 'PLAN_OUTDATED',
        message: expect.stringContaining('is gone'),
      })
      expect((await lake.table(name)).metadataLocation).toBe(before)
    })

    test('is outdated when the table got another name mapping, and a duplicate when somebody was first', async () => {
      const name = await create({id: 'long'})
      const path = writePlainParquet(place('a.parquet'), [ids(0, 2)])
      const plan = await planned(name, path)
      await changeProperties(await lake.table(name), {set: {'schema.name-mapping.default': '[]'}, remove: []}, lake.context)
      await expect(apply(name, plan)).rejects.toMatchObject({code: 'PLAN_OUTDATED', message: expect.stringContaining('name-mapping')})
      await changeProperties(await lake.table(name), {set: {}, remove: ['schema.name-mapping.default']}, lake.context)
      await apply(name, plan)
      await expect(apply(name, plan)).rejects.toMatchObject({code: 'FILE_ALREADY_IN_TABLE'})
    })

    test('meets what others commit at the same moment: an append stays, the same file is not added twice', async () => {
      const name = await create({id: 'long'})
      const path = writePlainParquet(place('a.parquet'), [ids(0, 2)])
      const stale = await lake.table(name)
      const plan = await addFiles.plan(stale, {sources: [path]}, lake.context)
      await lake.run(append, name, {files: [writePlainParquet(place('other', 'b.parquet'), [ids(10, 1)])]})
      await addFiles.execute(stale, plan, lake.context)
      expect(await rowsOf(await lake.table(name), undefined)).toEqual(['0', '1', '10'])
      await expect(addFiles.execute(stale, plan, lake.context)).rejects.toMatchObject({code: 'FILE_ALREADY_IN_TABLE'})
      expect(await rowsOf(await lake.table(name), undefined)).toEqual(['0', '1', '10'])
    })
  })

  test('an interruption at any step leaves the table as it was and no file', async () => {
    const name = await create({id: 'long'})
    const paths = [1, 2, 3].map((file) => writePlainParquet(place(`${file}.parquet`), [ids(file * 10, 2)]))
    const table = await lake.table(name)
    const plan = await addFiles.plan(table, {sources: paths}, lake.context)
    const location = localPath(table.location)
    const before = readdirSync(location, {recursive: true}).sort()
    for (let steps = 0; steps <= paths.length + 1; steps++) {
      const controller = new AbortController()
      let left = steps
      const step = () => {
        if (left-- === 0) controller.abort(new Error('interrupted'))
      }
      const context = {...lake.context, signal: controller.signal, progress: {start: step, advance: step, done: step}}
      await expect(addFiles.execute(table, plan, context)).rejects.toThrow('interrupted')
      expect(readdirSync(location, {recursive: true}).sort()).toEqual(before)
    }
    await addFiles.execute(table, plan, lake.context)
    const live: string[] = []
    for await (const {path} of liveFiles(await lake.table(name))) live.push(localPath(path))
    expect(live.sort()).toEqual(paths)
  })
})
