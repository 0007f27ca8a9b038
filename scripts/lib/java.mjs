import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {run} from './run.mjs'

const INSTALLED = '/usr/lib/jvm'

/**
 * The first Java whose version suits: that of JAVA_HOME, that of the path, those where Linux keeps them.
 *
 * @param {(version: number) => boolean} suits
 * @param {string} needed what is missing without it, for the error
 */
export async function javaOf(suits, needed) {
  const installed = existsSync(INSTALLED) ? readdirSync(INSTALLED).map((entry) => join(INSTALLED, entry, 'bin', 'java')) : []
  const own = process.env.JAVA_HOME ? [join(process.env.JAVA_HOME, 'bin', 'java')] : []
  for (const command of [...own, 'java', ...installed]) {
    const said = await run(command, ['--version']).catch(() => '')
    if (suits(Number(/ (\d+)/.exec(said)?.[1] ?? 0))) return command
  }
  throw new Error(`${needed} is not installed`)
}
