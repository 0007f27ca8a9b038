import {readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {Config, run} from '@oclif/core'
import {messageOf} from '@phlo/core'
import type {Surroundings} from '@phlo/core/command'

/** The world that a command runs in; what is left out is empty, so that no test depends on the machine. */
export interface RunOptions {
  /** Nothing of the process's own environment gets in. */
  readonly env?: Readonly<Record<string, string>>
  /** Absolute. Default: the system's folder for temporary files. */
  readonly cwd?: string
  /** Absolute. Default: a folder that does not exist. */
  readonly home?: string
  /** A person's answers to the questions, in order. Without this there is no terminal, and nobody to ask. */
  readonly stdin?: readonly string[]
  /** Default: `src`, for a test runner that reads TypeScript; `dist` runs what was built. */
  readonly from?: 'src' | 'dist'
  /** Folders of packages that are installed beside this one. */
  readonly plugins?: readonly string[]
  /** Milliseconds since the epoch. Default: the real clock. */
  readonly now?: () => number
}

/** What a command left behind. */
export interface CommandOutcome {
  readonly stdout: string
  readonly stderr: string
  /** What `run` returned. */
  readonly result: unknown
  /** What it threw. */
  readonly error: unknown
  readonly exitCode: number
}

/**
 * Runs a command of the package in `root` in this process, from its source (`./src`, not `./dist`), the way the host would: flags,
 * `--json`, help and exit codes included. Run one at a time: standard output and the exit code are the process's own.
 *
 * @example
 * const {stdout, exitCode} = await runCommand(root, ['hello', 'world', '--json'])
 */
export async function runCommand(root: string, argv: readonly string[], options: RunOptions = {}): Promise<CommandOutcome> {
  const config = await loadPackage(root, options.from ?? 'src', options.plugins ?? [], surroundingsOf(options))
  const exitBefore = process.exitCode
  process.exitCode = undefined
  const stdout = capture(process.stdout)
  const stderr = capture(process.stderr)
  let result: unknown
  let error: unknown
  try {
    result = await run([...argv], config)
  } catch (thrown) {
    error = thrown
  } finally {
    stdout.restore()
    stderr.restore()
  }
  const exitCode = exitOf(error) ?? Number(process.exitCode ?? 0)
  process.exitCode = exitBefore
  return {stdout: stdout.text(), stderr: stderr.text(), result, error: error && exitCode === 0 ? undefined : error, exitCode}
}

async function loadPackage(root: string, from: 'src' | 'dist', plugins: readonly string[], surroundings: Surroundings): Promise<Config> {
  const pjson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const adjusted = {...pjson, oclif: JSON.parse(JSON.stringify(pjson.oclif ?? {}).replaceAll('"./dist/', `"./${from}/`))}
  // oclif loads the configuration anew from its options, so the surroundings travel in them.
  const options = {root, pjson: adjusted, userPlugins: false, devPlugins: false, ignoreManifest: true, surroundings}
  const config = await Config.load(options)
  for (const plugin of plugins) {
    const other = await loadPackage(plugin, from, [], surroundings)
    for (const found of other.getPluginsList()) if (!config.plugins.has(found.name)) config.plugins.set(found.name, found)
  }
  return config
}

function surroundingsOf(options: RunOptions): Surroundings {
  const answers = [...(options.stdin ?? [])]
  return {
    env: options.env ?? {},
    cwd: options.cwd ?? tmpdir(),
    home: options.home ?? join(tmpdir(), 'phlo-test-without-a-home'),
    interactive: options.stdin !== undefined,
    user: 'tester',
    now: options.now ?? Date.now,
    async ask(question) {
      process.stderr.write(question)
      const answer = answers.shift()
      if (answer === undefined) throw new Error(`The test has no answer to: ${question}`)
      return answer
    },
  }
}

function capture(stream: NodeJS.WriteStream) {
  const write = stream.write
  let written = ''
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    written += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    const done = rest.find((argument) => typeof argument === 'function')
    if (done) done()
    return true
  }
  return {
    text: () => stripVTControlCharacters(written),
    restore: () => {
      stream.write = write
    },
  }
}

function exitOf(error: unknown): number | undefined {
  if (error === undefined) return undefined
  const oclif = typeof error === 'object' && error !== null && 'oclif' in error ? error.oclif : undefined
  const exit = typeof oclif === 'object' && oclif !== null && 'exit' in oclif ? oclif.exit : undefined
  return typeof exit === 'number' ? exit : messageOf(error) === 'EEXIT: 0' ? 0 : 1
}
