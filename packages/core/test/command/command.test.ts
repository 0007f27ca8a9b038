import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from '@jest/globals'
import {type RunOptions, runCommand} from '@phlo/testing'

const root = join(import.meta.dirname, 'fixture')
let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'phlo-command-'))
})
afterEach(() => rm(cwd, {recursive: true, force: true}))

const phlo = (argv: readonly string[], options: RunOptions = {}) => runCommand(root, argv, {cwd, ...options})
const document = (text: string) => JSON.parse(text)

describe('--json is one document', () => {
  test.each<[string, unknown]>([
    ['undefined', null],
    ['zero', 0],
    ['empty', ''],
    ['false', false],
    ['list', []],
    ['big', {id: '9007199254740993', at: '1970-01-01T00:00:00.000Z', names: ['a']}],
  ])('for the result %s', async (what, result) => {
    const {stdout, stderr, exitCode} = await phlo(['give', what, '--json'])
    expect(document(stdout)).toEqual({result, warnings: []})
    expect({stderr, exitCode}).toEqual({stderr: '', exitCode: 0})
  })

  test('with the warnings in it, secrets masked', async () => {
    const {stdout, stderr} = await phlo(['give', 'warning', '--json'])
    expect(document(stdout)).toEqual({result: null, warnings: ['mind postgresql://ada:***@db']})
    expect(stderr).toBe('')
  })

  test.each<[string[], number, object]>([
    [['oclif-error'], 3, {code: 'NO_SUCH_THING', message: 'no such thing', suggestions: ['look elsewhere']}],
    [['system-error'], 1, {code: 'ENOENT', message: expect.stringContaining('/does/not/exist'), suggestions: []}],
    [['exit'], 7, {code: 'EEXIT', message: expect.any(String), suggestions: []}],
    [['--sise=1'], 2, {code: 'USAGE', message: 'Nonexistent flag: --sise=1', suggestions: ['Did you mean --size?', 'phlo give --help']}],
    [['a', 'b'], 2, {code: 'USAGE', message: 'Unexpected argument: b', suggestions: ['phlo give --help']}],
    [['--number', 'x'], 2, {code: 'USAGE', message: expect.stringContaining('--number'), suggestions: ['phlo give --help']}],
    [['--size', '512Mib'], 2, {code: 'INVALID_SIZE', message: expect.stringContaining('512Mib'), suggestions: ['512MiB']}],
    [['--older-than=-3d'], 2, {code: 'INVALID_DURATION', message: expect.stringContaining('-3d'), suggestions: ['3d']}],
    [['--older-than', '-3d'], 2, {code: 'INVALID_DURATION', message: expect.stringContaining('-3d'), suggestions: ['3d']}],
  ])('for the failure of %j', async (argv, exit, error) => {
    const {stdout, stderr, exitCode} = await phlo(['give', ...argv, '--json'])
    expect(document(stdout)).toEqual({error, warnings: []})
    expect({stderr, exitCode}).toEqual({stderr: '', exitCode: exit})
  })

  test('for an exit that is none', async () => {
    expect(document((await phlo(['give', 'exit-0', '--json'])).stdout)).toEqual({result: null, warnings: []})
  })
})

describe('without --json', () => {
  test('text is printed as it is', async () => {
    expect(await phlo(['give'])).toMatchObject({stdout: '100% of %s\n', stderr: '', exitCode: 0})
  })

  test('an error is a sentence, a code, and what to type, on standard error', async () => {
    const {stdout, stderr, exitCode} = await phlo(['give', 'oclif-error'])
    expect({stdout, stderr, exitCode}).toEqual({
      stdout: '',
      stderr: 'Error: no such thing\nCode: NO_SUCH_THING\nTry this: look elsewhere\n',
      exitCode: 3,
    })
  })

  test('sizes and durations are bytes and milliseconds', async () => {
    expect((await phlo(['give', 'flags', '--size', '1MB', '--older-than', '5d'])).result).toMatchObject({
      size: 1024 ** 2,
      'older-than': 432_000_000,
    })
  })
})

describe('a catalog', () => {
  const configure = (more = '') =>
    writeFile(join(cwd, 'phlo.yaml'), `catalogs:\n  lake:\n    type: fake\n    journal: ${cwd}/journal\n    token: \${env:TOKEN}\n${more}`)
  const journal = () => readFile(join(cwd, 'journal'), 'utf8')

  test('is opened once, with its storage, and closed at the end', async () => {
    await configure()
    expect(await phlo(['catalog'], {env: {TOKEN: 'hunter22'}})).toMatchObject({exitCode: 0, stdout: 'the token of lake is ***\n'})
    expect((await journal()).split('\n').sort()).toEqual(['', 'close lake', 'close storage', 'open lake'])
  })

  test('that hangs is given up when the command ends, and closed if it opens after all', async () => {
    await configure('    hangs: yes\n')
    expect(await phlo(['abandon'], {env: {TOKEN: 'hunter22'}})).toMatchObject({exitCode: 0})
    expect((await journal()).split('\n')).toEqual(expect.arrayContaining(['given up', 'open lake']))
  })

  test('never shows its secrets, in text, in JSON, or in an error', async () => {
    await configure()
    const json = await phlo(['catalog', '--json'], {env: {TOKEN: 'hunter22'}})
    expect(document(json.stdout).result).toEqual({name: 'lake', token: '***', written: '${' + 'env:TOKEN}'})
    await configure('    broken: yes\n    uri: https://ada:swordfish@host\n')
    for (const argv of [['catalog'], ['catalog', '--json']]) {
      const {stdout, stderr, exitCode} = await phlo(argv, {env: {TOKEN: 'hunter22'}})
      expect(stdout + stderr).toContain('cannot log in to https://ada:***@host with ***')
      expect(stdout + stderr).not.toMatch(/hunter22|swordfish/)
      expect(exitCode).toBe(1)
    }
  })

  test.each<[string, string[], Record<string, string>, {code: string; exitCode: number}]>([
    ['a secret that is not set', [], {}, {code: 'MISSING_SECRET', exitCode: 3}],
    ['another name', ['--catalog', 'lak'], {}, {code: 'CATALOG_NOT_CONFIGURED', exitCode: 2}],
    ['a type that no plugin brings', [], {TOKEN: 'x', PHLO_CATALOGS__LAKE__TYPE: 'nessie'}, {code: 'CONTRIBUTION_NOT_FOUND', exitCode: 3}],
  ])('is not opened with %s', async (_, argv, env, {code, exitCode}) => {
    await configure()
    const outcome = await phlo(['catalog', '--json', ...argv], {env})
    expect(outcome.exitCode).toBe(exitCode)
    expect(document(outcome.stdout).error.code).toBe(code)
    await expect(journal()).rejects.toThrow()
  })
})
