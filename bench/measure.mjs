import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'

/**
 * Runs a program to its end. The time is the wall clock (ms); the memory is the peak of the program itself (bytes), read from
 * Linux's process table while it runs, and 0 where there is none.
 */
export function runOnce(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint()
    const child = spawn(command, args, {stdio: ['ignore', 'ignore', 'pipe'], ...options})
    let peak = 0
    let errors = ''
    const look = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid))
    }, 20)
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(look)
      const ms = Number(process.hrtime.bigint() - begin) / 1e6
      if (code === 0) resolve({ms, peak})
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors.slice(-2000)}`))
    })
  })
}

function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/**
 * Runs the cases in turn, round after round, so that a machine whose speed drifts is unfair to nobody. `prepare` is not timed.
 *
 * @param {{name: string, prepare?: () => unknown, run: () => Promise<{ms: number, peak: number}>}[]} cases
 */
export async function roundRobin(cases, {rounds, warmUp = 1}) {
  const figures = new Map(cases.map(({name}) => [name, {ms: [], peak: 0}]))
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const {name, prepare, run} of cases) {
      await prepare?.()
      const {ms, peak} = await run()
      if (round < 0) continue
      const figure = figures.get(name)
      figure.ms.push(ms)
      figure.peak = Math.max(figure.peak, peak)
    }
  }
  return figures
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** Prints a table with each case's median and its ratio to the first. */
export function printRatios(title, figures) {
  const [[baseName, base]] = figures
  const against = median(base.ms)
  console.log(`\n${title}`)
  console.log(`${'case'.padEnd(44)} ${'median'.padStart(10)} ${'min'.padStart(10)} ${'peak'.padStart(9)}  ratio to ${baseName}`)
  for (const [name, {ms, peak}] of figures) {
    const memory = peak > 0 ? `${Math.round(peak / 1024 ** 2)} MiB` : ''
    console.log(
      `${name.padEnd(44)} ${`${median(ms).toFixed(0)} ms`.padStart(10)} ${`${Math.min(...ms).toFixed(0)} ms`.padStart(10)} ${memory.padStart(9)}  ${(median(ms) / against).toFixed(2)}`,
    )
  }
}
