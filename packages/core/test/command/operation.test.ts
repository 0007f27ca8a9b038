import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from '@jest/globals'
import {type RunOptions, runCommand} from '@phlo/testing'

const root = join(import.meta.dirname, 'fixture')
let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'phlo-operation-'))
  await configure()
})
afterEach(() => rm(cwd, {recursive: true, force: true}))

const configure = (more = '') =>
  writeFile(join(cwd, 'phlo.yaml'), `catalogs:\n  lake:\n    type: fake\n    journal: ${cwd}/journal\n${more}`)
const phlo = (argv: readonly string[], options: RunOptions = {}) => runCommand(root, argv, {cwd, now: () => 0, ...options})
const touch = (argv: readonly string[] = [], options: RunOptions = {}) => phlo(['touch', 'sales.orders', ...argv], options)
const executed = async () => (await readFile(join(cwd, 'journal'), 'utf8').catch(() => '')).includes('executed')
const ABOUT = {operation: 'touch', catalog: 'lake', table: 'sales.orders'}

/** A plugin with one contribution, which writes what it is told to the file `told`. */
async function plugin(name: string, kind: string, body: string): Promise<string> {
  const folder = join(cwd, name)
  await mkdir(folder)
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({name, version: '1.0.0', type: 'module', oclif: {}, phlo: {contract: 1, [kind]: {[name]: './main.js'}}}),
  )
  const told = JSON.stringify(join(cwd, 'told'))
  await writeFile(
    join(folder, 'main.js'),
    `import {appendFileSync} from 'node:fs'\nconst tell = (value) => appendFileSync(${told}, JSON.stringify(value) + '\\n')\nexport default {contract: 1, name: '${name}', ${body}}\n`,
  )
  return folder
}
const told = async () =>
  (await readFile(join(cwd, 'told'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('doing it', () => {
  test('with --yes it is done, and the snapshot and the way back are told', async () => {
    const {stdout, exitCode} = await touch(['--yes', '--ref', 'audit'])
    expect({stdout, exitCode}).toEqual({
      stdout: 'Touched.\nSnapshot  9007199254740993\nUndo      phlo snapshot rollback sales.orders --to 1\n',
      exitCode: 0,
    })
    expect(await readFile(join(cwd, 'journal'), 'utf8')).toContain('executed at audit\n')
  })

  test('in JSON it is one document', async () => {
    const {stdout, stderr} = await touch(['--yes', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      result: {
        ...ABOUT,
        outcome: 'done',
        summary: 'Touched.',
        report: {summary: 'Touched.', snapshotId: '9007199254740993', undo: 'phlo snapshot rollback sales.orders --to 1'},
      },
      warnings: [],
    })
    expect(stderr).toBe('')
  })

  test('a terminal is shown what will happen, and asked', async () => {
    const {stderr, exitCode} = await touch([], {stdin: ['y']})
    expect(stderr).toContain('lake: sales.orders: Touch it once.\nDo it? [y/N] ')
    expect({exitCode, executed: await executed()}).toEqual({exitCode: 0, executed: true})
  })

  test.each(['', 'n', 'yeah'])('the answer %j is no', async (answer) => {
    const outcome = await touch([], {stdin: [answer]})
    expect(outcome).toMatchObject({exitCode: 6, stderr: expect.stringContaining('nothing was changed')})
    expect(await executed()).toBe(false)
  })

  test.each([
    ['without a terminal', [], {}],
    ['under --json', ['--json'], {stdin: ['y']}],
  ])('%s nobody is asked, and --yes is named', async (_, argv, options) => {
    const {stdout, stderr, exitCode} = await touch(argv, options)
    expect(stdout + stderr).toMatch(/CONFIRMATION_REQUIRED/)
    expect(stdout + stderr).toContain('--yes')
    expect({exitCode, executed: await executed()}).toEqual({exitCode: 2, executed: false})
  })

  test('what takes nothing away is done without asking', async () => {
    expect(await touch(['--gentle'])).toMatchObject({exitCode: 0})
    expect(await executed()).toBe(true)
  })

  test('when there is nothing to do it says so and asks nothing', async () => {
    const {result, stdout, exitCode} = await touch(['--noop'])
    expect({result, stdout, exitCode}).toEqual({
      result: {...ABOUT, outcome: 'nothing-to-do', summary: 'Nothing to touch.'},
      stdout: 'Nothing to touch.\n',
      exitCode: 0,
    })
    expect(await executed()).toBe(false)
  })

  test('a table of another format is refused', async () => {
    await configure('    format: delta\n')
    expect(await touch(['--yes'])).toMatchObject({exitCode: 6, stderr: expect.stringContaining('WRONG_FORMAT')})
  })
})

describe('plans', () => {
  test('--dry-run shows the plan and does nothing', async () => {
    const {stdout, stderr, exitCode} = await touch(['-n'])
    expect({stdout, stderr, exitCode}).toEqual({
      stdout: 'Touch it once.\none touch\n',
      stderr: 'Nothing was changed: this was a dry run.\n',
      exitCode: 0,
    })
    expect(await executed()).toBe(false)
  })

  test('what --plan-out saved, and what --dry-run --json printed, is what apply does', async () => {
    const saved = await touch(['--plan-out', 'plan.json'])
    expect(saved).toMatchObject({exitCode: 0, result: {outcome: 'saved', planFile: join(cwd, 'plan.json')}})
    const printed = await touch(['--dry-run', '--json'])
    await writeFile(join(cwd, 'printed.json'), printed.stdout)
    expect(JSON.parse(printed.stdout).result.plan).toEqual(JSON.parse(await readFile(join(cwd, 'plan.json'), 'utf8')))
    expect(await executed()).toBe(false)
    for (const name of ['plan.json', 'printed.json']) {
      expect(await phlo(['apply', join(cwd, name), '--yes'])).toMatchObject({exitCode: 0, result: {...ABOUT, outcome: 'done'}})
    }
    expect((await readFile(join(cwd, 'journal'), 'utf8')).match(/executed/g)).toHaveLength(2)
  })

  test('--plan-out replaces nothing and leaves nothing behind', async () => {
    await writeFile(join(cwd, 'plan.json'), 'mine')
    expect(await touch(['--plan-out', 'plan.json'])).toMatchObject({exitCode: 6, stderr: expect.stringContaining('FILE_EXISTS')})
    expect(await readFile(join(cwd, 'plan.json'), 'utf8')).toBe('mine')
    expect(await touch(['--plan-out', 'no/such/folder/plan.json'])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('PLAN_NOT_WRITABLE'),
    })
    expect((await readdir(cwd)).filter((name) => name.includes('plan'))).toEqual(['plan.json'])
  })

  test('a plan for a table that was replaced by another is a conflict', async () => {
    await touch(['--plan-out', 'plan.json'])
    await configure('    uuid: uuid-2\n')
    const {stderr, exitCode} = await phlo(['apply', join(cwd, 'plan.json'), '--yes'])
    expect({exitCode, executed: await executed()}).toEqual({exitCode: 5, executed: false})
    expect(stderr).toContain('PLAN_OUTDATED')
  })

  test.each([
    ['of another contract', {contract: 2}, 5, 'PLAN_OUTDATED'],
    ['of another operation', {operation: 'vacuum'}, 2, 'INVALID_PLAN'],
    ['of no kind', {$type: 'x'}, 2, 'INVALID_PLAN'],
  ])('a plan %s is refused', async (_, change, exitCode, code) => {
    await touch(['--plan-out', 'plan.json'])
    const plan = JSON.parse(await readFile(join(cwd, 'plan.json'), 'utf8'))
    await writeFile(join(cwd, 'other.json'), JSON.stringify({...plan, ...change}))
    expect(await phlo(['apply', join(cwd, 'other.json'), '--yes'])).toMatchObject({exitCode, stderr: expect.stringContaining(code)})
    expect(await executed()).toBe(false)
  })

  test.each([
    ['', 'INVALID_PLAN', 2],
    ['{"$type": "@phlo/plan", "operati', 'INVALID_PLAN', 2],
    ['[]', 'INVALID_PLAN', 2],
    [undefined, 'PLAN_NOT_FOUND', 3],
  ])('a plan file that holds %j is named', async (text, code, exitCode) => {
    const path = join(cwd, 'bad.json')
    if (text !== undefined) await writeFile(path, text)
    const outcome = await phlo(['apply', path, '--yes'])
    expect(outcome).toMatchObject({exitCode, stderr: expect.stringContaining(code)})
    expect(outcome.stderr).toContain(path)
  })

  test('an operation explains itself', async () => {
    expect((await phlo(['explain'])).result).toEqual([
      {subject: 'fake://bucket/table', kind: 'object', touched: true, reason: 'It is the only one.'},
    ])
  })
})

describe('access control', () => {
  const guard = (body: string) => plugin('guard', 'accessControl', `$type: '@phlo/access-control', ${body}`)

  test('a denied principal learns why, but not whether the table exists', async () => {
    const plugins = [await guard(`check: async (request) => { tell(request); return {allowed: false, reason: 'policy 7 says no.'} }`)]
    for (const flags of [['--yes'], ['--dry-run'], ['--plan-out', 'plan.json']]) {
      const {stderr, exitCode} = await touch(flags, {plugins})
      expect(exitCode).toBe(4)
      expect(stderr).toContain('tester may not table:maintain on lake/sales.orders: policy 7 says no.')
    }
    expect((await told())[0]).toEqual({principal: {name: 'tester', roles: []}, action: 'table:maintain', resource: 'lake/sales.orders'})
    expect(await readdir(cwd)).not.toContain('journal')
  })

  test('a provider that cannot decide lets nobody through', async () => {
    const failing = await guard(`check: async () => { throw new Error('the policy store is down') }`)
    expect(await touch(['--yes'], {plugins: [failing]})).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('the policy store is down'),
    })
    expect(await executed()).toBe(false)
  })

  test('a provider that is broken, or configured and not installed, lets nobody through', async () => {
    const broken = await plugin('broken', 'accessControl', `$type: 'something else'`)
    expect(await touch(['--yes'], {plugins: [broken]})).toMatchObject({exitCode: 3, stderr: expect.stringContaining('CONTRIBUTION_BROKEN')})
    const required = {env: {PHLO_ACCESS_CONTROL__PROVIDER: 'rbac'}}
    expect(await touch(['--yes'], required)).toMatchObject({exitCode: 3, stderr: expect.stringContaining('CONTRIBUTION_NOT_FOUND')})
    expect(await executed()).toBe(false)
  })

  test('of two providers one has to be chosen', async () => {
    const allow = `$type: '@phlo/access-control', check: async () => ({allowed: true, reason: ''})`
    const plugins = [await plugin('one', 'accessControl', allow), await plugin('two', 'accessControl', allow)]
    expect(await touch(['--yes'], {plugins})).toMatchObject({exitCode: 3, stderr: expect.stringContaining('ACCESS_CONTROL_AMBIGUOUS')})
    expect(await touch(['--yes'], {plugins, env: {PHLO_ACCESS_CONTROL__PROVIDER: 'two'}})).toMatchObject({exitCode: 0})
  })
})

describe('those who watch', () => {
  test('an audit log is told what was done and what failed', async () => {
    const plugins = [await plugin('log', 'audit', `$type: '@phlo/audit', record: async (event) => tell(event)`)]
    await touch(['--yes'], {plugins})
    await touch(['--yes', '--trouble', 'error'], {plugins})
    const event = {at: '1970-01-01T00:00:00.000Z', principal: 'tester', action: 'table:maintain', resource: 'lake/sales.orders'}
    expect(await told()).toEqual([
      {...event, outcome: 'done', details: {operation: 'touch', snapshotId: '9007199254740993'}},
      {...event, outcome: 'failed', details: {operation: 'touch', error: 'the disk is full'}},
    ])
  })

  test('an audit log that fails hides no result', async () => {
    const plugins = [await plugin('log', 'audit', `$type: '@phlo/audit', record: async () => { throw new Error('no space') }`)]
    const {stdout, stderr, exitCode} = await touch(['--yes'], {plugins})
    expect(stdout).toContain('Touched.')
    expect({stderr, exitCode}).toEqual({stderr: 'Warning: The audit log log did not take the record: no space\n', exitCode: 0})
  })

  test('a tracer gets a span, and everything is sent before the end', async () => {
    const body = `$type: '@phlo/observability',
      tracer: {name: 't', startSpan: (name, attributes) => ({setAttribute() {}, end: (error) => tell({name, attributes, failed: error !== undefined})})},
      recordOperation: tell, incrementCounter() {}, flush: async () => tell('flushed')`
    await touch(['--yes'], {plugins: [await plugin('otel', 'observability', body)]})
    expect(await told()).toEqual([
      {name: 'phlo.touch', attributes: {'phlo.catalog': 'lake', 'phlo.table': 'sales.orders'}, failed: false},
      {name: 'touch', table: 'sales.orders', outcome: 'done', duration: 0},
      'flushed',
    ])
  })
})

describe('interrupts', () => {
  test.each(['interrupt', 'abort-error'])('the step is undone, and the exit code is 130 (%s)', async (trouble) => {
    const {stderr, exitCode} = await touch(['--yes', '--trouble', trouble])
    expect(stderr).toMatch(/finished or undone first/)
    expect(stderr).toContain('Code: INTERRUPTED')
    expect({exitCode, executed: await executed()}).toEqual({exitCode: 130, executed: false})
  })

  test('what was past the point of no return is reported as done', async () => {
    const {stdout, exitCode} = await touch(['--yes', '--trouble', 'late-interrupt'])
    expect(stdout).toContain('Touched.')
    expect({exitCode, executed: await executed()}).toEqual({exitCode: 130, executed: true})
  })

  test('afterwards nobody listens any more, and the catalog is closed', async () => {
    await touch(['--yes', '--trouble', 'interrupt'])
    expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual([0, 0])
    expect(await readFile(join(cwd, 'journal'), 'utf8')).toContain('close lake')
  })
})
