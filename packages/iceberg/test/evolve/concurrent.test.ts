import {isDeepStrictEqual} from 'node:util'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import type {SchemaChange} from '@phlo/core'
import {evolve, parseType, type Schema} from '@phlo/iceberg'
import fc from 'fast-check'
import {findingsOf} from '../inspect/checked.js'
import {type Lake, openLake} from '../support/lake.js'
import {raced} from '../support/raced.js'
import {choiceFrom} from './model/choice.js'
import {expectedOf} from './model/expected.js'
import type {GivenChange} from './model/given-change.js'
import {randomChange} from './model/random-change.js'
import {appendRows, randomRow, valuePool} from './model/rows.js'
import {type ModelTable, modelOf, shapeOf, shapeOfTable, withIdsOf} from './model/table.js'

let lake: Lake
let name: string
let model: ModelTable
let next = 0
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['c'], {})
})
afterAll(() => lake.close())
beforeEach(() => create(SCHEMA))

const SCHEMA: Schema = {
  type: 'struct',
  fields: [
    {id: 1, name: 'id', required: true, type: 'long'},
    {id: 2, name: 'a', required: false, type: 'int'},
    {id: 3, name: 'b', required: false, type: 'date'},
    {id: 4, name: 'place', required: true, type: parseType('struct<city: string, zip: int not null>')},
  ],
}
const pool = valuePool(7)

async function create(schema: Schema): Promise<void> {
  const table = `t${next++}`
  const properties = {'format-version': '3', 'commit.retry.min-wait-ms': '1', 'write.parquet.compression-codec': 'uncompressed'}
  await lake.catalog.createTable({namespace: ['c'], name: table}, {schema, properties})
  name = `c.${table}`
  model = modelOf(await lake.table(name))
}

async function append(rows: number, seed: number): Promise<void> {
  const choice = choiceFrom(seed)
  const added = Array.from({length: rows}, () => randomRow(model.columns, pool, choice))
  await appendRows(lake, name, model.columns, added)
  model = {...model, rows: [...model.rows, ...added], hasRows: true}
}

const change = (changes: readonly SchemaChange[]) => lake.run(evolve, name, {changes, allowBreaking: true})

/** Makes changes that somebody else is just before; the error's code, or undefined. */
async function changeAfter(changes: readonly SchemaChange[], somebody: () => Promise<unknown>): Promise<string | undefined> {
  const table = await raced(lake, name, somebody)
  const plan = await evolve.plan(table, {changes, allowBreaking: true}, lake.context)
  return evolve.execute(table, plan, lake.context).then(
    () => undefined,
    ({code, exit}: {code: string; exit: number}) => `${code} ${exit}`,
  )
}

const OUTDATED = 'PLAN_OUTDATED 5'
const add = (...path: readonly string[]): SchemaChange => ({kind: 'add', path, type: 'string', required: false})
const doc = (column: string, text: string): SchemaChange => ({kind: 'doc', path: [column], doc: text})
const require = (column: string): SchemaChange => ({kind: 'nullability', path: [column], required: true})
const partition = (term: string): SchemaChange => ({kind: 'partition-add', term})
const sort = (terms: string): SchemaChange => ({kind: 'sort-order', terms})
const columns = async () => shapeOfTable(await lake.table(name)).schema.fields.map((field) => field.name)

describe('two evolutions at once', () => {
  test.each<[string, SchemaChange, SchemaChange]>([
    ['new columns', add('x'), add('y')],
    ['a new column and one that is renamed', add('x'), {kind: 'rename', path: ['a'], to: 'z'}],
    ['a new field and a column that goes', add('place', 'x'), {kind: 'drop', path: ['b']}],
    ['descriptions of two columns', doc('a', 'left'), doc('b', 'right')],
    ['a partition field and a wider type', partition('bucket(4, id)'), {kind: 'type', path: ['a'], type: 'long'}],
    ['a partition field and a sort order', partition('day(b)'), sort('a desc')],
    ['places of two columns', {kind: 'move', path: ['a'], position: 'first'}, {kind: 'move', path: ['b'], position: 'last'}],
    ['a property and a column', {kind: 'properties', set: {owner: 'me'}, remove: []}, add('x')],
  ])('of %s both land', async (_, left, right) => {
    expect(await changeAfter([left], () => change([right]))).toBeUndefined()
    const [first, second] = [await lake.table(name), shapeOfTable(await lake.table(name))]
    await create(SCHEMA)
    await change([right])
    await change([left])
    expect(second).toEqual(shapeOfTable(await lake.table(name)))
    expect(await findingsOf(lake, first)).toEqual([])
  })

  test.each<[string, SchemaChange, SchemaChange]>([
    ['one column’s description', doc('a', 'left'), doc('a', 'right')],
    ['one column’s type and name', {kind: 'type', path: ['a'], type: 'long'}, {kind: 'rename', path: ['a'], to: 'z'}],
    ['a column that goes', doc('a', 'left'), {kind: 'drop', path: ['a']}],
    ['a struct that goes', {kind: 'rename', path: ['place', 'city'], to: 'town'}, {kind: 'drop', path: ['place']}],
    ['one new name', add('x'), add('x')],
    ['a new name and the name that another column gets', add('x'), {kind: 'rename', path: ['a'], to: 'X'}],
    ['partition fields', partition('bucket(4, id)'), partition('day(b)')],
    ['a partition field and its column', partition('bucket(4, a)'), {kind: 'drop', path: ['a']}],
    ['a column and the partition field of it', {kind: 'drop', path: ['a']}, partition('bucket(4, a)')],
    ['sort orders', sort('a'), sort('b')],
    ['a sort order and its column', sort('a'), {kind: 'rename', path: ['a'], to: 'z'}],
    ['identifiers', {kind: 'identifier', columns: [['id']]}, {kind: 'identifier', columns: [['place', 'zip']]}],
    ['what identifies and its nullability', {kind: 'identifier', columns: [['id']]}, {kind: 'nullability', path: ['id'], required: false}],
    ['nullability and what identifies', {kind: 'nullability', path: ['id'], required: false}, {kind: 'identifier', columns: [['id']]}],
  ])('of %s one lands, and the other hears of it', async (_, left, right) => {
    expect(await changeAfter([left], () => change([right]))).toBe(OUTDATED)
    const [first, second] = [await lake.table(name), shapeOfTable(await lake.table(name))]
    await create(SCHEMA)
    await change([right])
    expect(second).toEqual(shapeOfTable(await lake.table(name)))
    expect(await findingsOf(lake, first)).toEqual([])
  })

  test('of a term whose name is another column’s by then one lands', async () => {
    const others: SchemaChange[] = [
      {kind: 'rename', path: ['a'], to: 'z'},
      {kind: 'rename', path: ['b'], to: 'a'},
    ]
    expect(await changeAfter([partition('bucket(4, a)')], () => change(others))).toBe(OUTDATED)
    expect(await columns()).toEqual(['id', 'z', 'a', 'place'])
  })
})

describe('a column that is required while somebody appends', () => {
  test.each([
    ['is refused when there is a null', true],
    ['is required when there is none', false],
  ])('%s', async (_, isNull) => {
    await append(1, 1)
    const row = new Map(randomRow(model.columns, pool, choiceFrom(2))).set(2, isNull ? null : 5)
    await create(SCHEMA)
    const before = new Map(row).set(2, 1)
    await appendRows(lake, name, model.columns, [before])
    const outcome = await changeAfter([require('a')], () => appendRows(lake, name, model.columns, [row]))
    expect(outcome).toBe(isNull ? OUTDATED : undefined)
    const [, a] = shapeOfTable(await lake.table(name)).schema.fields
    expect(a?.required).toBe(!isNull)
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
  })

  test.each<[string, SchemaChange, boolean]>([
    ['with nulls is refused once it is required', require('a'), true],
    ['without nulls is not', require('a'), false],
    ['is refused once there is a column that nothing was written for', {...add('x'), required: true} as SchemaChange, false],
  ])('and an append %s', async (_, other, isNull) => {
    const row = new Map(randomRow(model.columns, pool, choiceFrom(3))).set(2, isNull ? null : 5)
    const appended = appendRows(await racedLake(() => change([other])), name, model.columns, [row]).then(
      () => undefined,
      ({code}: {code: string}) => code,
    )
    expect(await appended).toBe(isNull || other.kind === 'add' ? 'ROWS_OUTDATED' : undefined)
    expect(await findingsOf(lake, await lake.table(name))).toEqual([])
  })

  test('without a default value in an empty table is refused when there are rows by then', async () => {
    const row = randomRow(model.columns, pool, choiceFrom(4))
    const outcome = await changeAfter([{...add('x'), required: true} as SchemaChange], () => appendRows(lake, name, model.columns, [row]))
    expect(outcome).toBe(OUTDATED)
    expect(await columns()).toEqual(['id', 'a', 'b', 'place'])
  })
})

/** The lakehouse, in which somebody is just before the first commit to the table. */
const racedLake = async (somebody: () => Promise<unknown>): Promise<Lake> => {
  const table = await raced(lake, name, somebody)
  return {...lake, table: async () => table}
}

/** The ids of the columns that a change is about, as far as they are there. */
const isOfOneColumn = (left: GivenChange, right: GivenChange) =>
  'path' in left.change && 'path' in right.change && isDeepStrictEqual(left.change.path, right.change.path)

describe('any two evolutions at once', () => {
  test('both land, one after the other, or one of them alone', async () => {
    const outcomes = {both: 0, one: 0}
    await fc.assert(
      fc.asyncProperty(fc.noBias(fc.nat()), async (seed) => {
        const choice = choiceFrom(seed)
        await create(SCHEMA)
        if (choice.often(0.7)) await append(2, seed)
        const possible = () => {
          for (;;) {
            const given = randomChange(model, pool, choice)
            const {after, isRisky} = expectedOf(model, [given])
            if (after && !isRisky && !isDeepStrictEqual(shapeOf(after), shapeOf(model))) return given
          }
        }
        const [left, right] = [possible(), possible()]
        const code = await changeAfter([left.change], () => change([right.change]))
        const table = await lake.table(name)
        const shape = shapeOfTable(table)
        const matches = (...given: readonly GivenChange[]) => {
          const {after} = expectedOf(model, given)
          return after !== undefined && isDeepStrictEqual(shapeOf(withIdsOf(after, table)), shape)
        }
        const shown = {left: left.change, right: right.change, code, shape}
        if (code === undefined) {
          outcomes.both += 1
          expect({...shown, isSerial: matches(right, left)}).toEqual({...shown, isSerial: true})
          expect({
            ...shown,
            isOfOneColumn: isOfOneColumn(left, right) && left.change.kind !== 'move' && right.change.kind !== 'move',
          }).toEqual({...shown, isOfOneColumn: false})
        } else {
          outcomes.one += 1
          expect({...shown, isRight: matches(right)}).toEqual({...shown, code: OUTDATED, isRight: true})
        }
        expect(await findingsOf(lake, table)).toEqual([])
      }),
      {numRuns: Number(process.env['PHLO_TEST_RUNS'] ?? 150), endOnFailure: true},
    )
    expect(outcomes.both).toBeGreaterThan(outcomes.one)
    expect(outcomes.one).toBeGreaterThan(0)
  })
})
