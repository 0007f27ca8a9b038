import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {changeProperties, type DataFile, optimize, planScan, scanRecordBatches} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import {standingJava} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const java = standingJava()
afterAll(() => java.close())

const NAME = 'made.measured'
const CONDITIONS = [
  ['name', 'LT', 'b'],
  ['name', 'GT_EQ', 'käse'],
  ['name', 'STARTS_WITH', 'käse-\u{1f680}-1'],
  ['name', 'EQ', 'a rather long name that is cut off 7'],
  ['amount', 'LT', '-0.5'],
  ['amount', 'GT', '-500.5'],
  ['ratio', 'LT_EQ', '1.5'],
  ['price', 'LT', '-4990.00'],
  ['huge', 'GT', '-1234567890123456700.0000000000'],
  ['day', 'LT', '1969-07-01'],
  ['at', 'GT_EQ', '2024-02-20T00:00:00'],
  ['instant', 'LT', '2023-05-01T03:00:00+00:00'],
  ['place.city', 'GT', 'city 8'],
  ['place.zip', 'LT', '17'],
  ['small', 'GT', '-49000'],
] as const

const OPERATIONS: Readonly<Record<string, string>> = {LT: '<', LT_EQ: '<=', GT: '>', GT_EQ: '>=', EQ: '='}

let lake: Lake
let expected: readonly number[] = []
beforeAll(async () => {
  lake = await openLake()
  await java.create(lake, NAME, 2, 6, 80, 'avro')
  expected = await java.count(lake, NAME, CONDITIONS)
})
afterAll(() => closeSound(lake))

/** What Phlo finds under the same conditions. */
async function found(): Promise<readonly number[]> {
  const counts: number[] = []
  for (const [column, operation, value] of CONDITIONS) {
    const where = operation === 'STARTS_WITH' ? `${column} like '${value}%'` : `${column} ${OPERATIONS[operation]} '${value}'`
    let rows = 0
    for await (const batch of scanRecordBatches(await lake.table(NAME), {where, columns: ['id']})) rows += batch.numRows
    counts.push(rows)
  }
  return counts
}

async function metrics(): Promise<readonly DataFile[]> {
  const files: DataFile[] = []
  for await (const {entry} of planScan(await lake.table(NAME))) files.push(entry.dataFile)
  return files
}

const keys = (map: ReadonlyMap<number, unknown> | undefined) => [...(map?.keys() ?? [])].sort((a, b) => a - b)
const FLAT = [...Array.from({length: 16}, (_, index) => index + 1), 20, 21]
const REPEATED = [22, 23, 24]

test.each([
  ['none of any column but one', {default: 'none', 'column.amount': 'full'}, {counted: [5], bounded: [5]}],
  ['counts alone', {default: 'counts'}, {counted: [...FLAT, ...REPEATED], bounded: []}],
  ['bounds of three characters', {default: 'truncate(3)'}, {counted: [...FLAT, ...REPEATED], bounded: FLAT}],
  [
    'whole bounds',
    {default: 'full', 'column.place.city': 'counts'},
    {counted: [...FLAT, ...REPEATED], bounded: FLAT.filter((id) => id !== 20)},
  ],
  [
    'the first seventeen columns',
    {'max-inferred-column-defaults': '17'},
    {counted: [...FLAT.slice(0, 16), 20], bounded: [...FLAT.slice(0, 16), 20]},
  ],
] as const)('files with metrics of %s hold them, and are found by Java and by Phlo as before', async (_, modes, {counted, bounded}) => {
  const table = await lake.table(NAME)
  const all = Object.entries(modes).map(([key, value]) => [`write.metadata.metrics.${key}`, value])
  const set = Object.fromEntries(all)
  const gone = Object.keys(table.properties).filter((key) => key.startsWith('write.metadata.metrics.') && !(key in set))
  await changeProperties(table, {remove: gone, set}, lake.context)
  await lake.run(optimize, NAME, {rewriteAll: true, verify: 'full'})
  const files = await metrics()
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    expect(keys(file.valueCounts)).toEqual(counted)
    expect(keys(file.nullValueCounts)).toEqual(counted)
    // A column of which every value is null has no bounds.
    const possible = bounded.filter((id) => file.nullValueCounts?.get(id) !== file.valueCounts?.get(id))
    expect(keys(file.lowerBounds)).toEqual(possible)
    expect(keys(file.upperBounds)).toEqual(possible)
  }
  expect(await java.count(lake, NAME, CONDITIONS)).toEqual(expected)
  expect(await found()).toEqual(expected)
})
