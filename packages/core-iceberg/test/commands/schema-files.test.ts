import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, test} from '@jest/globals'
import {emptyFolder, openShop, type Shop} from '../support/in-process.js'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
  await shop.must('schema', 'evolve', 'shop.orders', '--rename', 'amount=total', '--add', 'note string', '--allow-breaking')
  await shop.must('table', 'create', 'shop.copies', '--schema', 'id: int, total: double, country: string not null')
})
const columnsOf = (result: {readonly columns: readonly {column: string; change: string}[]}) =>
  result.columns.map(({column, change}) => `${change} ${column}`)

describe('schema show', () => {
  test('shows the schema of a snapshot, a time, an id', async () => {
    const first = (await shop.must('snapshot', 'list', 'shop.orders')).snapshots[0]
    const names = async (...flags: string[]) =>
      (await shop.must('schema', 'show', 'shop.orders', ...flags)).columns.map(({column}: {column: string}) => column)
    expect(await names()).toEqual(['id', 'total', 'country', 'note'])
    for (const flags of [
      ['--snapshot-id', first.id],
      ['--schema-id', '0'],
      ['--as-of', new Date(first.timestamp + 1).toISOString()],
    ]) {
      expect(await names(...flags)).toEqual(['id', 'amount', 'country'])
    }
    expect(await shop.json('schema', 'show', 'shop.orders', '--schema-id', '7')).toMatchObject({
      exit: 2,
      error: {code: 'SCHEMA_NOT_FOUND', message: 'shop.orders has no schema 7: there is 0, 1.'},
    })
  })

  test('shows nested types as a tree that fits 80 columns', async () => {
    await shop.must(
      'table',
      'create',
      'shop.nested',
      '--schema',
      'place: struct<street: string, geo: struct<lat: double, lon: double not null>>, tags: list<struct<key: string, value: string>>, prices: map<string, decimal(9,2)>',
    )
    const {stdout} = await shop.type(['schema', 'show', 'shop.nested'])
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(stdout.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '))).toEqual(
      expect.arrayContaining([
        '1 place struct yes',
        '5 geo struct yes',
        '7 lon double no',
        '8 element struct yes',
        '12 value decimal(9,2) yes',
      ]),
    )
  })
})

describe('schema diff', () => {
  test('knows columns of one table by their ids, and others by their names', async () => {
    const own = await shop.must('schema', 'diff', 'shop.orders#0', 'shop.orders')
    expect(columnsOf(own)).toEqual(['renamed total', 'added note'])
    expect(own.compatibility).toMatchObject({verdict: 'full'})
    const other = await shop.must('schema', 'diff', 'shop.orders', 'shop.copies')
    expect(columnsOf(other)).toEqual(['dropped note', 'type id', 'nullability country'])
    expect(other.compatibility).toMatchObject({
      verdict: 'forward',
      backward: [expect.stringContaining('id has type long'), expect.stringContaining('country may be null')],
    })
    expect(columnsOf(await shop.must('schema', 'diff', 'shop.orders#0', 'shop.orders', '--by-name'))).toEqual([
      'renamed total',
      'added note',
    ])
  })

  test('exits with 1 for a difference when that is asked for', async () => {
    expect(await shop.json('schema', 'diff', 'shop.orders#0', '#1', '--exit-code')).toMatchObject({exit: 1})
    expect(await shop.json('schema', 'diff', 'shop.orders#1', 'shop.orders', '--exit-code')).toMatchObject({
      exit: 0,
      result: {identical: true},
    })
    expect(await shop.json('schema', 'diff', 'shop.orders#0', '#1')).toMatchObject({exit: 0})
  })

  test('compares the places of a table in time and on branches', async () => {
    await shop.must('snapshot', 'tag', 'create', 'shop.orders', 'before', '--yes')
    expect(columnsOf(await shop.must('schema', 'diff', 'shop.orders@before', 'shop.orders'))).toEqual(['renamed total', 'added note'])
    expect(await shop.json('schema', 'diff', 'shop.orders@befor', 'shop.orders')).toMatchObject({
      exit: 2,
      error: {code: 'REF_NOT_FOUND', suggestions: expect.arrayContaining(['before'])},
    })
  })

  test('writes what to review and what to run', async () => {
    const {stdout: markdown} = await shop.type(['schema', 'diff', 'shop.orders#0', 'shop.orders', '--format', 'markdown'])
    expect(markdown).toContain('| total | renamed | amount | total |')
    const {stdout: spark} = await shop.type(['schema', 'diff', 'shop.orders#0', 'shop.orders', '--format', 'sql'])
    expect(spark.trim().split('\n')).toEqual([
      'ALTER TABLE shop.orders RENAME COLUMN `amount` TO `total`;',
      'ALTER TABLE shop.orders ADD COLUMN `note` STRING AFTER `country`;',
    ])
  })
})

describe('schemas in files', () => {
  test('what is exported is read again as the same', async () => {
    const {formats} = await shop.must('schema', 'formats')
    const both = formats.filter(({writes, reads}: {writes: boolean; reads: boolean}) => writes && reads)
    expect(both.length).toBeGreaterThan(3)
    for (const {name, extensions} of both) {
      const file = `orders${extensions[0]}`
      await shop.must('schema', 'export', 'shop.orders', '--format', name, '--output', file)
      expect({name, ...(await shop.must('schema', 'diff', file, 'shop.orders'))}).toMatchObject({name, columns: []})
      expect(await shop.must('schema', 'validate', file, '--against', 'shop.orders')).toMatchObject({fits: true})
      expect((await shop.must('schema', 'evolve', 'shop.orders', '--from', file)).outcome).toBe('nothing-to-do')
    }
  })

  test('a contract is compared with the table that it is of, and not taken for another language of YAML', async () => {
    await shop.must('schema', 'export', 'shop.orders', '--format', 'odcs', '--output', 'contract.odcs.yml')
    const contract = readFileSync(join(shop.cwd, 'contract.odcs.yml'), 'utf8')
    writeFileSync(
      join(shop.cwd, 'contract.odcs.yml'),
      contract.replaceAll('total', 'amount').replace('physicalType: double', 'physicalType: float'),
    )
    const answer = await shop.must('schema', 'diff', 'contract.odcs.yml', 'shop.orders')
    expect(columnsOf(answer)).toEqual(['renamed total', 'type total'])
    writeFileSync(join(shop.cwd, 'datacontract.yaml'), contract)
    expect(await shop.must('schema', 'diff', 'datacontract.yaml', 'shop.orders')).toMatchObject({identical: true})
    writeFileSync(join(shop.cwd, 'contract.yaml'), contract)
    expect(await shop.must('schema', 'diff', 'contract.yaml', 'shop.orders')).toMatchObject({identical: true})
    // Of a name that says nothing else it is first of all a declaration.
    writeFileSync(join(shop.cwd, 'broken.yaml'), 'table: shop.orders\ncolumn: []\n')
    expect(await shop.json('schema', 'diff', 'broken.yaml', 'shop.orders')).toMatchObject({
      exit: 2,
      error: {code: 'SCHEMA_NOT_READABLE', message: expect.stringContaining('it has the key "column", which means nothing there')},
    })
  })

  test('sources of dbt are read from whatever its files are called', async () => {
    for (const [name, dialect] of [
      ['schema.yml', 'spark'],
      ['_sources.yml', 'trino'],
    ] as const) {
      await shop.must('schema', 'export', 'shop.orders', '--format', 'dbt', '--dialect', dialect, '--output', name)
      expect(await shop.must('schema', 'diff', name, 'shop.orders')).toMatchObject({identical: true})
    }
    writeFileSync(join(shop.cwd, 'schema.yml'), 'version: 2\nmodels:\n  - {name: orders, column: [{name: id}]}\n', {flag: 'w'})
    expect(await shop.json('schema', 'diff', 'schema.yml', 'shop.orders')).toMatchObject({
      exit: 2,
      error: {code: 'SCHEMA_NOT_READABLE', message: expect.stringContaining('model 1 has the key "column", which means nothing there')},
    })
  })

  test('columns are made those of a file, and those of another table', async () => {
    await shop.must('table', 'create', 'shop.made', '--schema', 'id: int, old: string')
    const dry = await shop.must('schema', 'evolve', 'shop.made', '--from', 'shop.orders', '--allow-breaking', '--dry-run')
    expect(dry.plan.verdicts.map(({change}: {change: {kind: string}}) => change.kind)).toEqual(['drop', 'type', 'add', 'add', 'add'])
    await shop.must('schema', 'evolve', 'shop.made', '--from', 'shop.orders', '--allow-breaking')
    expect(await shop.must('schema', 'diff', 'shop.made', 'shop.orders')).toMatchObject({columns: []})
  })

  test('an id that was given before is not given again', async () => {
    const iceberg = await shop.must('schema', 'show', 'shop.made', '--format', 'iceberg')
    const schema = JSON.parse(iceberg.content)
    schema.fields.push({id: 2, name: 'again', type: 'string', required: false})
    writeFileSync(join(shop.cwd, 'again.iceberg.json'), JSON.stringify(schema))
    expect(await shop.json('schema', 'evolve', 'shop.made', '--from', 'again.iceberg.json')).toMatchObject({
      exit: 2,
      error: {code: 'IMPOSSIBLE_CHANGE', message: expect.stringMatching(/again has the id 2, which was given before/)},
    })
  })

  test('says what does not fit, and exits with 1', async () => {
    const answer = await shop.json('schema', 'validate', 'shop.orders', 'shop.copies', '--against', 'shop.copies')
    expect(answer).toMatchObject({exit: 1, result: {fits: false}})
    expect(answer.result.sources[1]).toMatchObject({source: 'shop.copies', fits: true, findings: []})
    expect(answer.result.sources[0].findings).toEqual([
      {severity: 'note', column: 'note', why: 'the table has no such column: its values will not be seen'},
      {severity: 'error', column: 'id', why: 'type long cannot be read as int'},
      {severity: 'error', column: 'country', why: 'it may be null, and is required in the table'},
    ])
  })

  test('a file that is not what its name says, or is not there, is told', async () => {
    writeFileSync(join(shop.cwd, 'wrong.avsc'), '<html>')
    for (const argv of [
      ['diff', 'wrong.avsc', 'shop.orders'],
      ['validate', 'wrong.avsc', '--against', 'shop.orders'],
      ['evolve', 'shop.orders', '--from', 'wrong.avsc'],
    ]) {
      expect(await shop.json('schema', ...argv)).toMatchObject({
        exit: 2,
        error: {code: 'SCHEMA_NOT_READABLE', message: expect.stringContaining('wrong.avsc')},
      })
    }
    const deep = `${'ARRAY<'.repeat(50_000)}INT${'>'.repeat(50_000)}`
    writeFileSync(join(shop.cwd, 'deep.sql'), `CREATE TABLE deep (id ${deep})`)
    writeFileSync(
      join(shop.cwd, 'deep.yaml'),
      `table: shop.deep\ncolumns: [{name: id, type: "${deep.toLowerCase().replaceAll('array', 'list')}"}]`,
    )
    for (const name of ['deep.sql', 'deep.yaml']) {
      expect(await shop.json('schema', 'diff', name, 'shop.orders')).toMatchObject({
        exit: 2,
        error: {code: 'SCHEMA_NOT_READABLE', message: expect.stringContaining(name)},
      })
    }
    writeFileSync(join(shop.cwd, 'orders.xlsx'), '')
    expect(await shop.json('schema', 'diff', 'orders.xlsx', 'shop.orders')).toMatchObject({exit: 2, error: {code: 'UNKNOWN_SCHEMA_FORMAT'}})
    expect(await shop.json('schema', 'export', 'shop.orders', '--format', 'avr')).toMatchObject({
      exit: 3,
      error: {code: 'CONTRIBUTION_NOT_FOUND', suggestions: ['Did you mean avro?']},
    })
    expect(await shop.json('schema', 'export', 'shop.orders', '--format', 'avro', '--dialect', 'trino')).toMatchObject({
      exit: 2,
      error: {code: 'INVALID_OPTION'},
    })
    expect(await shop.json('schema', 'export', '--format', 'avro')).toMatchObject({exit: 2})
  })

  test('what a file says and no table can have is told, whatever the file is read for', async () => {
    writeFileSync(join(shop.cwd, 'narrow.sql'), 'CREATE TABLE narrow (id SMALLINT)')
    for (const argv of [
      ['validate', 'narrow.sql', '--against', 'shop.orders'],
      ['evolve', 'shop.orders', '--from', 'narrow.sql', '--dry-run', '--allow-breaking'],
      ['diff', 'narrow.sql', 'shop.orders'],
    ]) {
      const {stderr} = await shop.type(['schema', ...argv])
      expect(stderr).toMatch(/Note: narrow\.sql: .*SMALLINT became int/)
    }
  })

  test('the name of a variant that one format alone has stands for both', async () => {
    const {content} = await shop.must('schema', 'show', 'shop.orders', '--format', 'python', '--library', 'pydantic')
    const short = await shop.must('schema', 'show', 'shop.orders', '--format', 'pydantic')
    expect(short).toMatchObject({format: 'python', content})
    expect(await shop.json('schema', 'show', 'shop.orders', '--format', 'spark')).toMatchObject({
      exit: 2,
      error: {code: 'INVALID_OPTION', suggestions: expect.arrayContaining(['--format sql --dialect spark'])},
    })
    expect(await shop.json('schema', 'show', 'shop.orders', '--format', 'pydantic', '--library', 'zod')).toMatchObject({
      exit: 2,
      error: {code: 'INVALID_OPTION'},
    })
  })

  test('all tables of a namespace go into one file, of formats that have several', async () => {
    const answer = await shop.must('schema', 'export', '--namespace', 'shop', '--format', 'json', '--output', 'all.json')
    expect(answer.tables).toContain('shop.copies')
    expect(JSON.parse(readFileSync(join(shop.cwd, 'all.json'), 'utf8')).tables.length).toBe(answer.tables.length)
    expect(await shop.json('schema', 'export', '--namespace', 'shop', '--format', 'iceberg')).toMatchObject({
      exit: 2,
      error: {code: 'FORMAT_NOT_WRITTEN'},
    })
    expect(await shop.json('schema', 'export', '--namespace', 'nowhere', '--format', 'json')).toMatchObject({
      exit: expect.any(Number),
      error: expect.anything(),
    })
  })

  test('statistics are what manifests count', async () => {
    const answer = await shop.must('schema', 'export', 'shop.orders', '--format', 'json', '--statistics')
    const [{statistics}] = JSON.parse(answer.content).tables
    expect(statistics).toMatchObject({rows: 360})
    expect(statistics.columns).toContainEqual({column: ['id'], values: 360, nulls: 0, lowest: '0', highest: '359'})
  })
})

test('schema history tells when a schema came, as far as the metadata log goes', async () => {
  const lake = emptyFolder()
  await lake.must('namespace', 'create', 's')
  await lake.must(
    'table',
    'create',
    's.t',
    '--schema',
    'id: long',
    '--property',
    'write.metadata.previous-versions-max=2',
    '--property',
    'write.metadata.delete-after-commit.enabled=true',
  )
  for (const name of ['a', 'b', 'c', 'd']) await lake.must('schema', 'evolve', 's.t', '--add', `${name} int`)
  const {versions} = await lake.must('schema', 'history', 's.t')
  expect(versions.map(({since}: {since: number | null}) => since === null)).toEqual([true, true, true, false, false])
})
