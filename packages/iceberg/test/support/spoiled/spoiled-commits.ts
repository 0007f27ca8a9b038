import {spawn} from 'node:child_process'
import {expect, test} from '@jest/globals'
import type {TableName} from '@phlo/core'
import {type IcebergTable, scanRecordBatches, vacuum} from '@phlo/iceberg'
import {testContext} from '../lake.js'
import {randomFrom} from '../random.js'

const KILLS = 50
const CUTS = 50
const DAY = 86_400_000
const JOBS = ['append', 'optimize', 'append', 'expire', 'vacuum'] as const
const ROWS = 50

interface Opened {
  getTable(name: TableName, options?: {readonly ref?: string}): Promise<IcebergTable>
  close(): Promise<void>
}

/** A catalog on which commits are spoiled, with an empty table of the columns `batch` and `id`. */
export interface SpoiledCatalog {
  readonly lake: Opened
  readonly table: TableName
  /** A program that does one job, and what it is given before that: support/spoiled/jobs.mjs. */
  readonly worker: readonly string[]
  /** What vacuum needs to be told on this catalog. */
  readonly vacuum: {readonly defaultCutoff?: string}
  /** Keeps what the table holds now under a name. */
  tag(name: string): Promise<void>
  /** Opens the same catalog, without repetitions, through a proxy that may end the connection after so many bytes of an answer. */
  through(spoil: () => {readonly resetAfter: number} | undefined, work: (lake: Opened) => Promise<void>): Promise<void>
}

/** Ends processes and connections at a hundred random moments of their work, and looks after each at what the table holds. */
export function spoiledCommits(open: () => Promise<SpoiledCatalog>): void {
  test(`after kill -9 at ${KILLS} random moments no commit is lost, and no file that is referred to`, async () => {
    const catalog = await open()
    const random = randomFrom(20260402)
    const history = historyOf(catalog)
    const longest = new Map<string, number>()
    let kills = 0
    for (let round = 0; kills < KILLS; round++) {
      const job = JOBS[round % JOBS.length] as (typeof JOBS)[number]
      const first = round * 10
      const args = job === 'append' ? [job, String(first)] : [job]
      // How long each takes is seen first.
      const known = longest.get(job)
      const {killed, took, output} = await runAndKill([...catalog.worker, ...args], known && random() * 1.1 * known)
      if (killed) kills += 1
      else longest.set(job, took)
      const told = [...output.matchAll(/^batch \d+$/gm)].length
      await history.after(round, job === 'append' ? [first, first + 1, first + 2] : [], told)
    }
    await history.isSound()
    await catalog.lake.close()
  })

  test(`after ${CUTS} connections that were cut at random requests no commit is lost, and none is made twice`, async () => {
    const catalog = await open()
    const random = randomFrom(20260403)
    const {appendBatch, once, quietContext} = await import('./jobs.mjs')
    const history = historyOf(catalog)
    let [asked, at, cuts] = [0, -1, 0]
    const spoil = () => {
      if (at < 0 || asked++ !== at) return undefined
      cuts += 1
      return {resetAfter: Math.floor(random() * 40)}
    }
    await catalog.through(spoil, async (lake) => {
      const spoiled = {getTable: () => lake.getTable(catalog.table)}
      for (let round = 0; cuts < CUTS; round++) {
        const job = JOBS[round % JOBS.length] as (typeof JOBS)[number]
        asked = 0
        at = Math.floor(random() * (job === 'vacuum' ? 40 : 5))
        const done = job === 'append' ? appendBatch(spoiled, round, quietContext()) : once(spoiled, job, catalog.vacuum)
        const isDone = await done.then(
          () => true,
          (error: {readonly code?: string}) => {
            expect(error.code).toMatch(/^(CATALOG_UNAVAILABLE|COMMIT_STATE_UNKNOWN|PLAN_OUTDATED|NEIGHBOUR_UNKNOWN)$/)
            return false
          },
        )
        at = -1
        await history.after(round, job === 'append' ? [round] : [], job === 'append' && isDone ? 1 : 0)
      }
    })
    await history.isSound()
    await catalog.lake.close()
  })
}

/** What the table has to hold, and each tag that was made on the way. */
function historyOf({lake, table, tag, vacuum: needed}: SpoiledCatalog) {
  const tags = new Map<string, readonly number[]>()
  const begun = new Set<number>()
  let expected: readonly number[] = []

  /** Reads the table at a reference, makes sure that every batch is whole, and returns the batches in ascending order. */
  const batchesAt = async (ref?: string): Promise<readonly number[]> => {
    const ids = new Map<number, Set<number>>()
    for await (const rows of scanRecordBatches(await lake.getTable(table, ref === undefined ? {} : {ref}), {})) {
      for (let row = 0; row < rows.numRows; row++) {
        const batch = Number(rows.getChild('batch')?.get(row))
        const seen = ids.get(batch) ?? new Set()
        expect(seen.has(Number(rows.getChild('id')?.get(row)))).toBe(false)
        ids.set(batch, seen.add(Number(rows.getChild('id')?.get(row))))
      }
    }
    for (const [batch, {size}] of ids) expect({batch, rows: size}).toEqual({batch, rows: ROWS})
    return [...ids.keys()].sort((one, other) => one - other)
  }
  return {
    /** The table holds what it held, and of what was to be added those that were told of at least. */
    async after(round: number, added: readonly number[], told: number): Promise<void> {
      for (const batch of added) begun.add(batch)
      const now = await batchesAt()
      expect(now.filter((batch) => expected.includes(batch))).toEqual(expected)
      // A server may do what it was asked after whoever asked has ended.
      expect(now.filter((batch) => !begun.has(batch))).toEqual([])
      expect(now).toEqual(expect.arrayContaining(added.slice(0, told)))
      expected = now
      if (round % 7 !== 3 || now.length === 0) return
      const name = `tag${round}${crypto.randomUUID().slice(0, 8)}z`
      await tag(name)
      tags.set(name, now)
    },
    /** Every tag reads what it held, and whatever was left behind goes without harm to any. */
    async isSound(): Promise<void> {
      const later = testContext(() => Date.now() + 2 * DAY)
      const options = {olderThan: DAY, ...needed}
      const opened = await lake.getTable(table)
      await vacuum.execute(opened, await vacuum.plan(opened, options, later), later)
      const left = await vacuum.plan(await lake.getTable(table), options, later)
      expect({...left, createdAt: ''}).toMatchObject({noop: true, youngFiles: 0, unknownAgeFiles: 0, listedFiles: left.referencedFiles})
      expect(await batchesAt()).toEqual(expect.arrayContaining([...expected]))
      expect(tags.size).toBeGreaterThan(3)
      for (const [name, batches] of tags) expect({name, batches: await batchesAt(name)}).toEqual({name, batches})
    },
  }
}

interface Ended {
  readonly killed: boolean
  /** Milliseconds from its being ready to its end. */
  readonly took: number
  readonly output: string
}

/** Starts a process and kills it so many milliseconds after it is ready, unless it has ended by then, or is to end by itself. */
function runAndKill(args: readonly string[], after: number | undefined): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'pipe']})
    let [output, errors, readyAt] = ['', '', 0]
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (readyAt > 0 || !output.includes('ready')) return
      readyAt = performance.now()
      if (after !== undefined) setTimeout(() => child.kill('SIGKILL'), after)
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve({killed: signal === 'SIGKILL', took: performance.now() - readyAt, output})
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${errors}`))
    })
  })
}
