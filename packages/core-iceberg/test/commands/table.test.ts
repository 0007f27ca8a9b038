import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {emptyFolder, openShop, type Shop} from '../support/in-process.js'
import {writeOrders} from '../support/phlo.js'

let shop: Shop

describe('a table', () => {
  beforeAll(async () => {
    shop = await openShop()
  })

  test('is listed, in its catalog and in its namespace', async () => {
    expect(await shop.must('table', 'list')).toEqual({tables: ['shop.orders']})
    expect((await shop.type(['table', 'list', 'shop'])).stdout).toBe('table\nshop.orders\n')
  })

  test('is shown with its columns, partitions and head', async () => {
    const shown = await shop.must('table', 'show', 'shop.orders')
    expect(shown).toMatchObject({formatVersion: 2, partitionSpec: 'country', sortOrder: '', snapshot: {operation: 'append'}})
    expect(shown.columns.map(({name, type}: {name: string; type: string}) => `${name} ${type}`)).toEqual([
      'id long',
      'amount double',
      'country string',
    ])
    expect((await shop.type(['table', 'show', 'shop.orders'])).stdout).toMatch(/^Format +Iceberg v2$[\s\S]*^ *3 +country +string +yes/m)
  })

  test('is told by its files and partitions', async () => {
    const {files, truncated} = await shop.must('table', 'files', 'shop.orders')
    expect({count: files.length, truncated}).toEqual({count: 18, truncated: false})
    expect(files.every(({records, content}: {records: number; content: string}) => records === 20 && content === 'data')).toBe(true)
    expect(await shop.must('table', 'files', 'shop.orders', '--limit', '5')).toMatchObject({truncated: true})
    const {partitions} = await shop.must('table', 'partitions', 'shop.orders')
    expect(partitions.map((row: {partition: string; rows: number; files: number}) => [row.partition, row.rows, row.files]).sort()).toEqual([
      ['country=CH', 120, 6],
      ['country=DE', 120, 6],
      ['country=FR', 120, 6],
    ])
    expect((await shop.type(['table', 'partitions', 'shop.orders'])).stdout).toMatch(/^country=CH +120 +6 +6 /m)
  })

  test('is told what maintenance would pay off, with the command for it', async () => {
    const stats = await shop.must('table', 'stats', 'shop.orders')
    expect(stats).toMatchObject({rows: 360, dataFiles: 18, smallFiles: 18, snapshots: 6, partitionCount: 3})
    expect(stats.advice[0].command).toMatch(/^phlo table optimize shop\.orders/)
    const {stdout} = await shop.type(['table', 'stats', 'shop.orders', '--partitions'])
    expect(stdout).toMatch(/^Small files +18 \(100 %\)/m)
    expect(stdout).toMatch(/^country=FR +120 +6 +6 /m)
  })

  test('is read with columns, conditions and limits, into every form', async () => {
    const scan = (...flags: string[]) =>
      shop.type(['table', 'scan', 'shop.orders', '--columns', 'id,country', '--where', 'id in (3, 4)', ...flags])
    expect((await scan('--json')).result).toEqual({
      rows: 2,
      output: null,
      data: [
        {id: 3, country: 'CH'},
        {id: 4, country: 'DE'},
      ],
    })
    expect((await scan('--format', 'csv')).stdout).toBe('id,country\n3,CH\n4,DE\n')
    expect((await scan('--format', 'jsonl')).stdout).toBe('{"id":3,"country":"CH"}\n{"id":4,"country":"DE"}\n')
    expect((await scan('--limit', '1')).stdout.trim().split('\n')).toHaveLength(2)
    await scan('--output', 'rows.csv')
    expect(readFileSync(join(shop.cwd, 'rows.csv'), 'utf8')).toBe('id,country\n3,CH\n4,DE\n')
    expect(await scan('--output', 'rows.csv')).toMatchObject({exitCode: 3, stderr: expect.stringContaining('exists already')})
    expect((await shop.type(['table', 'scan', 'shop.orders'])).stderr).toContain('Only the first 20 rows')
  })

  test('is appended what a scan wrote', async () => {
    await shop.must('table', 'scan', 'shop.orders', '--where', 'id < 10', '--output', 'ten.arrow')
    const before = shop.tree()
    expect((await shop.must('table', 'append', 'shop.orders', 'ten.arrow', '--dry-run')).plan).toMatchObject({rows: 10})
    expect(shop.tree()).toEqual(before)
    const {stdout} = await shop.type(['table', 'append', 'shop.orders', 'ten.arrow', 'ten.arrow'])
    expect(stdout).toMatch(/^Undo +phlo snapshot rollback shop\.orders \d+$/m)
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 380, snapshots: 7})
  })
})

describe('properties', () => {
  beforeEach(async () => {
    shop = await openShop()
  })

  test('are set, shown and removed; a dry run only shows what they would be', async () => {
    await shop.must('table', 'properties', 'shop.orders', '--set', 'comment=a=b', '--set', 'owner=ada')
    expect((await shop.type(['table', 'properties', 'shop.orders'])).stdout).toMatch(/^comment +a=b$/m)
    const before = shop.tree()
    const planned = await shop.must('table', 'properties', 'shop.orders', '--set', 'x=y', '--remove', 'owner', '--dry-run')
    expect(planned).toMatchObject({outcome: 'planned', properties: {comment: 'a=b', x: 'y'}})
    expect(planned.properties).not.toHaveProperty('owner')
    expect(shop.tree()).toEqual(before)
    const done = await shop.must('table', 'properties', 'shop.orders', '--set', 'x=y', '--remove', 'owner')
    expect(done).toEqual({...planned, outcome: 'done'})
    expect(await shop.must('table', 'properties', 'shop.orders')).toEqual({...planned, outcome: 'shown'})
  })

  test('set the defaults of optimize', async () => {
    await shop.must('table', 'properties', 'shop.orders', '--set', 'write.target-file-size-bytes=1000000')
    const {plan} = await shop.must('table', 'optimize', 'shop.orders', '--dry-run')
    expect(plan.options).toMatchObject({targetFileSize: 1_000_000, minFileSize: 750_000, maxFileSize: 1_800_000})
  })
})

describe('a table’s name', () => {
  beforeEach(async () => {
    shop = await openShop()
  })

  test('changes, and its files stay', async () => {
    const files = await shop.files()
    const before = shop.tree()
    expect(await shop.must('table', 'rename', 'shop.orders', 'shop.sales', '--dry-run')).toMatchObject({outcome: 'planned'})
    expect(shop.tree()).toEqual(before)
    expect((await shop.type(['table', 'rename', 'shop.orders', 'shop.sales'])).stdout).toContain('phlo table rename shop.sales shop.orders')
    expect(await shop.must('table', 'list')).toEqual({tables: ['shop.sales']})
    await shop.must('table', 'rename', 'shop.sales', 'shop.orders')
    expect(await shop.files()).toEqual(files)
  })

  test('never replaces another table', async () => {
    await shop.must('table', 'create', 'shop.other', '--schema', 'id: long')
    expect(await shop.json('table', 'rename', 'shop.other', 'shop.orders')).toMatchObject({exit: 5, error: {code: 'ALREADY_EXISTS'}})
    expect((await shop.must('table', 'list')).tables.sort()).toEqual(['shop.orders', 'shop.other'])
  })

  test('is forgotten by drop, and register brings the table back as drop says', async () => {
    const rows = (await shop.must('table', 'stats', 'shop.orders')).rows
    const before = shop.tree()
    expect((await shop.must('table', 'drop', 'shop.orders', '--dry-run')).plan).toMatchObject({files: []})
    expect(await shop.json('table', 'drop', 'shop.orders')).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    expect(shop.tree()).toEqual(before)
    const {stdout} = await shop.type(['table', 'drop', 'shop.orders', '--yes'])
    const undo = /^Undo +phlo (.+)$/m.exec(stdout)?.[1]?.split(' ') as string[]
    expect(await shop.must('table', 'list')).toEqual({tables: []})
    expect(await shop.must(...undo, '--dry-run')).toMatchObject({outcome: 'planned'})
    expect(await shop.must('table', 'list')).toEqual({tables: []})
    await shop.must(...undo)
    expect((await shop.must('table', 'stats', 'shop.orders')).rows).toBe(rows)
  })

  test('goes with every file that it refers to when it is purged, and no other file goes', async () => {
    await shop.must('table', 'create', 'shop.other', '--schema', 'id: long')
    const {location} = await shop.must('table', 'show', 'shop.orders')
    const {plan} = await shop.must('table', 'drop', 'shop.orders', '--purge', '--dry-run')
    expect(plan.files.length).toBeGreaterThan(18 + 6 + 6)
    await shop.must('table', 'drop', 'shop.orders', '--purge', '--yes')
    expect(Object.keys(shop.tree()).filter((path) => join(shop.cwd, path).startsWith(`${fileURLToPath(location)}/`))).toEqual([])
    expect(existsSync(join(shop.cwd, 'orders.arrow'))).toBe(true)
    expect(await shop.must('table', 'show', 'shop.other')).toMatchObject({table: 'shop.other'})
  })
})

describe('create', () => {
  beforeEach(async () => {
    shop = emptyFolder()
    await shop.must('namespace', 'create', 'shop')
  })

  test('makes a table of every type, partitioned and sorted, after a dry run that makes nothing', async () => {
    const args = [
      'table',
      'create',
      'shop.all',
      '--schema',
      SCHEMA,
      '--partition-by',
      'month(at), bucket(16, id)',
      '--sort-by',
      'at desc nulls last, id',
    ]
    expect(await shop.must(...args, '--dry-run')).toMatchObject({outcome: 'planned'})
    expect(await shop.must('table', 'list')).toEqual({tables: []})
    const made = await shop.must(...args, '--property', 'owner=ada', '--property', 'write.format.default=parquet')
    expect(made).toMatchObject({
      partitionSpec: 'month(at), bucket[16](id)',
      sortOrder: expect.stringContaining('at desc nulls last'),
      properties: {owner: 'ada'},
      snapshot: null,
    })
    expect(
      made.columns
        .map(({name, type, required}: {name: string; type: string; required: boolean}) => `${name}: ${type}${required ? ' not null' : ''}`)
        .join(', '),
    ).toBe(SCHEMA)
    expect((await shop.must('table', 'optimize', 'shop.all', '--yes')).outcome).toBe('nothing-to-do')
    expect((await shop.must('table', 'scan', 'shop.all')).data).toEqual([])
  })

  test('puts a table where it is told', async () => {
    const location = `file://${join(shop.cwd, 'elsewhere')}`
    expect(
      await shop.must('table', 'create', 'shop.t', '--schema', 'id: long, amount: double, country: string', '--location', location),
    ).toMatchObject({location})
    await shop.must('table', 'append', 'shop.t', writeOrders(join(shop.cwd, 'orders.arrow'), 3))
    const {files} = await shop.must('table', 'files', 'shop.t')
    expect(files).toEqual([expect.objectContaining({path: expect.stringContaining(`${location}/data/`)})])
  })
})

const SCHEMA =
  'id: long not null, flag: boolean, small: int, ratio: float, amount: double, price: decimal(9,2), day: date, clock: time, at: timestamp, instant: timestamptz, name: string, key: uuid, code: fixed[16], blob: binary, tags: list<string>, counts: map<string, long>, place: struct<city: string, zip: int>'
