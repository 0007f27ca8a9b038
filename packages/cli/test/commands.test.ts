import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from '@jest/globals'
import {type RunOptions, runCommand} from '@phlo/testing'

const root = join(import.meta.dirname, '..')
const fixture = join(root, '../core/test/command/fixture')
let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'phlo-cli-'))
})
afterEach(() => rm(cwd, {recursive: true, force: true}))

const phlo = (argv: readonly string[], options: RunOptions = {}) => runCommand(root, argv, {cwd, home: join(cwd, 'home'), ...options})

describe('phlo config', () => {
  test('show prints every value and where it comes from, secrets masked', async () => {
    await writeFile(
      join(cwd, 'phlo.yaml'),
      'catalogs:\n  lake:\n    type: sql\n    uri: postgresql://ada:hunter22@db/x\n    token: swordfish\n    credential: ${' +
        'env:C}\nplugins: {x: {password: sesame}}\n',
    )
    const {stdout} = await phlo(['config', 'show'])
    expect(stdout).toMatch(new RegExp(`catalogs.lake.uri +postgresql://ada:\\*\\*\\*@db/x +${cwd}/phlo.yaml:4\n`))
    const json = await phlo(['config', 'show', '--json'])
    expect(JSON.parse(json.stdout).result.values).toContainEqual({
      key: 'catalogs.lake.credential',
      value: '${' + 'env:C}',
      origin: {source: 'project', where: `${cwd}/phlo.yaml:6`},
    })
    for (const text of [stdout, json.stdout]) expect(text).not.toMatch(/hunter22|swordfish|sesame/)
  })

  test('get prints one value, and fails for one that is not set', async () => {
    expect(await phlo(['config', 'get', 'defaultCatalog'])).toMatchObject({stdout: 'local\n', exitCode: 0})
    expect(await phlo(['config', 'get', 'state.url'])).toMatchObject({
      stdout: '',
      exitCode: 1,
      stderr: expect.stringContaining('CONFIG_NOT_SET'),
    })
    expect(await phlo(['config', 'get', 'stat.url'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Did you mean state.url?'),
    })
  })

  test('set writes the project’s file, or the user’s own', async () => {
    expect(await phlo(['config', 'set', 'catalogs.lake.type', 'sql'])).toMatchObject({exitCode: 0})
    expect(await readFile(join(cwd, 'phlo.yaml'), 'utf8')).toBe('catalogs:\n  lake:\n    type: sql\n')
    await phlo(['config', 'set', '--user', 'catalogs.lake.uri', 'sqlite:////x.db'])
    expect((await stat(join(cwd, 'home/.config/phlo/config.yaml'))).mode & 0o777).toBe(0o600)
    expect(await phlo(['config', 'get', 'catalogs.lake.uri'])).toMatchObject({stdout: 'sqlite:////x.db\n'})
  })

  test('set warns of a secret in plain text, without repeating it', async () => {
    const {stdout, stderr} = await phlo(['config', 'set', 'catalogs.lake.token', 'swordfish'])
    expect(stderr).toContain('plain text')
    expect(stdout + stderr).not.toContain('swordfish')
  })

  test('set refuses an unknown key and writes nothing', async () => {
    expect(await phlo(['config', 'set', 'defaultCatalogue', 'x'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Did you mean defaultCatalog?'),
    })
    expect(await readdir(cwd)).toEqual([])
  })

  test('path tells where the files are or would be', async () => {
    await writeFile(join(cwd, 'phlo.yaml'), '')
    expect((await phlo(['config', 'path'])).result).toEqual({
      files: [
        {kind: 'project', path: join(cwd, 'phlo.yaml'), found: true},
        {kind: 'user', path: join(cwd, 'home/.config/phlo/config.yaml'), found: false},
      ],
    })
  })
})

describe('phlo doctor', () => {
  test('is content with nothing configured, and creates nothing', async () => {
    const {result, stdout, exitCode} = await phlo(['doctor'])
    expect(exitCode).toBe(0)
    expect(result).toMatchObject({
      node: process.versions.node,
      catalogs: [{name: 'local', state: 'not installed'}],
      accessControl: 'none installed, everything is allowed',
      tracing: 'none installed',
    })
    expect(stdout).toMatch(/access control +none installed, everything is allowed\n/)
    expect(await readdir(cwd)).toEqual([])
  })

  test('exits with 3 when a configured catalog cannot be reached, and says why without its secrets', async () => {
    await writeFile(
      join(cwd, 'phlo.yaml'),
      `catalogs: {lake: {type: fake, broken: yes, uri: "https://ada:hunter22@127.0.0.1:1", token: swordfish}}\n`,
    )
    const {stdout, exitCode} = await phlo(['doctor'], {plugins: [fixture]})
    expect(exitCode).toBe(3)
    expect(stdout).toContain('lake: cannot log in to https://ada:***@127.0.0.1:1 with ***')
  })

  test('asks every catalog with --all', async () => {
    const catalog = `type: fake, journal: ${cwd}/journal`
    await writeFile(join(cwd, 'phlo.yaml'), `defaultCatalog: a\ncatalogs: {a: {${catalog}}, b: {${catalog}}, c: {type: nessie}}\n`)
    const {result, exitCode} = await phlo(['doctor', '--all'], {plugins: [fixture]})
    expect(exitCode).toBe(3)
    expect(result).toMatchObject({
      catalogs: [
        {name: 'a', state: 'reachable'},
        {name: 'b', state: 'reachable'},
        {name: 'c', state: 'unreachable'},
      ],
    })
  })

  test('measures by how much a server’s clock is off', async () => {
    const server = createServer((_, response) => response.writeHead(404, {date: new Date(1_000_600_000).toUTCString()}).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const {port} = server.address() as AddressInfo
      await writeFile(
        join(cwd, 'phlo.yaml'),
        `catalogs: {lake: {type: fake, journal: ${cwd}/journal, s3.endpoint: "http://127.0.0.1:${port}"}}\n`,
      )
      const {result, stderr} = await phlo(['doctor'], {plugins: [fixture], now: () => 1_000_000_000})
      expect(result).toMatchObject({catalogs: [{clockSkew: 600_500}]})
      expect(stderr).toContain('10 m 1 s ahead of this machine')
    } finally {
      server.close()
    }
  })

  test('lists what each plugin contributes', async () => {
    const {result} = await phlo(['doctor'], {plugins: [fixture]})
    expect((result as {plugins: object[]}).plugins).toContainEqual(
      expect.objectContaining({name: 'phlo-plugin-fixture', contributes: ['catalogs/fake', 'fileIO/fake']}),
    )
  })
})

describe('a command that is not there', () => {
  test.each([
    [['dcotor'], '"dcotor" is not a command of phlo.', 'phlo doctor'],
    [['config', 'gett', 'x'], '"config gett" is not a command of phlo.', 'phlo config get'],
    [
      ['table', 'list', '--json'],
      'The table commands are in @phlo/core-iceberg, which is not installed.',
      'phlo plugins install @phlo/core-iceberg',
    ],
    [['branch'], 'The branch commands are in @phlo/core-nessie, which is not installed.', 'phlo plugins install @phlo/core-nessie'],
    [['xyzzy'], '"xyzzy" is not a command of phlo.', 'phlo --help'],
  ])('%j: something is suggested and nothing is run', async (argv, message, suggestion) => {
    const {stdout, stderr, exitCode} = await phlo(argv)
    expect(exitCode).toBe(127)
    if (argv.includes('--json')) expect(JSON.parse(stdout).error).toMatchObject({message, suggestions: [suggestion]})
    else expect(stderr).toMatch(new RegExp(`^Error: ${message}\nCode: [A-Z_]+\nTry this: ${suggestion}\n$`))
  })
})
