import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {messageOf} from '@phlo/core'
import {createMergeThreads} from '../../../src/parquet/merge/merge-threads.js'
import {ALL, type FuzzContext, tryCase} from './case.js'
import {startJudges} from './judge.js'
import {smallest} from './smallest.js'

/** So many cases of one seed; or `PHLO_TEST_CASE`, the one of that number, alone. */
const CASES = Number(process.env['PHLO_TEST_CASES'] ?? 2000)
const SEED = Number(process.env['PHLO_TEST_SEED'] ?? 2026)
const ONE = process.env['PHLO_TEST_CASE']
/** While one is judged, the next are made and merged. */
const AT_A_TIME = 4
/** Of a case, on a busy machine. */
const MILLISECONDS = 1000

let context: FuzzContext
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'phlo-fuzz-'))
  context = {judges: startJudges(), threads: createMergeThreads(1, 0), folder, compared: new Map()}
})
afterAll(async () => {
  // What keeps the context from being made is the error to be shown.
  await Promise.all([...Object.values(context?.judges ?? {}).map((judge) => judge.close()), context?.threads.close()])
  if (context) rmSync(context.folder, {recursive: true})
})

test(
  'PyArrow, DuckDB, Iceberg’s Java library and hyparquet read the same values from merged files as were written',
  tryAll,
  Math.max(600_000, CASES * MILLISECONDS),
)

async function tryAll(): Promise<void> {
  const {default: pMap} = await import('p-map')
  const numbers = ONE === undefined ? Array.from({length: CASES}, (_, number) => number) : [Number(ONE)]
  let rows = 0
  const one = async (number: number) => {
    const made = await tryCase(context, {seed: SEED, number}).catch((error: unknown) => Promise.reject(failed(number, error)))
    rows += made.rows
  }
  await pMap(numbers, one, {concurrency: AT_A_TIME}).catch(async (error: FailedCase) => {
    throw new Error(await explained(error), {cause: error.cause})
  })
  if (ONE !== undefined) return
  // Files without a row would show nothing, and neither would judges that read little of them.
  expect(rows / CASES).toBeGreaterThan(20)
  const share = (name: string) => (context.compared.get(name) ?? 0) / (context.compared.get(ALL) ?? 0)
  const idle = Object.values(context.judges).filter(({name}) => !(share(name) > 0.5))
  expect(idle.map(({name}) => `${name} has read ${share(name)} of the columns`)).toEqual([])
}

interface FailedCase extends Error {
  readonly number: number
}

const failed = (number: number, cause: unknown): FailedCase => Object.assign(new Error(`case ${number}`, {cause}), {number})

/** What fails, with as little as it fails with, and how it is tried alone. */
async function explained({number, cause}: FailedCase): Promise<string> {
  const small = await smallest(context, {seed: SEED, number})
  const {columns, files} = small?.number ?? {columns: [], files: []}
  return [
    `Case ${number} of seed ${SEED} fails: ${messageOf(cause)}`,
    small
      ? `With the columns of the field ids ${columns.join(', ')} and the files ${files.join(', ')} alone: ${messageOf(small.error)}`
      : 'It does not fail again.',
    `To try it alone: PHLO_TEST_SEED=${SEED} PHLO_TEST_CASE=${number} npm test -- fuzz`,
  ].join('\n')
}
