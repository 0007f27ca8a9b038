import {spawn} from 'node:child_process'
import {treeMemory} from './tree-memory.mjs'

const ROUNDS = 5
const LIMIT_SECONDS = 100
const LOOK_EVERY_MS = 20

/** How many rounds are measured: five, or what BENCH_ROUNDS says. */
export const rounds = (standard = ROUNDS) => Number(process.env.BENCH_ROUNDS ?? standard)

/** After how many seconds a case is not begun again, since the largest tables take some of the peers minutes; BENCH_LIMIT says another. */
export const limitSeconds = (standard = LIMIT_SECONDS) => Number(process.env.BENCH_LIMIT ?? standard)

/**
 * Runs a program to its end. `ms` is the wall clock of the whole process, `peak` the memory (bytes) of it and of what it started.
 * With `tells` the program ends what it prints with a line `{"ms": …}`, the time of the work without the start: that is `call`.
 *
 * @param {{tells?: boolean, input?: string} & import('node:child_process').SpawnOptions} [options] `input` goes to its standard input.
 */
export function runOnce(command, args, {tells = false, input, ...options} = {}) {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint()
    const stdio = [input === undefined ? 'ignore' : 'pipe', tells ? 'pipe' : 'ignore', 'pipe']
    const child = spawn(command, args, {stdio, ...options})
    let [peak, output, errors] = [0, '', '']
    const look = setInterval(() => {
      peak = Math.max(peak, treeMemory(child.pid))
    }, LOOK_EVERY_MS)
    child.stdin?.end(input)
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(look)
      const ms = Number(process.hrtime.bigint() - begin) / 1e6
      if (code !== 0) return reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${endsOf(errors)}`))
      return resolve({ms, peak, ...(tells && {call: JSON.parse(output.trimEnd().split('\n').at(-1)).ms})})
    })
  })
}

/** What went wrong may stand first or last. */
export const endsOf = (text) => (text.length <= 3000 ? text : `${text.slice(0, 1500)}\n…\n${text.slice(-1500)}`)

/**
 * Runs the cases in turn, round after round, so that a machine whose speed drifts is unfair to nobody. `prepare` is not timed. A case
 * that fails is told of and left out from then on; one that has taken `limit` seconds in the rounds is not begun again. `check` is not timed
 * either, and throws where the work was not done.
 *
 * @param {{name: string, prepare?: () => unknown, run: () => Promise<{ms?: number, call?: number, peak: number}>, check?: () => unknown}[]} cases
 */
export async function roundRobin(cases, {rounds: count = rounds(), warmUp = 0, limit = limitSeconds()} = {}) {
  const figures = new Map(cases.map(({name}) => [name, {ms: [], calls: [], spent: 0, peak: 0}]))
  for (let round = -warmUp; round < count; round += 1) {
    for (const {name, prepare, run, check} of cases) {
      const figure = figures.get(name)
      if (figure.failed || figure.spent > limit * 1000) continue
      await prepare?.()
      const measured = async () => {
        const result = await run()
        await check?.()
        return result
      }
      const result = await measured().catch((error) => {
        figure.failed = true
        console.error(`${name} failed: ${error.message}`)
      })
      if (result && round >= 0) add(figure, result)
    }
  }
  return figures
}

function add(figure, {ms, call, peak}) {
  if (ms !== undefined) figure.ms.push(ms)
  if (call !== undefined) figure.calls.push(call)
  figure.spent += ms ?? call
  figure.peak = Math.max(figure.peak, peak)
}

/** The figures of the work alone, of the cases that tell it. */
export const callsOf = (figures) =>
  new Map([...figures].filter(([, {calls}]) => calls.length > 0).map(([name, figure]) => [name, {...figure, ms: figure.calls}]))

/** Undefined of no values. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return lower === undefined ? undefined : (lower + upper) / 2
}
