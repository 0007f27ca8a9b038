import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {emptyFolder, type Shop} from '../support/in-process.js'

let lake: Shop
beforeEach(() => {
  lake = emptyFolder()
  mkdirSync(join(lake.cwd, 'schemas'))
})
const declare = (name: string, text: string) => writeFileSync(join(lake.cwd, 'schemas', `${name}.yaml`), text)
const ORDERS = `
table: sales.orders
comment: what was sold
columns:
  - {name: id, type: long, required: true}
  - {name: amount, type: "decimal(9,2)", comment: in euros}
  - {name: place, type: {struct: [{name: city, type: string, comment: with its district}]}}
  - {name: at, type: timestamptz}
identifier: [id]
partition-by: [month(at)]
sort-by: [at desc]
properties: {write.target-file-size-bytes: 1048576}
`
const CUSTOMERS = 'table: sales.customers\ncolumns:\n  - {name: id, type: long}\n'
const CONTRACT = `
kind: DataContract
apiVersion: v3.1.0
id: 53581432-6c55-4ba2-a65f-72344a91553a
version: 1.0.0
status: active
servers:
  - {server: production, type: snowflake, account: acme, database: warehouse, schema: sales}
schema:
  - name: orders
    physicalType: table
    description: what was sold
    properties:
      - {name: id, logicalType: integer, physicalType: long, primaryKey: true, primaryKeyPosition: 1}
      - {name: amount, logicalType: number, physicalType: "NUMBER(10,2)", unique: true}
      - {name: region, logicalType: string, partitioned: true, partitionKeyPosition: 1}
slaProperties:
  - {property: latency, value: 4, unit: d}
`
const apply = (...flags: readonly string[]) => lake.json('schema', 'apply', '-f', 'schemas', ...flags)
const actions = (result: {readonly tables: readonly {table: string; action: string}[]}) =>
  result.tables.map(({table, action}) => `${table}: ${action}`)

describe('schema apply', () => {
  test('makes tables that are not there, and has nothing to do the second time', async () => {
    declare('orders', ORDERS)
    declare('customers', CUSTOMERS)
    const dry = await apply('--dry-run')
    expect(actions(dry.result)).toEqual(['sales.customers: create', 'sales.orders: create'])
    expect(await lake.json('table', 'show', 'sales.orders')).toMatchObject({error: {code: 'TABLE_NOT_FOUND'}})
    expect((await apply('--yes')).result).toMatchObject({outcome: 'done', summary: 'create 2 tables'})
    expect(await lake.must('table', 'show', 'sales.orders')).toMatchObject({
      partitionSpec: 'month(at)',
      sortOrder: 'at desc nulls last',
      properties: {comment: 'what was sold', 'write.target-file-size-bytes': '1048576'},
    })
    const {metadataLocation} = await lake.must('table', 'show', 'sales.orders')
    expect((await apply('--yes')).result).toMatchObject({outcome: 'nothing-to-do'})
    expect(await lake.must('table', 'show', 'sales.orders')).toMatchObject({metadataLocation})
    expect(await lake.json('schema', 'drift', '-f', 'schemas')).toMatchObject({exit: 0, result: {drifted: false}})
  })

  test('changes columns, docs, partitions and properties, and renames what is declared as renamed', async () => {
    declare('orders', ORDERS)
    await apply('--yes')
    declare(
      'orders',
      ORDERS.replace('name: amount,', 'name: total, renamed-from: amount,')
        .replace('name: at, type', 'name: sold_at, renamed-from: at, type')
        .replaceAll('(at)', '(sold_at)')
        .replace('at desc', 'sold_at desc, id')
        .replace('with its district', 'and nothing else')
        .replace('  - {name: sold_at', '  - {name: note, type: string}\n  - {name: sold_at')
        .replace('1048576', '2097152'),
    )
    expect(await lake.json('schema', 'drift', '-f', 'schemas')).toMatchObject({
      exit: 1,
      result: {drifted: true, tables: [{state: 'drifted'}]},
    })
    expect(await apply('--yes')).toMatchObject({exit: 6, error: {code: 'BREAKING_CHANGE'}})
    await lake.must('schema', 'apply', '-f', 'schemas', '--allow-breaking', '--yes')
    const {columns} = await lake.must('schema', 'show', 'sales.orders')
    expect(columns.map(({id, column, doc}: {id: number; column: string; doc: string | null}) => [id, column, doc])).toEqual([
      [1, 'id', null],
      [2, 'total', 'in euros'],
      [3, 'place', null],
      [5, 'place.city', 'and nothing else'],
      [6, 'note', null],
      [4, 'sold_at', null],
    ])
    expect(await lake.must('table', 'show', 'sales.orders')).toMatchObject({
      partitionSpec: 'month(sold_at)',
      sortOrder: 'sold_at desc nulls last, id asc nulls first',
      properties: {'write.target-file-size-bytes': '2097152'},
    })
    expect((await apply('--yes')).result).toMatchObject({outcome: 'nothing-to-do'})
  })

  test('drops what is not declared only when that is allowed, and not with --prune=false', async () => {
    declare('orders', ORDERS)
    await apply('--yes')
    await lake.must('schema', 'evolve', 'sales.orders', '--add', 'note string')
    expect((await apply('--prune=false', '--yes')).result).toMatchObject({outcome: 'nothing-to-do'})
    expect(await apply('--yes')).toMatchObject({exit: 6, error: {code: 'BREAKING_CHANGE', message: expect.stringContaining('note')}})
    expect(await lake.json('schema', 'drift', '-f', 'schemas', '--prune=false')).toMatchObject({exit: 0})
    expect((await apply('--allow-breaking', '--yes')).result).toMatchObject({outcome: 'done'})
    expect(await lake.json('schema', 'drift', '-f', 'schemas')).toMatchObject({exit: 0})
  })

  test('does exactly a saved plan, and nothing when the table has changed', async () => {
    declare('orders', ORDERS)
    await apply('--yes')
    declare('orders', ORDERS.replace('  - {name: at', '  - {name: note, type: string}\n  - {name: at'))
    const saved = await apply('--plan-out', 'plan.json')
    expect(saved.result).toMatchObject({outcome: 'saved'})
    await lake.must('schema', 'evolve', 'sales.orders', '--comment', 'id=a number')
    expect(await lake.json('schema', 'apply', '--plan', 'plan.json', '--yes')).toMatchObject({exit: 5, error: {code: 'PLAN_OUTDATED'}})
    declare(
      'orders',
      ORDERS.replace('  - {name: at', '  - {name: note, type: string}\n  - {name: at').replace(
        'required: true',
        'required: true, comment: a number',
      ),
    )
    await lake.must('schema', 'apply', '-f', 'schemas', '--plan-out', 'plan2.json')
    expect((await lake.json('schema', 'apply', '--plan', 'plan2.json', '--yes')).result).toMatchObject({
      outcome: 'done',
      summary: 'change 1 table',
    })
    expect((await apply('--yes')).result).toMatchObject({outcome: 'nothing-to-do'})
  })

  test('goes on after it was stopped in the middle', async () => {
    declare('orders', ORDERS)
    declare('customers', CUSTOMERS)
    declare('middle', CUSTOMERS.replace('customers', 'middle'))
    const inTheWay = join(lake.cwd, '.phlo', 'warehouse', 'sales', 'middle')
    mkdirSync(dirname(inTheWay), {recursive: true})
    writeFileSync(inTheWay, '')
    const stopped = await lake.type(['schema', 'apply', '-f', 'schemas', '--yes'])
    expect(stopped.exitCode).toBe(3)
    expect(stopped.stderr).toContain('1 of 3 tables were done before this')
    rmSync(inTheWay)
    const again = await apply('--yes')
    expect(actions(again.result)).toEqual(['sales.customers: none', 'sales.middle: create', 'sales.orders: create'])
    expect((await apply('--yes')).result).toMatchObject({outcome: 'nothing-to-do'})
  })

  test.each([
    [
      'two declarations of one table',
      {a: CUSTOMERS, b: CUSTOMERS},
      'DECLARED_TWICE',
      /sales\.customers is declared in schemas\/a\.yaml and in schemas\/b\.yaml/,
    ],
    ['a key that is there twice', {a: `${CUSTOMERS}table: x.y\n`}, 'SCHEMA_NOT_READABLE', /Map keys must be unique/],
    [
      'a name without a namespace',
      {a: CUSTOMERS.replace('sales.', '')},
      'DECLARATION_WITHOUT_NAME',
      /without saying its name and namespace/,
    ],
    [
      'a type that does not parse',
      {a: CUSTOMERS.replace('long', 'lnog')},
      'SCHEMA_NOT_READABLE',
      /"lnog" is not a type: expected a type at character 1\. Did you mean long\?/,
    ],
    ['an identifier that is optional', {a: `${CUSTOMERS}identifier: [id]\n`}, 'IMPOSSIBLE_CHANGE', /cannot identify rows: it is optional/],
    ['names that differ in case only', {a: `${CUSTOMERS}  - {name: ID, type: int}\n`}, 'IMPOSSIBLE_CHANGE', /differ in case only/],
    ['no file', {}, 'NOTHING_DECLARED', /The folder schemas has no \.yaml files/],
  ])('refuses %s, and makes nothing', async (_, files, code, message) => {
    for (const [name, text] of Object.entries(files)) declare(name, text)
    for (const flags of [['--dry-run'], ['--yes']]) {
      expect(await apply(...flags)).toMatchObject({exit: 2, error: {code, message: expect.stringMatching(message)}})
    }
    expect((await lake.must('namespace', 'list')).namespaces).toEqual([])
  })

  test('of a file that is not there says so', async () => {
    expect(await lake.json('schema', 'apply', '-f', 'nothing.yaml', '--yes')).toMatchObject({exit: 3, error: {code: 'SCHEMA_NOT_READ'}})
  })

  test('takes contracts of the Open Data Contract Standard for declarations, and says what of them no table can have', async () => {
    const contract = join(lake.cwd, 'schemas', 'orders.odcs.yaml')
    writeFileSync(contract, CONTRACT)
    declare('customers', CUSTOMERS)
    const made = await lake.type(['schema', 'apply', '-f', 'schemas', '--yes'])
    expect(made).toMatchObject({exitCode: 0, stderr: expect.stringContaining('Note: sales.orders: amount: unique is left out.')})
    const {columns} = await lake.must('schema', 'show', 'sales.orders')
    expect(columns.map(({column, type, required}: {column: string; type: string; required: boolean}) => [column, type, required])).toEqual([
      ['id', 'long', true],
      ['amount', 'decimal(10,2)', false],
      ['region', 'string', false],
    ])
    expect(await lake.must('table', 'show', 'sales.orders')).toMatchObject({
      partitionSpec: 'region',
      properties: {comment: 'what was sold'},
    })
    expect((await apply('--yes')).result).toMatchObject({outcome: 'nothing-to-do'})
    expect(await lake.json('schema', 'drift', '-f', 'schemas')).toMatchObject({exit: 0, result: {drifted: false}})
    writeFileSync(contract, CONTRACT.replace('what was sold', 'what was paid'))
    expect(await lake.json('schema', 'drift', '-f', 'schemas')).toMatchObject({exit: 1, result: {drifted: true}})
    writeFileSync(contract, CONTRACT.replace('kind: DataContract', 'kind: Contract'))
    expect(await apply('--yes')).toMatchObject({
      exit: 2,
      error: {code: 'SCHEMA_NOT_READABLE', message: expect.stringContaining('it has no "kind: DataContract"')},
    })
  })

  test('writes the declaration of a table that is there, which changes nothing', async () => {
    await lake.must('namespace', 'create', 's')
    await lake.must(
      'table',
      'create',
      's.t',
      '--schema',
      'id: long not null, at: timestamp, tags: list<string not null>, m: map<string, struct<a: int>>',
      '--partition-by',
      'day(at), bucket(4, id)',
      '--sort-by',
      'id desc',
    )
    await lake.must('schema', 'export', 's.t', '--format', 'phlo', '--output', 'schemas/t.yaml')
    expect((await apply('--yes')).result).toMatchObject({outcome: 'nothing-to-do'})
    expect(await lake.json('schema', 'export', 's.t', '--format', 'phlo', '--output', 'schemas/t.yaml')).toMatchObject({
      exit: 3,
      error: {code: 'OUTPUT_NOT_WRITABLE'},
    })
  })
})
