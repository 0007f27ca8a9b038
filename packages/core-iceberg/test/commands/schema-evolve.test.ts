import {beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {emptyFolder, openShop, type Shop} from '../support/in-process.js'

interface Row {
  readonly column: string
  readonly type: string
  readonly required: boolean
  readonly id: number
}
let shop: Shop
const columns = async (): Promise<readonly string[]> =>
  (await shop.must('schema', 'show', 'shop.orders')).columns.map(
    ({id, column, type, required}: Row) => `${id} ${column} ${type}${required ? ' not null' : ''}`,
  )

const evolve = (...flags: readonly string[]) => shop.json('schema', 'evolve', 'shop.orders', ...flags)

describe('schema evolve', () => {
  beforeEach(async () => {
    shop = await openShop()
  })

  test('makes several changes in one commit, in the order in which they are written', async () => {
    await shop.must(
      'schema',
      'evolve',
      'shop.orders',
      '--allow-breaking',
      '--add',
      "place struct<city: string, zip: int not null> comment 'where it goes' after id",
      '--add',
      'place.street string first',
      '--rename',
      'amount=total',
      '--type',
      'place.zip=long',
      '--comment',
      'total=in euros',
      '--move',
      'country first',
    )
    expect(await columns()).toEqual([
      '3 country string',
      '1 id long',
      '4 place struct',
      '7 place.street string',
      '5 place.city string',
      '6 place.zip long not null',
      '2 total double',
    ])
    const {versions} = await shop.must('schema', 'history', 'shop.orders')
    expect(versions).toHaveLength(2)
    expect(versions[1]).toMatchObject({schemaId: 1, current: true, snapshotId: null})
    expect(versions[1].since).toBeGreaterThanOrEqual(versions[0].since)
  })

  test('leaves all rows as they were, and the table as it should be', async () => {
    await shop.must('schema', 'evolve', 'shop.orders', '--add', 'note string', '--rename', 'amount=total', '--allow-breaking')
    const {data} = await shop.must('table', 'scan', 'shop.orders', '--where', 'id = 7')
    expect(data).toEqual([expect.objectContaining({id: expect.anything(), total: expect.anything(), note: null})])
    expect(await shop.must('table', 'check', 'shop.orders', '--data')).toMatchObject({findings: []})
    await shop.must('table', 'optimize', 'shop.orders', '--yes')
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 360})
  })

  test('says in a dry run what each change means, and changes nothing', async () => {
    const before = shop.tree()
    const {stdout, exitCode} = await shop.type([
      'schema',
      'evolve',
      'shop.orders',
      '--add',
      'note string',
      '--drop',
      'amount',
      '--allow-breaking',
      '--dry-run',
    ])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('safe        add note string')
    expect(stdout).toContain('breaking    drop amount')
    expect(stdout).toContain('Queries and writers that name amount fail')
    expect(shop.tree()).toEqual(before)
  })

  test('shows what breaks something in a dry run also when nobody allowed it, and exits as the refusal does', async () => {
    const before = shop.tree()
    const shown = await shop.type(['schema', 'evolve', 'shop.orders', '--add', 'note string', '--drop', 'amount', '--dry-run'])
    expect(shown).toMatchObject({
      exitCode: 6,
      stdout: expect.stringMatching(/safe {8}add note string\n.*\nbreaking {4}drop amount/),
      stderr: expect.stringContaining('refused without --allow-breaking'),
    })
    const harmless = await shop.type(['schema', 'evolve', 'shop.orders', '--add', 'note string', '--dry-run'])
    expect(harmless.exitCode).toBe(0)
    expect(shop.tree()).toEqual(before)
  })

  test('refuses what breaks something unless it is allowed', async () => {
    const before = shop.tree()
    expect(await evolve('--drop', 'amount')).toMatchObject({exit: 6, error: {code: 'BREAKING_CHANGE', suggestions: ['--allow-breaking']}})
    expect(await evolve('--rename', 'amount=total')).toMatchObject({exit: 6, error: {code: 'BREAKING_CHANGE'}})
    expect(await evolve('--require', 'id')).toMatchObject({exit: 6, error: {code: 'BREAKING_CHANGE'}})
    expect(shop.tree()).toEqual(before)
    expect(await evolve('--require', 'id', '--identifier', 'id', '--allow-breaking')).toMatchObject({exit: 0})
    expect(await columns()).toContain('1 id long not null')
  })

  test('looks for nulls before a column is required', async () => {
    await shop.must('schema', 'evolve', 'shop.orders', '--add', 'note string')
    await shop.append(3, 1000)
    const refusal = await evolve('--require', 'note', '--allow-breaking')
    expect(refusal).toMatchObject({
      exit: 2,
      error: {code: 'IMPOSSIBLE_CHANGE', message: expect.stringMatching(/note has 363 nulls in \d+ live data files/)},
    })
  })

  test('changes partitions and the sort order for new files, and takes back a field with its old id', async () => {
    await shop.must(
      'schema',
      'evolve',
      'shop.orders',
      '--partition-add',
      'bucket(4, id)',
      '--partition-drop',
      'country',
      '--sort-order',
      'id desc',
    )
    expect(await shop.must('table', 'show', 'shop.orders')).toMatchObject({partitionSpec: 'bucket[4](id)', sortOrder: 'id desc nulls last'})
    await shop.append(30, 1000)
    expect(await shop.must('table', 'check', 'shop.orders', '--data')).toMatchObject({findings: []})
    await shop.must('schema', 'evolve', 'shop.orders', '--partition-add', 'country', '--sort-order', '')
    expect(await shop.must('table', 'show', 'shop.orders')).toMatchObject({partitionSpec: 'bucket[4](id), country', sortOrder: ''})
  })

  test('keeps default values for old and new rows in format version 3', async () => {
    await shop.must('table', 'upgrade', 'shop.orders', '--format-version', '3', '--yes')
    await shop.must(
      'schema',
      'evolve',
      'shop.orders',
      '--add',
      'status string not null default new',
      '--add',
      'n long default 9007199254740993',
    )
    const {data} = await shop.must('table', 'scan', 'shop.orders', '--limit', '1')
    expect(data[0]).toMatchObject({status: 'new', n: '9007199254740993'})
    await shop.must('schema', 'evolve', 'shop.orders', '--default', 'n=5', '--drop-default', 'status', '--allow-breaking')
    const shown = await shop.must('schema', 'show', 'shop.orders')
    expect(shown.columns.map(({default: value}: {default: string | null}) => value)).toEqual([null, null, null, 'new', '5'])
  })

  test('is applied from a saved plan, beside changes of other columns and not of the same', async () => {
    await shop.must('schema', 'evolve', 'shop.orders', '--rename', 'amount=total', '--allow-breaking', '--plan-out', 'rename.json')
    await shop.must('schema', 'evolve', 'shop.orders', '--rename', 'amount=price', '--allow-breaking', '--plan-out', 'other.json')
    await shop.must('schema', 'evolve', 'shop.orders', '--add', 'note string')
    await shop.must('table', 'apply', 'rename.json', '--yes')
    expect(await columns()).toEqual(['1 id long', '2 total double', '3 country string', '4 note string'])
    expect(await shop.json('table', 'apply', 'other.json', '--yes')).toMatchObject({exit: 5, error: {code: 'PLAN_OUTDATED'}})
    expect(await columns()).toContain('2 total double')
  })

  test('keeps to names with dots, blanks and backquotes', async () => {
    await shop.must('schema', 'evolve', 'shop.orders', '--add', '`a.b` struct<`c d`: int>', '--add', '`a.b`.`e``f` int')
    expect(await columns()).toEqual(expect.arrayContaining(['4 `a.b` struct', '5 `a.b`.`c d` int', '6 `a.b`.`e``f` int']))
    await shop.must('schema', 'evolve', 'shop.orders', '--drop', '`a.b`.`c d`', '--allow-breaking')
    expect(await columns()).not.toContain('5 `a.b`.`c d` int')
  })

  test('changes a name mapping along', async () => {
    const mapping = JSON.stringify([
      {'field-id': 1, names: ['id']},
      {'field-id': 2, names: ['amount']},
      {'field-id': 3, names: ['country']},
    ])
    await shop.must(
      'table',
      'properties',
      'shop.orders',
      '--set',
      `schema.name-mapping.default=${mapping}`,
      '--set',
      'write.metadata.metrics.column.amount=full',
    )
    await shop.must('schema', 'evolve', 'shop.orders', '--rename', 'amount=total', '--add', 'amount int', '--allow-breaking')
    const {properties} = await shop.must('table', 'show', 'shop.orders')
    expect(JSON.parse(properties['schema.name-mapping.default'])).toEqual([
      {'field-id': 1, names: ['id']},
      {'field-id': 3, names: ['country']},
      {'field-id': 2, names: ['total']},
      {'field-id': 4, names: ['amount']},
    ])
    expect(properties['write.metadata.metrics.column.total']).toBe('full')
  })
})

test('schema evolve of an empty table may require whatever it likes', async () => {
  const empty = emptyFolder()
  await empty.must('namespace', 'create', 's')
  await empty.must('table', 'create', 's.t', '--schema', 'id: long')
  await empty.must('schema', 'evolve', 's.t', '--require', 'id', '--add', 'n int not null', '--identifier', 'id,n')
  expect((await empty.must('schema', 'show', 's.t')).columns).toMatchObject([
    {column: 'id', required: true, uses: ['identifier']},
    {column: 'n', required: true, uses: ['identifier']},
  ])
})

describe('schema evolve refuses', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  const evolve = (...flags: readonly string[]) => shop.json('schema', 'evolve', 'shop.orders', ...flags)

  const impossible: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a column that is not there', ['--drop', 'amout'], /no column amout.*Did you mean amount/],
    ['a name that is taken', ['--add', 'amount int'], /There is a column amount already/],
    ['a name that differs in case only', ['--rename', 'id=AMOUNT'], /differs in case only/],
    ['a type that is no wider one', ['--type', 'id=int'], /has type long, which cannot become int/],
    ['a required column without a default', ['--add', 'n int not null'], /cannot be required without a default value/],
    ['a default value in format version 2', ['--add', 'n int default 1'], /needs format version 3/],
    ['a partition column that goes', ['--drop', 'country'], /partition field country.*--partition-drop country/],
    ['an identifier that is optional', ['--identifier', 'id'], /cannot identify rows: it is optional/],
    ['a partition field that is there', ['--partition-add', 'country'], /partitioned by country already/],
    ['a partition field that is not there', ['--partition-drop', 'bucket(4, id)'], /not partitioned by bucket\(4, id\): there is country/],
  ]
  test.each(impossible)('%s, and changes nothing', async (_, flags, message) => {
    const before = shop.tree()
    const answer = await evolve(...flags, '--allow-breaking')
    expect(answer).toMatchObject({exit: 2})
    expect(answer.error?.message).toMatch(message)
    expect(shop.tree()).toEqual(before)
  })

  test.each([
    ['a type that does not parse', ['--add', 'n strng'], 'INVALID_TYPE', /expected a type at character 1/],
    ['a type that is cut', ['--add', 'n list<int'], 'INVALID_TYPE', /expected ">" at character 9/],
    ['an option that is none', ['--add', 'n int nullable'], 'INVALID_COLUMN', /expected not null, default, .* at character 7/],
    ['a rename without a name', ['--rename', 'amount'], 'INVALID_COLUMN', /expected a column and a name/],
    ['a path that is none', ['--drop', 'a..b'], 'INVALID_COLUMN', /not the name of a column/],
    ['no change', [], 'NOTHING_TO_CHANGE', /No change of shop\.orders/],
  ])('%s, and tells where it is', async (_, flags, code, message) => {
    const answer = await evolve(...flags)
    expect(answer).toMatchObject({exit: 2, error: {code, message: expect.stringMatching(message)}})
  })
})
