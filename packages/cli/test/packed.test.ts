import {execFile, spawn as spawnProcess} from 'node:child_process'
import {copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {availableParallelism, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, afterEach, beforeAll, describe, expect, test} from '@jest/globals'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import {packWorkspace, serveTarballs} from '../../../scripts/lib/pack.mjs'

const run = promisify(execFile)
const repository = join(import.meta.dirname, '../../..')
const hostVersion = JSON.parse(await readFile(join(repository, 'packages/cli/package.json'), 'utf8')).version

let folder: string
let phlo: (...argv: string[]) => Promise<{stdout: string; stderr: string; exitCode: number}>
let environment: Record<string, string>
let bin: string
let userModules: string
let tarballs: Awaited<ReturnType<typeof packWorkspace>>

/** Packs an example as a third party would, and tells where the tarball is. */
async function packExample(name: string): Promise<string> {
  const {stdout} = await run('npx', ['--yes', 'pnpm@12', 'pack', '--json', '--pack-destination', join(folder, 'examples')], {
    cwd: join(repository, 'examples', name),
    maxBuffer: 1 << 24,
  })
  return JSON.parse(stdout.slice(stdout.indexOf('{'))).filename
}

/** How npm gets to a registry from here: the one thing that an operator's shell and this one have in common. */
function network(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) =>
    /^(npm_config_(registry|cafile)|(https?|no)_proxy|NODE_EXTRA_CA_CERTS)$/i.test(name),
  )
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

/** The modules that a command of the installed host loads in all of its threads, by package, but for oclif and what it needs itself. */
async function modulesLoadedBy(...argv: string[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const list = join(folder, 'loaded')
  await rm(list, {force: true})
  const preload = `--import=${new URL('modules-loaded.mjs', import.meta.url).href}`
  const {exitCode} = await spawn(process.execPath, [preload, bin, ...argv], {...environment, MODULES_LOADED: list})
  expect(exitCode).toBe(0)
  const ofOclif = await dependenciesOf('@oclif/core')
  const loaded: Record<string, string[]> = {}
  for (const url of new Set((await readFile(list, 'utf8')).split('\n'))) {
    const [, name, path] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(url) ?? []
    if (!name || !path || ofOclif.has(name)) continue
    loaded[name] ??= []
    loaded[name].push(path)
  }
  return loaded
}

const packagesLoadedBy = async (...argv: string[]) => Object.keys(await modulesLoadedBy(...argv)).sort()

/** An installed package and all that it depends on. */
async function dependenciesOf(name: string, found = new Set<string>()): Promise<ReadonlySet<string>> {
  if (found.has(name)) return found
  found.add(name)
  const {dependencies = {}} = JSON.parse(await readFile(join(folder, 'prefix/node_modules', name, 'package.json'), 'utf8'))
  for (const dependency of Object.keys(dependencies)) await dependenciesOf(dependency, found)
  return found
}

/** A plugin with nothing but these files, packed. */
async function packPlugin(name: string, pjson: object, files: Record<string, string>): Promise<string> {
  const root = join(folder, name)
  for (const [path, text] of Object.entries({
    ...files,
    'package.json': JSON.stringify({name, version: '1.0.0', type: 'module', ...pjson}),
  })) {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), text)
  }
  const {stdout} = await run('npm', ['pack', '--json', '--pack-destination', join(folder, 'tarballs')], {cwd: root})
  return join(folder, 'tarballs', JSON.parse(stdout)[0].filename)
}

async function spawn(command: string, argv: readonly string[], env = environment) {
  const finished = run(command, argv, {cwd: folder, env, maxBuffer: 1 << 24})
  return finished.then(
    ({stdout, stderr}) => ({stdout, stderr, exitCode: 0}),
    (error) => ({stdout: String(error.stdout), stderr: String(error.stderr), exitCode: Number(error.code)}),
  )
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phlo-packed-'))
  await Promise.all(['tarballs', 'examples', 'home', 'prefix'].map((name) => mkdir(join(folder, name))))
  tarballs = await packWorkspace(join(folder, 'tarballs'), ['phlo', '@phlo/*'])
  const [core, host] = ['@phlo/core', 'phlo'].map((name) => tarballs.get(name)?.file)
  await writeFile(
    join(folder, 'prefix/package.json'),
    JSON.stringify({private: true, dependencies: {phlo: `file:${host}`}, overrides: {'@phlo/core': `file:${core}`}}),
  )
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], {cwd: join(folder, 'prefix'), maxBuffer: 1 << 24})
  environment = {...network(), PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: join(folder, 'home'), NODE_ENV: 'production'}
  bin = join(folder, 'prefix/node_modules/.bin/phlo')
  userModules = join(folder, 'home/.local/share/phlo/node_modules')
  phlo = (...argv) => spawn(process.execPath, [bin, ...argv])
})

afterAll(async () => {
  await rm(folder, {recursive: true, force: true})
})

describe('the host alone', () => {
  test('tells its version', async () => {
    const {stdout, stderr, exitCode} = await phlo('--version')
    expect(stdout).toMatch(new RegExp(`^phlo/${hostVersion} `))
    expect({stderr, exitCode}).toEqual({stderr: '', exitCode: 0})
  })

  test('helps', async () => {
    const {stdout, stderr, exitCode} = await phlo('--help')
    expect(stdout).toContain('doctor')
    expect({stderr, exitCode}).toEqual({stderr: '', exitCode: 0})
  })

  test('carries the manifests that make it start fast, and leaves none in the clone', async () => {
    expect(await readdir(join(folder, 'prefix/node_modules/phlo'))).toContain('oclif.manifest.json')
    expect(await readdir(join(repository, 'packages/cli'))).not.toContain('oclif.manifest.json')
  })

  test('loads nothing but itself and oclif to tell its version and to help', async () => {
    expect(await packagesLoadedBy('--version')).toEqual(['phlo'])
    expect(await packagesLoadedBy('--help')).toEqual(['phlo'])
  })

  test('keeps what Node compiled in the cache of its user, and does without where it cannot', async () => {
    expect(await readdir(join(folder, 'home/.cache/phlo/compiled'))).not.toEqual([])
    const elsewhere = await spawn(process.execPath, [bin, '--version'], {...environment, XDG_CACHE_HOME: bin})
    expect(elsewhere).toMatchObject({stderr: '', exitCode: 0})
  })

  test('does not know the commands of the clone', async () => {
    const {stderr, exitCode} = await phlo('table', 'list')
    expect(stderr).toContain('phlo plugins install @phlo/core-iceberg')
    expect(exitCode).toBe(127)
  })

  test('is well without a catalog, since none is configured', async () => {
    const {stdout, exitCode} = await phlo('doctor')
    expect(stdout).toContain('none installed, everything is allowed')
    expect(exitCode).toBe(0)
  })

  test('is not troubled by a reader that stops early', async () => {
    const {stdout, stderr, exitCode} = await spawn('/bin/bash', [
      '-c',
      `set -o pipefail; "${process.execPath}" "${bin}" config show --json | head -1`,
    ])
    expect({stdout, stderr, exitCode}).toEqual({stdout: '{\n', stderr: '', exitCode: 0})
  })

  test('says at once what to type for a bare path', async () => {
    const {stderr, exitCode} = await phlo('plugins', 'install', './x.tgz')
    expect(stderr).toContain(`phlo plugins install file:${join(folder, 'x.tgz')}`)
    expect(exitCode).toBe(2)
  })
})

describe('with plugins', () => {
  test('installs, runs and removes a third party’s plugin, which uses the host’s own copy of the core', async () => {
    const hello = await packExample('plugin-hello')
    const installed = await phlo('plugins', 'install', `file:${hello}`)
    expect(installed).toMatchObject({exitCode: 0})
    expect(await readdir(userModules)).not.toContain('@phlo')

    const greeted = await phlo('hello', 'Ada')
    expect(greeted).toEqual({stdout: 'Hello, Ada!\n', stderr: 'The default catalog is local.\n', exitCode: 0})
    const {stdout} = await phlo('doctor', '--json')
    const plugin = JSON.parse(stdout).result.plugins.find(({name}: {name: string}) => name === 'phlo-plugin-hello')
    expect(plugin).toMatchObject({type: 'user', contributes: ['checks/table-name-length']})

    const safely = await spawn(process.execPath, [bin, 'hello'], {...environment, PHLO_SAFE_MODE: '1'})
    expect(safely).toMatchObject({exitCode: 127})

    expect(await phlo('plugins', 'uninstall', 'phlo-plugin-hello')).toMatchObject({exitCode: 0})
    expect(await phlo('hello')).toMatchObject({exitCode: 127})
  })

  test('installs the Iceberg commands by name from a registry, and makes, fills and optimizes a table with them', async () => {
    const registry = await serveTarballs(tarballs)
    const withRegistry = {...environment, PHLO_NPM_REGISTRY: registry.url}
    expect(await spawn(process.execPath, [bin, 'plugins', 'install', '@phlo/core-iceberg'], withRegistry)).toMatchObject({exitCode: 0})
    expect(await spawn(process.execPath, [bin, 'plugins', 'install', '@phlo/engine-duckdb'], withRegistry)).toMatchObject({exitCode: 0})
    await registry.stop()

    const rows = tableFromArrays({id: BigInt64Array.from({length: 30}, (_, row) => BigInt(row))})
    await writeFile(join(folder, 'rows.arrow'), tableToIPC(rows, 'file'))
    expect(await phlo('namespace', 'create', 'shop')).toMatchObject({exitCode: 0, stderr: ''})
    expect(await phlo('table', 'create', 'shop.orders', '--schema', 'id: long')).toMatchObject({exitCode: 0, stderr: ''})
    for (let commit = 0; commit < 5; commit++) {
      expect(await phlo('table', 'append', 'shop.orders', 'rows.arrow')).toMatchObject({exitCode: 0, stderr: ''})
    }
    expect((await phlo('table', 'optimize', 'shop.orders', '--yes')).stdout).toMatch(/^rewrote 5 files .* into 1 /)
    expect(JSON.parse((await phlo('table', 'stats', 'shop.orders', '--json')).stdout).result).toMatchObject({rows: 150, dataFiles: 1})
    const sorted = await phlo('table', 'optimize', 'shop.orders', '--sort', 'id DESC', '--engine', 'duckdb', '--yes', '--json')
    expect(JSON.parse(sorted.stdout).result.report).toMatchObject({rows: 150, engines: {duckdb: 1}})
    expect(await spawn('/bin/bash', ['-c', `set -o pipefail; "${process.execPath}" "${bin}" table list | head -1`])).toEqual({
      stdout: 'table\n',
      stderr: '',
      exitCode: 0,
    })
    expect(await packagesLoadedBy('--version')).toEqual(['phlo'])
    expect(await packagesLoadedBy('--help')).toEqual(['phlo'])
    // No Arrow, no SDK of a cloud, no SQL parser, no driver of a server, no engine; of Parquet nothing but a reader of schemas.
    for (const command of [
      ['table', 'list'],
      ['table', 'stats', 'shop.orders'],
      ['table', 'optimize', 'shop.orders', '--dry-run'],
      ['schema', 'show', 'shop.orders'],
      ['schema', 'diff', 'shop.orders#0', 'shop.orders'],
      ['schema', 'history', 'shop.orders'],
    ]) {
      const {hyparquet = [], ...others} = await modulesLoadedBy(...command)
      expect(hyparquet).toEqual(['src/schema.js'])
      expect(Object.keys(others).sort()).toEqual(['@phlo/core', '@phlo/core-iceberg', '@phlo/iceberg', '@phlo/state', 'p-map', 'phlo'])
      expect(Object.entries(others).filter(([, modules]) => modules.length > 5)).toEqual([])
    }
    for (const name of ['iceberg', 'state']) {
      const notices = await readFile(join(userModules, `@phlo/${name}/dist/THIRD-PARTY-NOTICES.txt`), 'utf8')
      expect(notices).toMatch(/kysely \d.*MIT License.*Copyright \(c\) 2022 Sami Koskimäki/s)
    }
    const {plugins} = JSON.parse((await phlo('doctor', '--json')).stdout).result
    const iceberg = plugins.find(({name}: {name: string}) => name === '@phlo/core-iceberg')
    expect(iceberg).toMatchObject({type: 'user', contributes: expect.arrayContaining(['catalogs/sql', 'operations/optimize'])})
  })

  test('a third party’s plugin has the same modules of @phlo/iceberg as the commands', async () => {
    const same = await packPlugin(
      'phlo-plugin-same',
      {oclif: {commands: './commands'}},
      {
        'commands/same.js': `
          import {loadContribution} from '@phlo/core'
          import {PhloCommand} from '@phlo/core/command'
          import {optimize} from '@phlo/iceberg'

          export default class Same extends PhloCommand {
            async run() {
              await this.parse(Same)
              this.log(String(optimize === await loadContribution(this.contributions(), 'operations', 'optimize')))
            }
          }`,
      },
    )
    expect(await phlo('plugins', 'install', `file:${same}`)).toMatchObject({exitCode: 0})
    expect(await phlo('same')).toEqual({stdout: 'true\n', stderr: '', exitCode: 0})
    expect(await phlo('plugins', 'uninstall', 'phlo-plugin-same')).toMatchObject({exitCode: 0})
  })

  test('installs a third party’s catalog, which commands open by its type', async () => {
    const registry = await serveTarballs(tarballs)
    const bucket = await packExample('plugin-catalog-bucket')
    const withRegistry = {...environment, PHLO_NPM_REGISTRY: registry.url}
    expect(await spawn(process.execPath, [bin, 'plugins', 'install', `file:${bucket}`], withRegistry)).toMatchObject({exitCode: 0})
    await registry.stop()
    const closed = {type: 'bucket', warehouse: 's3://lake', 's3.endpoint': 'http://127.0.0.1:1', 's3.retry.num-retries': '0'}
    await writeFile(
      join(folder, 'phlo.yaml'),
      `catalogs: {alone: ${JSON.stringify({...closed, 's3.access-key-id': 'a', 's3.secret-access-key': 'b'})}}\n`,
    )
    const {stderr, exitCode} = await phlo('table', 'list', '--catalog', 'alone')
    expect({stderr, exitCode}).toEqual({stderr: expect.stringContaining('The catalog alone cannot use s3://lake'), exitCode: 3})
    await rm(join(folder, 'phlo.yaml'))
    expect(await phlo('plugins', 'uninstall', 'phlo-plugin-catalog-bucket')).toMatchObject({exitCode: 0})
  })

  test('merges on threads what is large enough, where there is a processor for one', async () => {
    // Few different numbers are in a dictionary, whose indexes are written anew.
    const rows = 4_000_000
    const cycle = (length: number) => Int32Array.from({length: rows}, (_, row) => row % length)
    const columns = {kind: cycle(100), place: cycle(7)}
    await writeFile(join(folder, 'large.arrow'), tableToIPC(tableFromArrays(columns), 'file'))
    for (const table of ['shop.one', 'shop.large']) {
      expect(await phlo('table', 'create', table, '--schema', 'kind: int, place: int')).toMatchObject({exitCode: 0})
    }
    expect(await phlo('table', 'append', 'shop.one', 'large.arrow')).toMatchObject({exitCode: 0})
    const [{path}] = JSON.parse((await phlo('table', 'files', 'shop.one', '--json')).stdout).result.files
    await mkdir(join(folder, 'large'))
    for (let copy = 0; copy < 5; copy++) await copyFile(fileURLToPath(path), join(folder, `large/${copy}.parquet`))
    expect(await phlo('table', 'add-files', 'shop.large', 'large', '--yes')).toMatchObject({exitCode: 0})

    const loaded = await modulesLoadedBy('table', 'optimize', 'shop.large', '--yes')
    expect(loaded['@phlo/iceberg']?.includes('dist/chunks/merge-thread.js')).toBe(availableParallelism() > 1)
    const {rows: merged, dataFiles} = JSON.parse((await phlo('table', 'stats', 'shop.large', '--json')).stdout).result
    expect({merged, dataFiles}).toEqual({merged: 5 * rows, dataFiles: 1})
  })

  test('removes the Iceberg commands again', async () => {
    expect(await phlo('plugins', 'uninstall', '@phlo/core-iceberg')).toMatchObject({exitCode: 0})
    expect(await phlo('table', 'list')).toMatchObject({exitCode: 127})
  })

  test('a plugin that throws on import costs one line', async () => {
    const broken = await packPlugin(
      'phlo-plugin-broken',
      {oclif: {commands: './commands'}},
      {'commands/boom.js': 'throw new Error("boom")\n', 'commands/bang.js': 'export default {'},
    )
    expect(await phlo('plugins', 'install', `file:${broken}`)).toMatchObject({exitCode: 0})
    const {stdout, stderr, exitCode} = await phlo('config', 'get', 'defaultCatalog')
    expect({stdout, exitCode}).toEqual({stdout: 'local\n', exitCode: 0})
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^Warning: plugin phlo-plugin-broken cannot be used: ./)])
    const safely = await spawn(process.execPath, [bin, 'plugins', 'uninstall', 'phlo-plugin-broken'], {...environment, PHLO_SAFE_MODE: '1'})
    expect(safely).toMatchObject({exitCode: 0})
    expect((await phlo('config', 'get', 'defaultCatalog')).stderr).toBe('')
  })

  test('a plugin that is written for a later contract costs one line', async () => {
    const later = await packPlugin('phlo-plugin-later', {oclif: {}, phlo: {contract: 2, checks: {x: './x.js'}}}, {'x.js': ''})
    expect(await phlo('plugins', 'install', `file:${later}`)).toMatchObject({exitCode: 0})
    const {stderr, exitCode} = await phlo('doctor')
    expect(stderr).toBe('Warning: Plugin phlo-plugin-later is left out: it is written for contract 2 and this Phlo speaks 1.\n')
    expect(exitCode).toBe(0)
    expect(await phlo('plugins', 'uninstall', 'phlo-plugin-later')).toMatchObject({exitCode: 0})
  })

  describe('a command with a step in hand', () => {
    const slow = `
      import {appendFileSync} from 'node:fs'
      import {setImmediate as turn} from 'node:timers/promises'
      import {PhloCommand} from '@phlo/core/command'

      export default class Slow extends PhloCommand {
        async run() {
          await this.parse(Slow)
          const {signal} = await this.operationContext()
          this.log('started')
          if (process.env.UNTIL === 'signal') await new Promise((resolve) => {
            const alive = setInterval(() => {}, 1000)
            signal.addEventListener('abort', () => resolve(clearInterval(alive)))
          })
          else for (let line = 0; line < 2000; line++, await turn()) this.log('x'.repeat(200))
          appendFileSync(process.env.JOURNAL, 'finished')
          signal.throwIfAborted()
        }
      }`
    let journal: string
    beforeAll(async () => {
      journal = join(folder, 'journal')
      const packed = await packPlugin('phlo-plugin-slow', {oclif: {commands: './commands'}}, {'commands/slow.js': slow})
      expect(await phlo('plugins', 'install', `file:${packed}`)).toMatchObject({exitCode: 0})
    })
    afterEach(() => rm(journal, {force: true}))

    test('is not cut off by a reader that stops early', async () => {
      const pipe = `set -o pipefail; "${process.execPath}" "${bin}" slow | head -1`
      const outcome = await spawn('/bin/bash', ['-c', pipe], {...environment, JOURNAL: journal})
      expect(outcome).toEqual({stdout: 'started\n', stderr: '', exitCode: 0})
      expect(await readFile(journal, 'utf8')).toBe('finished')
    })

    test.each(['SIGINT', 'SIGTERM'] as const)('finishes it on %s, says so, and exits with 130', async (signal) => {
      const child = spawnProcess(process.execPath, [bin, 'slow'], {cwd: folder, env: {...environment, JOURNAL: journal, UNTIL: 'signal'}})
      let stderr = ''
      child.stderr.on('data', (text) => {
        stderr += text
      })
      child.stdout.once('data', () => child.kill(signal))
      const exitCode = await new Promise((resolve) => child.once('close', resolve))
      expect(exitCode).toBe(130)
      expect(stderr).toMatch(/finished or undone first.*Code: INTERRUPTED/s)
      expect(await readFile(journal, 'utf8')).toBe('finished')
    })
  })
})
