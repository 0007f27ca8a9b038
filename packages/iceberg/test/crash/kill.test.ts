import {spawn} from 'node:child_process'
import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {expireSnapshots, optimize, vacuum} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import {type Lake, openLake, testContext} from '../support/lake.js'
import {createRowsTable, wholeBatches, worker} from '../support/rows-table.js'

const KILLS = 200
const DAY = 86_400_000
const JOBS = ['append', 'optimize', 'expire', 'vacuum'] as const

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32), so that a failure can be had again. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
}

interface Ended {
  readonly killed: boolean
  /** Milliseconds from its being ready to its end. */
  readonly took: number
  readonly output: string
}

/** Starts a worker and kills it so many milliseconds after it is ready, unless it has ended by then. */
function runAndKill(lake: Lake, args: readonly string[], after: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [worker, lake.uri, lake.folder, ...args], {stdio: ['ignore', 'pipe', 'pipe']})
    let output = ''
    let errors = ''
    let readyAt = 0
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (readyAt > 0 || !output.includes('ready')) return
      readyAt = performance.now()
      setTimeout(() => child.kill('SIGKILL'), after)
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve({killed: signal === 'SIGKILL', took: performance.now() - readyAt, output})
      else reject(new Error(`worker ${args.join(' ')} ended with ${code}: ${errors}`))
    })
  })
}

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
  await createRowsTable(lake)
})
afterAll(() => closeSound(lake))

test(`after kill -9 at ${KILLS} random moments no row is lost, and vacuum finds whatever was left behind`, async () => {
  const random = randomNumbers(20260401)
  const longest = new Map<string, number>(JOBS.map((job) => [job, 150]))
  let expected: readonly number[] = []
  let kills = 0
  for (let round = 0; kills < KILLS; round++) {
    const job = JOBS[round % JOBS.length] as (typeof JOBS)[number]
    const args = job === 'append' ? ['append', '3', String(round * 10)] : [job]
    const {killed, took, output} = await runAndKill(lake, args, random() * 1.2 * (longest.get(job) ?? 0))
    if (killed) kills += 1
    else longest.set(job, took)
    expected = await batchesAfter(expected, job, output, round)
  }
  expect(kills).toBe(KILLS)

  const table = await lake.table('t.rows')
  for (const snapshot of table.metadata.snapshots) await wholeBatches(table, snapshot)
  await lake.run(optimize, 't.rows', {minInputFiles: 2})
  await lake.run(expireSnapshots, 't.rows', {olderThan: 0})
  const later = testContext(() => Date.now() + 2 * DAY)
  const clean = await lake.table('t.rows')
  await vacuum.execute(clean, await vacuum.plan(clean, {olderThan: DAY}, later), later)
  const left = await vacuum.plan(clean, {olderThan: DAY}, later)
  expect({...left, createdAt: ''}).toMatchObject({noop: true, youngFiles: 0, unknownAgeFiles: 0, listedFiles: left.referencedFiles})
  expect(await wholeBatches(clean)).toEqual(expected)
})

/** What the table has to hold now: what it held, and of an append a first part of its three commits, those that it told of at least. */
async function batchesAfter(before: readonly number[], job: string, output: string, round: number): Promise<readonly number[]> {
  const now = await wholeBatches(await lake.table('t.rows'))
  if (job !== 'append') {
    expect({round, batches: now}).toEqual({round, batches: before})
    return now
  }
  const told = [...output.matchAll(/^batch (\d+)$/gm)].length
  const added = now.filter((batch) => !before.includes(batch))
  expect({round, kept: now.filter((batch) => before.includes(batch))}).toEqual({round, kept: before})
  expect(added).toEqual([0, 1, 2].slice(0, added.length).map((batch) => round * 10 + batch))
  expect(added.length).toBeGreaterThanOrEqual(told)
  return now
}
