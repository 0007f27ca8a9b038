import {spawn} from 'node:child_process'
import {createWriteStream} from 'node:fs'

/**
 * Runs a program to its end and resolves with its output. Rejects, with the end of what it said, when it fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & {inherit?: boolean}} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, {inherit = false, ...options} = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {stdio: inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'], ...options})
    let out = ''
    let all = ''
    child.stdout?.on('data', (chunk) => {
      out += chunk
      all += chunk
    })
    child.stderr?.on('data', (chunk) => {
      all += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out)
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}\n${all.slice(-2000)}`))
    })
  })
}

/** True when the program can be started. */
export async function has(command, args = ['--version']) {
  return run(command, args).then(
    () => true,
    () => false,
  )
}

/**
 * Starts a server in the background, its output in a file, and hands back how to end it. Only the process that was started here
 * is ever ended.
 */
export function background(command, args, {log, ...options}) {
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe'], ...options})
  const file = createWriteStream(log)
  child.stdout.pipe(file, {end: false})
  child.stderr.pipe(file, {end: false})
  const ended = new Promise((resolve) => child.on('close', resolve))
  child.on('error', () => {})
  return {
    child,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(late)
    },
  }
}

/** Asks until the answer is true; rejects when the server ended or the time (ms) is up. */
export async function until(ready, {within, server, what}) {
  const end = Date.now() + within
  let alive = true
  server?.ended.then(() => {
    alive = false
  })
  while (alive && Date.now() < end) {
    if (await ready().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(alive ? `${what} was not ready within ${within} ms` : `${what} ended before it was ready`)
}
