import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, test} from '@jest/globals'
import type {OptimizePlan} from '@phlo/iceberg'
import {openShop, type Shop} from '../support/in-process.js'

const inputsOf = ({groups}: OptimizePlan) => groups.flatMap(({merges}) => merges.flatMap(({inputs}) => inputs.map(({path}) => path))).sort()

const rowsOf = async (shop: Shop) =>
  (await shop.must('table', 'scan', 'shop.orders', '--limit', '1000')).data.map((row: unknown) => JSON.stringify(row)).sort()

describe('a dry run', () => {
  test('shows what would be rewritten and why, and changes nothing', async () => {
    const shop = await openShop()
    const before = shop.tree()
    const {stdout, stderr, exitCode} = await shop.type(['table', 'optimize', 'shop.orders', '--dry-run'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/country=CH +6 /)
    expect(stderr).toContain('this was a dry run')
    expect(shop.tree()).toEqual(before)
  })

  test('printed as JSON and applied touches exactly the files that it named', async () => {
    const shop = await openShop()
    const [before, rows] = [await shop.files(), await rowsOf(shop)]
    const {stdout} = await shop.type(['table', 'optimize', 'shop.orders', '--dry-run', '--json'])
    const {plan} = JSON.parse(stdout).result as {plan: OptimizePlan}
    writeFileSync(join(shop.cwd, 'plan.json'), stdout)

    const {report} = await shop.must('table', 'apply', 'plan.json', '--yes')
    const after = await shop.files()
    expect(before.filter((path) => !after.includes(path))).toEqual(inputsOf(plan))
    expect(after.filter((path) => !before.includes(path))).toHaveLength(plan.outputFiles)
    expect(report).toMatchObject({rewrittenDataFiles: 18, rewrittenBytes: plan.inputBytes, addedDataFiles: 3, rows: 360})
    expect(await rowsOf(shop)).toEqual(rows)
  })
})

describe('a saved plan', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
    const before = await shop.files()
    const saved = await shop.must('table', 'optimize', 'shop.orders', '--plan-out', 'plan.json')
    expect(saved).toMatchObject({outcome: 'saved', planFile: join(shop.cwd, 'plan.json')})
    expect(await shop.files()).toEqual(before)
  })

  test('is not written over', async () => {
    const {exit, error} = await shop.json('table', 'optimize', 'shop.orders', '--plan-out', 'plan.json')
    expect(exit).not.toBe(0)
    expect(error?.message).toContain('plan.json')
  })

  test('can be looked at before it is applied', async () => {
    const before = shop.tree()
    const {stdout, exitCode} = await shop.type(['table', 'apply', 'plan.json', '--dry-run'])
    expect({exitCode, stdout}).toEqual({exitCode: 0, stdout: expect.stringMatching(/country=FR +6 /)})
    expect(shop.tree()).toEqual(before)
  })

  test('is applied although somebody has appended meanwhile, and leaves alone what they appended', async () => {
    const before = await shop.files()
    await shop.append(30, 1000)
    const appended = (await shop.files()).filter((path) => !before.includes(path))
    expect(await shop.must('table', 'apply', 'plan.json', '--yes')).toMatchObject({outcome: 'done', report: {rewrittenDataFiles: 18}})
    const after = await shop.files()
    expect(after).toHaveLength(6)
    expect(after).toEqual(expect.arrayContaining(appended))
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 390})
  })

  test('conflicts once its files are gone, and changes nothing', async () => {
    const before = shop.tree()
    const {exit, error} = await shop.json('table', 'apply', 'plan.json', '--yes')
    expect({exit, code: error?.code}).toEqual({exit: 5, code: 'PLAN_OUTDATED'})
    expect(error?.message).toContain('no longer one of its data files')
    expect(error?.suggestions).toContain('phlo table optimize shop.orders --dry-run')
    expect(shop.tree()).toEqual(before)
  })

  test('conflicts when the table was replaced by another of the same name', async () => {
    await shop.must('table', 'drop', 'shop.orders', '--yes')
    await shop.must('table', 'create', 'shop.orders', '--schema', 'id: long')
    expect(await shop.json('table', 'apply', 'plan.json', '--yes')).toMatchObject({exit: 5, error: {code: 'PLAN_OUTDATED'}})
  })
})

describe('optimize', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })

  test('without a terminal and without --yes does nothing and names the flag', async () => {
    const before = shop.tree()
    const {exit, error} = await shop.json('table', 'optimize', 'shop.orders')
    expect({exit, code: error?.code}).toEqual({exit: 2, code: 'CONFIRMATION_REQUIRED'})
    expect(`${error?.message} ${error?.suggestions.join(' ')}`).toContain('--yes')
    expect(shop.tree()).toEqual(before)
  })

  test('asks a person, and takes no for an answer', async () => {
    const before = shop.tree()
    const {exitCode, stderr} = await shop.type(['table', 'optimize', 'shop.orders'], {stdin: ['n']})
    expect({exitCode, stderr}).toEqual({exitCode: 6, stderr: expect.stringContaining('18 files')})
    expect(shop.tree()).toEqual(before)
  })

  test('explains each file and each partition', async () => {
    const {explanations} = await shop.must('table', 'explain', 'optimize', 'shop.orders')
    expect(explanations).toHaveLength(18 + 3)
    expect(explanations[0].reason).toMatch(/ is under the minimum .*; 6 files are to be merged .*; the pages of its columns are merged$/)
    expect(explanations[0].columns.map(({way}: {way: string}) => way)).toEqual(['merged', 'merged', 'merged'])
    const {stdout} = await shop.type(['table', 'explain', 'optimize', 'shop.orders', '--partition', 'country=DE'])
    expect(stdout.match(/country=DE/g)).toHaveLength(7)
    expect(stdout).not.toContain('country=CH')
    const few = await shop.must('table', 'explain', 'optimize', 'shop.orders', '--min-input-files', '7', '--touched')
    expect(few).toEqual({explanations: []})
  })

  test('explains that what is over --max-files-to-rewrite is left', async () => {
    const touched = async (most: string) => {
      const argv = ['table', 'explain', 'optimize', 'shop.orders', '--max-files-to-rewrite', most]
      const {explanations} = await shop.must(...argv)
      const reasons: readonly {touched: boolean; reason: string}[] = explanations
      const {plan} = await shop.must('table', 'optimize', 'shop.orders', '--max-files-to-rewrite', most, '--dry-run')
      const ofFiles = explanations.filter(({kind, touched}: {kind: string; touched: boolean}) => kind === 'data-file' && touched)
      expect(ofFiles.map(({subject}: {subject: string}) => subject).sort()).toEqual(inputsOf(plan))
      return {
        files: ofFiles.length,
        left: reasons.filter(({reason}) => reason.endsWith(`; it is left for a later run (max-files-to-rewrite ${most})`)).length,
        never: reasons.filter(({reason}) => reason.endsWith(`; no run rewrites a group of 6 files (max-files-to-rewrite ${most})`)).length,
        partitions: reasons.filter(({reason}) => reason.startsWith('6 of 6 files')).length,
        untouched: reasons.filter(({reason}) => reason.startsWith('0 of 6 files')).length,
      }
    }
    expect(await touched('13')).toEqual({files: 12, left: 6, never: 0, partitions: 2, untouched: 1})
    expect(await touched('5')).toEqual({files: 0, left: 0, never: 18, partitions: 0, untouched: 3})
  })

  test('rewrites only what --where may match', async () => {
    const {plan} = await shop.must('table', 'optimize', 'shop.orders', '--where', "country = 'CH'", '--dry-run')
    expect(plan).toMatchObject({inputFiles: 6, outputFiles: 1})
    expect(inputsOf(plan).every((path) => path.includes('/country=CH/'))).toBe(true)
  })

  test('under its old name asks, is told yes, and prints the snapshot and how to take it back', async () => {
    const first = (await shop.must('table', 'show', 'shop.orders')).snapshot.id
    const {exitCode, stdout} = await shop.type(['maintenance', 'optimize', 'shop.orders'], {stdin: ['y']})
    const now = (await shop.must('table', 'show', 'shop.orders')).snapshot.id
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(new RegExp(`^Snapshot +${now}$`, 'm'))
    expect(stdout).toMatch(new RegExp(`^Undo +phlo snapshot rollback shop.orders ${first}$`, 'm'))
  })

  test('run again has nothing to do, says so, and does not ask', async () => {
    const before = shop.tree()
    const {exitCode, stdout} = await shop.type(['table', 'optimize', 'shop.orders'])
    expect({exitCode, stdout}).toEqual({exitCode: 0, stdout: expect.stringContaining('nothing to do')})
    expect((await shop.must('table', 'optimize', 'shop.orders')).outcome).toBe('nothing-to-do')
    expect(shop.tree()).toEqual(before)
  })

  test('in parts makes as many commits as it may', async () => {
    const own = await openShop()
    const {report} = await own.must(
      'table',
      'optimize',
      'shop.orders',
      '--partial-progress',
      '--max-commits',
      '2',
      '--verify',
      'full',
      '--yes',
    )
    expect(report).toMatchObject({commits: 2, rewrittenDataFiles: 18, addedDataFiles: 3, failedGroups: []})
  })
})

describe('optimize --sort and --zorder', () => {
  let shop: Shop
  let rows: readonly string[]
  beforeAll(async () => {
    shop = await openShop()
    rows = await rowsOf(shop)
  })

  test('say in a dry run by what the rows will be sorted, and change nothing', async () => {
    const before = shop.tree()
    const {stdout, exitCode} = await shop.type(['table', 'optimize', 'shop.orders', '--sort', 'amount DESC, bucket(4, id)', '--dry-run'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('rows are sorted by amount desc nulls last, bucket[4](id) asc nulls first within each group')
    const curve = await shop.type(['table', 'optimize', 'shop.orders', '--zorder', 'country, amount,id', '--dry-run'])
    expect(curve.stdout).toContain('rows are sorted by zorder(amount, id) within each group')
    expect(curve.stdout).toContain('left out of the z-order, since a partition has one value of it: country')
    expect(shop.tree()).toEqual(before)
  })

  test('are applied from a saved plan, and then have nothing to do', async () => {
    const order = ['--sort', 'id desc', '--memory-limit', '1MB']
    await shop.must('table', 'optimize', 'shop.orders', ...order, '--plan-out', 'sort.json')
    const {report} = await shop.must('table', 'apply', 'sort.json', '--yes')
    expect(report).toMatchObject({rewrittenDataFiles: 18, addedDataFiles: 3, rows: 360})
    expect(await rowsOf(shop)).toEqual(rows)
    const scanned = (await shop.must('table', 'scan', 'shop.orders', '--where', "country = 'CH'", '--limit', '1000')).data
    const ids = scanned.map(({id}: {id: number | string}) => Number(id))
    expect(ids).toEqual(ids.toSorted((a: number, b: number) => b - a))
    expect(await shop.must('table', 'optimize', 'shop.orders', ...order, '--yes')).toMatchObject({outcome: 'nothing-to-do'})
    const {explanations} = await shop.must('table', 'explain', 'optimize', 'shop.orders', '--sort', 'id desc', '--touched')
    expect(explanations).toEqual([])
  })

  test('are told in the JSON of the plan, by names and by ids', async () => {
    const {plan} = await shop.must('table', 'optimize', 'shop.orders', '--sort', 'amount', '--dry-run')
    const fields = [{'source-id': 2, transform: 'identity', direction: 'asc', 'null-order': 'nulls-first'}]
    expect(plan).toMatchObject({order: {kind: 'sort', text: 'amount asc nulls first', fields}, inputFiles: 3})
    const curve = await shop.must('table', 'optimize', 'shop.orders', '--zorder', 'amount,id', '--zorder-var-length', '4', '--dry-run')
    expect(curve.plan.order).toEqual({kind: 'zorder', text: 'zorder(amount, id)', columns: [2, 1], varLength: 4, constant: []})
  })

  test('with the word table sort by the order of the table, which another has not', async () => {
    const {error, exit} = await shop.json('table', 'optimize', 'shop.orders', '--sort', 'table', '--dry-run')
    expect({code: error?.code, exit}).toEqual({code: 'TABLE_UNSORTED', exit: 2})
    expect(error?.message).toBe('The table has no sort order of its own to sort by.')
    await shop.must('table', 'create', 'shop.sorted', '--schema', 'id: long', '--sort-by', 'id desc')
    const {plan} = await shop.must('table', 'optimize', 'shop.sorted', '--sort', 'table', '--dry-run')
    expect(plan).toMatchObject({noop: true, order: {text: 'id desc nulls last'}})
  })

  test('are not given together', async () => {
    const before = shop.tree()
    const {error, exit} = await shop.json('table', 'optimize', 'shop.orders', '--sort', 'id', '--zorder', 'id', '--yes')
    expect({code: error?.code, exit}).toEqual({code: 'USAGE', exit: 2})
    expect(error?.message).toContain('--zorder')
    expect(shop.tree()).toEqual(before)
  })
})
