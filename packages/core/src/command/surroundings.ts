import {homedir, userInfo} from 'node:os'
import {createInterface} from 'node:readline/promises'
import type {ConfigPlace} from '../config/load.js'
import {interrupted} from './interruption.js'

/** What a command takes from the process that it runs in. A test hands in its own. */
export interface Surroundings extends ConfigPlace {
  /** A person is there to answer: standard input and standard error are terminals. */
  readonly interactive: boolean
  /** The principal without a login: the operating system's user. */
  readonly user: string
  /** Milliseconds since the epoch. */
  now(): number
  /** Asks on standard error. Rejects when the signal is aborted, on Ctrl-C, and when standard input ends. */
  ask(question: string, signal: AbortSignal): Promise<string>
}

/** The real ones. */
export function processSurroundings(): Surroundings {
  return {
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    user: userName(),
    now: Date.now,
    async ask(question, signal) {
      const lines = createInterface({input: process.stdin, output: process.stderr})
      // On a terminal readline takes Ctrl-C and Ctrl-D for itself, and would never answer.
      const gone = new Promise<never>((_, reject) => {
        lines.once('SIGINT', () => reject(interrupted())).once('close', () => reject(interrupted()))
      })
      try {
        return await Promise.race([lines.question(question, {signal}), gone])
      } finally {
        lines.close()
      }
    },
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a user id that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
