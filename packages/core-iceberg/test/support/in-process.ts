import {mkdtempSync, utimesSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {type CommandOutcome, type RunOptions, runCommand} from '@phlo/testing'
import {type Document, treeOf, writeOrders} from './phlo.js'

const root = join(import.meta.dirname, '..', '..')

/** A folder with a lakehouse, in which commands run in this process, from their source. */
export interface Shop {
  readonly cwd: string
  /** Runs one command as a person without a terminal types it; `stdin` are the answers of one who has. */
  type(argv: readonly string[], options?: RunOptions): Promise<CommandOutcome>
  /** The same with --json: the document that it prints, and its exit code. */
  json(...argv: readonly string[]): Promise<Document & {readonly exit: number}>
  /** The result of a command that has to succeed. */
  must(...argv: readonly string[]): Promise<Document['result']>
  /** The paths of the live data files. */
  files(): Promise<readonly string[]>
  /** Every file of the lakehouse, with a digest: what a dry run must not change. */
  tree(): Readonly<Record<string, string>>
  /** Appends so many rows to shop.orders, in one commit. */
  append(rows: number, first: number): Promise<void>
}

/** A new folder with nothing in it. What other packages contribute comes from `plugins`, their folders. */
export function emptyFolder(plugins: readonly string[] = []): Shop {
  const cwd = mkdtempSync(join(tmpdir(), 'phlo-commands-'))
  const type = (argv: readonly string[], options: RunOptions = {}) =>
    runCommand(root, argv, {cwd, home: join(cwd, 'home'), plugins, ...options})
  const json = async (...argv: readonly string[]) => {
    const {stdout, stderr, exitCode} = await type([...argv, '--json'])
    if (stdout.trim() === '') throw new Error(`${argv.join(' ')} printed no document: ${stderr}`)
    return {...(JSON.parse(stdout) as Document), exit: exitCode}
  }
  const must = async (...argv: readonly string[]) => {
    const {exit, result, error} = await json(...argv)
    if (exit !== 0) throw new Error(`${argv.join(' ')} exited with ${exit}: ${JSON.stringify(error)}`)
    return result
  }
  return {
    cwd,
    type,
    json,
    must,
    files: async () => (await must('table', 'files', 'shop.orders')).files.map(({path}: {path: string}) => path).sort(),
    tree: () => treeOf(cwd),
    append: async (rows, first) => void (await must('table', 'append', 'shop.orders', writeOrders(join(cwd, 'orders.arrow'), rows, first))),
  }
}

/** A lakehouse with `shop.orders`: six commits, three partitions, eighteen files, 360 rows. */
export async function openShop(): Promise<Shop> {
  const shop = emptyFolder()
  await shop.must('namespace', 'create', 'shop')
  await shop.must('table', 'create', 'shop.orders', '--schema', 'id: long, amount: double, country: string', '--partition-by', 'country')
  for (let commit = 0; commit < 6; commit++) await shop.append(60, commit * 60)
  return shop
}

/** Puts a file of nobody's into a table's location, last modified ten days ago. */
export async function plantOrphan(shop: Shop, name: string, text: string): Promise<string> {
  const {location} = await shop.must('table', 'show', 'shop.orders')
  const path = join(fileURLToPath(location), 'data', name)
  writeFileSync(path, text)
  const then = Date.now() / 1000 - 10 * 24 * 3600
  utimesSync(path, then, then)
  return path
}
