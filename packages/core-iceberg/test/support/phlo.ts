import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {tableFromArrays, tableToIPC} from 'apache-arrow'

const bin = join(import.meta.dirname, '..', '..', '..', '..', 'node_modules', '.bin')

/** Where Node keeps it by itself. */
const COMPILED = join(tmpdir(), 'node-compile-cache')

export interface Said {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a command prints with --json. */
export interface Document {
  // biome-ignore lint/suspicious/noExplicitAny: every command has a result of its own
  readonly result?: any
  readonly error?: {readonly code: string; readonly message: string; readonly suggestions: readonly string[]}
  readonly warnings: readonly string[]
}

/** Types a command line in a folder, as a user with an empty home would. */
export function shell(cwd: string, line: string, env: Readonly<Record<string, string>> = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', line], {
      cwd,
      // What Node compiled is shared, so that not every home begins without it.
      env: {PATH: `${bin}:${process.env['PATH']}`, HOME: join(cwd, 'home'), NODE_COMPILE_CACHE: COMPILED, ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (exit) => resolve({exit, stdout, stderr}))
  })
}

const quote = (arg: string) => `'${arg.replaceAll("'", `'\\''`)}'`

/** Runs one command of Phlo with --json. */
export async function phlo(cwd: string, ...args: readonly string[]): Promise<Document & {readonly exit: number | null}> {
  const {exit, stdout, stderr} = await shell(cwd, ['phlo', ...args.map(quote), '--json'].join(' '))
  if (stdout.trim() === '') throw new Error(`phlo ${args.join(' ')} printed no document: ${stderr}`)
  return {...(JSON.parse(stdout) as Document), exit}
}

/** The same, and an error of the test when the command fails. */
export async function mustPhlo(cwd: string, ...args: readonly string[]): Promise<Document['result']> {
  const {exit, result, error} = await phlo(cwd, ...args)
  if (exit !== 0) throw new Error(`phlo ${args.join(' ')} exited with ${exit}: ${JSON.stringify(error)}`)
  return result
}

/** An Arrow file with so many rows of the columns of `shop.orders`. */
export function writeOrders(path: string, rows: number, first = 0): string {
  const id = BigInt64Array.from({length: rows}, (_, row) => BigInt(first + row))
  const amount = Float64Array.from({length: rows}, (_, row) => Math.sin(first + row) * 1e6)
  const country = Array.from({length: rows}, (_, row) => ['CH', 'DE', 'FR'][row % 3] as string)
  writeFileSync(path, tableToIPC(tableFromArrays({id, amount, country}), 'file'))
  return path
}

/** A new folder with the embedded lakehouse, and in it `shop.orders` of six commits. */
export async function shop(): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'phlo-shop-'))
  await mustPhlo(cwd, 'namespace', 'create', 'shop')
  await mustPhlo(
    cwd,
    'table',
    'create',
    'shop.orders',
    '--schema',
    'id: long, amount: double, country: string',
    '--partition-by',
    'country',
  )
  for (let commit = 0; commit < 6; commit++) {
    await mustPhlo(cwd, 'table', 'append', 'shop.orders', writeOrders(join(cwd, 'orders.arrow'), 60, commit * 60))
  }
  return cwd
}

/** The same, to be had again as it was: its paths are absolute, so that it goes back to where it was made. */
export async function savedShop(): Promise<{readonly restore: () => string}> {
  const cwd = await shop()
  const copy = mkdtempSync(join(tmpdir(), 'phlo-saved-shop-'))
  cpSync(cwd, copy, {recursive: true})
  return {
    restore() {
      rmSync(cwd, {recursive: true})
      cpSync(copy, cwd, {recursive: true})
      return cwd
    },
  }
}

/** The paths below a folder, with a digest of each file: what must not change. Files that SQLite keeps beside a database do not count. Nor does what Node keeps of what it compiled. */
export function treeOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(
    (name) => statSync(join(folder, name)).isFile() && !/-(?:wal|shm)$|\.cache\/phlo\/compiled\//.test(name),
  )
  return Object.fromEntries(
    files.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  )
}
