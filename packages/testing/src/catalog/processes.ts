import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict'
import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import type {ContractCase} from '../contribution-cases.js'
import {columnsOf, committing} from './iceberg.js'
import type {CatalogProperties, CatalogUnderTest} from './options.js'
import type {Answer, Job} from './process.js'
import {PROCESS_URL} from './process-url.js'
import {all, type UseScope} from './scope.js'

const PROCESSES = 4
const ROUNDS = 5
/** Less than what S3 lets clocks differ by. Milliseconds. */
const SKEW = 600_000
/** Milliseconds after which a process that was closed and goes on is ended. */
const ENDING = 10_000
/** What Iceberg's Java library lets times in a metadata log go back by. Milliseconds. */
const BACKWARDS = 60_000

/** What becomes of commits by processes that know nothing of each other. */
export function processCases({module, cannot = []}: CatalogUnderTest, using: UseScope): readonly ContractCase[] {
  if (module === undefined || cannot.includes('commit')) return []
  return [
    using('makes one commit of several processes each round, loses none, and lets the processes end', async (scope) => {
      const {lake, properties, newTable} = scope
      const [raced, shared] = [await newTable(), await newTable()]
      const before = columnsOf(await committing(lake).loadTable(raced))
      await withProcesses(module, properties, Array(PROCESSES).fill(0), async (processes) => {
        const winners: string[] = []
        for (let round = 0; round < ROUNDS; round++) {
          await Promise.all(processes.map((one) => one.must({job: 'load', name: raced})))
          const columns = processes.map((_, index) => `r${round}_${index}`)
          const answers = await Promise.all(
            processes.map((one, index) => one.ask({job: 'add-column', name: raced, column: columns[index] ?? ''})),
          )
          for (const {code, message} of answers) ok(code === undefined || code === 'COMMIT_CONFLICT', message)
          winners.push(...columns.filter((_, index) => answers[index]?.code === undefined))
          strictEqual(winners.length, round + 1)
        }
        deepStrictEqual(columnsOf(await committing(lake).loadTable(raced)), [...before, ...winners])

        const keys = processes.map((_, index) => Array.from({length: ROUNDS}, (__, round) => `k${index}_${round}`))
        await Promise.all(processes.map((one, index) => one.must({job: 'set-properties', name: shared, keys: keys[index] ?? []})))
        const {metadata} = await committing(lake).loadTable(shared)
        deepStrictEqual(
          keys.flat().filter((key) => metadata.properties[key] !== 'x'),
          [],
        )
        strictEqual(metadata['metadata-log'].length, keys.flat().length)
      })
      deepStrictEqual(await all(lake.listTables(raced.namespace)), [raced])
    }),
    using('keeps the order of time when clocks differ by minutes', async ({lake, properties, newTable}) => {
      const name = await newTable()
      await withProcesses(module, properties, [SKEW, -SKEW], async ([ahead, behind]) => {
        await ahead?.must({job: 'set-properties', name, keys: ['ahead']})
        await behind?.must({job: 'set-properties', name, keys: ['behind']})
      })
      const {metadata} = await committing(lake).loadTable(name)
      deepStrictEqual([metadata.properties['ahead'], metadata.properties['behind']], ['x', 'x'])
      const times = [...metadata['metadata-log'].map((entry) => entry['timestamp-ms']), metadata['last-updated-ms']]
      for (const [index, time] of times.entries()) ok(time >= (times[index - 1] ?? time) - BACKWARDS, `${times.join(', ')} go back in time`)
    }),
  ]
}

interface Running {
  ask(job: Job): Promise<Answer>
  /** Throws what the process says of its failure. */
  must(job: Job): Promise<void>
}

/** Runs processes that have the catalog open, and sees that each ends by itself once it is closed. */
async function withProcesses(
  module: URL,
  properties: CatalogProperties,
  skews: readonly number[],
  work: (processes: readonly Running[]) => Promise<void>,
): Promise<void> {
  const children = skews.map(() => fork(fileURLToPath(PROCESS_URL), {stdio: ['ignore', 'ignore', 'inherit', 'ipc']}))
  try {
    const processes = children.map(running)
    await Promise.all(processes.map((one, index) => one.must({job: 'open', module: String(module), properties, skew: skews[index] ?? 0})))
    await work(processes)
    const ended = children.map((child) => once(child, 'exit'))
    await Promise.all(processes.map((one) => one.must({job: 'close'})))
    const limit = setTimeout(() => void children.map((child) => child.kill('SIGKILL')), ENDING)
    for (const [code] of await Promise.all(ended)) strictEqual(code, 0, 'a process does not end when its catalog is closed')
    clearTimeout(limit)
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  }
}

function running(child: ChildProcess): Running {
  const ended = once(child, 'exit')
  const ask = async (job: Job): Promise<Answer> => {
    const listening = new AbortController()
    const answered = once(child, 'message', {signal: listening.signal}).then(([answer]) => answer as Answer)
    const early = ended.then(([code]): Answer => ({code: 'ENDED', message: `the process ended with ${code} while it was to ${job.job}`}))
    child.send(job)
    try {
      return await Promise.race([answered, early])
    } finally {
      listening.abort()
    }
  }
  return {
    ask,
    async must(job) {
      const {code, message} = await ask(job)
      if (code !== undefined) throw new Error(`${job.job} in another process failed with ${code}: ${message}`)
    },
  }
}
