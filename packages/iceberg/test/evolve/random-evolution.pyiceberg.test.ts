import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {evolve, judgeChanges, parseType, type Schema} from '@phlo/iceberg'
import fc from 'fast-check'
import {findingsOf} from '../inspect/checked.js'
import {type StandingJudge, standingPyiceberg} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'
import {beyondPyiceberg} from './model/beyond-pyiceberg.js'
import {type Choice, choiceFrom} from './model/choice.js'
import {expectedOf} from './model/expected.js'
import {randomChange} from './model/random-change.js'
import {appendRows, plainRow, randomRow, type ValuePool, valuePool} from './model/rows.js'
import {scanned} from './model/scanned.js'
import {type ModelTable, modelOf, shapeOf, shapeOfTable, withIdsOf} from './model/table.js'

/** 2,000 evolutions in all: as many of each of two format versions. */
const TABLES = Number(process.env['PHLO_TEST_RUNS'] ?? 50)
const STEPS = 20

let lake: Lake
let judge: StandingJudge
let next = 0
beforeAll(async () => {
  lake = await openLake()
  judge = standingPyiceberg()
  await lake.catalog.createNamespace(['e'], {})
})
afterAll(async () => {
  await judge.close()
  await lake.close()
})

const FIRST: Schema = {
  type: 'struct',
  fields: [
    {id: 1, name: 'id', required: true, type: 'long'},
    {id: 2, name: 'count', required: false, type: 'int'},
    {id: 3, name: 'day', required: false, type: 'date', doc: 'when'},
    {id: 4, name: 'place', required: true, type: parseType('struct<city: string, `zip code`: int not null>')},
    {id: 5, name: 'items', required: false, type: parseType('list<struct<price: float, parts: map<string, int>> not null>')},
  ],
}

async function create(version: number): Promise<{readonly name: string; readonly model: ModelTable}> {
  const name = `t${next++}`
  const properties = {'format-version': String(version), 'commit.retry.num-retries': '0'}
  await lake.catalog.createTable({namespace: ['e'], name}, {schema: FIRST, properties})
  return {name: `e.${name}`, model: modelOf(await lake.table(`e.${name}`))}
}

async function append(name: string, model: ModelTable, pool: ValuePool, choice: Choice): Promise<ModelTable> {
  const rows = Array.from({length: 1 + choice.below(3)}, () => randomRow(model.columns, pool, choice))
  await appendRows(lake, name, model.columns, rows)
  return {...model, rows: [...model.rows, ...rows], hasRows: true}
}

/** Makes some random changes, or has them refused; what the table is afterwards, undefined when it is as it was. */
async function evolveAtRandom(name: string, model: ModelTable, pool: ValuePool, choice: Choice): Promise<ModelTable | undefined> {
  const given = [randomChange(model, pool, choice)]
  while (choice.often(0.15)) given.push(randomChange(expectedOf(model, given).after ?? model, pool, choice))
  const changes = given.map(({change}) => change)
  const expected = expectedOf(model, given)
  const before = await lake.table(name)
  const found = await judgeChanges(before, changes, lake.context)
  const verdicts = found.map(({verdict}) => verdict)
  const shown = {changes, columns: shapeOf(model), reasons: found.map(({reasons}) => reasons)}
  if (!expected.after) {
    // Changes that go alone and not together are the fault of one of them.
    expect({...shown, isImpossible: verdicts.includes('impossible')}).toEqual({...shown, isImpossible: true})
    if (expected.verdicts.length === changes.length) expect({...shown, verdicts}).toEqual({...shown, verdicts: expected.verdicts})
    await expect(evolve.plan(before, {changes, allowBreaking: true}, lake.context)).rejects.toMatchObject({
      code: 'IMPOSSIBLE_CHANGE',
      exit: 2,
    })
    expect((await lake.table(name)).metadataLocation).toBe(before.metadataLocation)
    return undefined
  }
  expect({...shown, verdicts}).toEqual({...shown, verdicts: expected.verdicts})
  if (verdicts.includes('breaking')) {
    await expect(evolve.plan(before, {changes}, lake.context)).rejects.toMatchObject({code: 'BREAKING_CHANGE', exit: 6})
    if (expected.isRisky) return undefined
  }
  const {result} = await lake.run(evolve, name, {changes, allowBreaking: verdicts.includes('breaking')})
  const table = await lake.table(name)
  const after = withIdsOf(expected.after, table)
  expect({changes, ...shapeOfTable(table)}).toEqual({changes, ...shapeOf(after)})
  expect(result.schemaId).toBe(table.metadata['current-schema-id'])
  expect(table.metadata['last-column-id']).toBe(after.lastId)
  return after
}

interface Reading {
  readonly expected: readonly string[]
  readonly found: Promise<readonly string[] | string>
  readonly who: string
}

const textsOf = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort()

/** Has the table as it is now read by PyIceberg, and by ourselves now and then and where PyIceberg cannot; the answers are waited for later. */
async function readings(name: string, model: ModelTable, choice: Choice): Promise<readonly Reading[]> {
  const table = await lake.table(name)
  const read = (who: string, path: string, isNullEmpty: boolean): Reading => ({
    expected: textsOf(model.rows.map((row) => plainRow(model.columns, row, {isNullEmpty}))),
    who,
    found: judge.rows(path).then(textsOf, (error: Error) => error.message),
  })
  const isPyiceberg = beyondPyiceberg(model) === undefined
  return [
    ...(isPyiceberg ? [read('PyIceberg', table.metadataLocation, true)] : []),
    ...(isPyiceberg && choice.often(0.8) ? [] : [read('our own scan', await scanned(table, lake.folder), false)]),
  ]
}

describe('any sequence of evolutions, with rows between them', () => {
  test.each([2, 3])('is judged as the model does, and leaves rows that read as in the model: format version %d', async (version) => {
    const pool = valuePool(version)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.noBias(fc.nat()), {minLength: STEPS, maxLength: STEPS}), async (seeds) => {
        let {name, model} = await create(version)
        const all: Reading[] = []
        for (const seed of seeds) {
          const choice = choiceFrom(seed)
          if (choice.often(0.3)) model = await append(name, model, pool, choice)
          const after = await evolveAtRandom(name, model, pool, choice)
          if (!after) continue
          model = after
          if (model.hasRows) all.push(...(await readings(name, model, choice)))
        }
        for (const {who, expected, found} of all) expect({who, rows: await found}).toEqual({who, rows: expected})
        expect(await findingsOf(lake, await lake.table(name))).toEqual([])
      }),
      {numRuns: TABLES, endOnFailure: true},
    )
  })
})
