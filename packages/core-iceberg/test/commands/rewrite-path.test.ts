import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'

describe('table rewrite-path', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })

  test('in a dry run counts what is rewritten and what is copied, and changes nothing', async () => {
    const before = shop.tree()
    const {stdout, stderr, exitCode} = await shop.type(['table', 'rewrite-path', 'shop.orders', '--target-prefix', 'moved', '--dry-run'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/manifests +6 .* rewrite/)
    expect(stdout).toMatch(/other files +18 .* copy/)
    expect(stdout).toContain(`file://${join(shop.cwd, 'moved')}`)
    expect(stderr).toContain('this was a dry run')
    expect(shop.tree()).toEqual(before)
  })

  test('copies, and prints the command that makes the copy a table, which has the same rows', async () => {
    const rows = (await shop.must('table', 'scan', 'shop.orders', '--limit', '1000')).data
    const args = ['table', 'rewrite-path', 'shop.orders', '--target-prefix', 'moved', '--staging', 'staging', '--copy']
    const {stdout, exitCode} = await shop.type(args)
    expect(exitCode).toBe(0)
    const register = /phlo table register shop\.orders (\S+)/.exec(stdout)?.[1] ?? ''
    expect(register).toContain(`file://${join(shop.cwd, 'moved')}/metadata/`)
    expect(
      readFileSync(join(shop.cwd, 'staging', 'file-list.csv'), 'utf8')
        .trimEnd()
        .split('\n'),
    ).toHaveLength(18 + 6 + 6 + 7)
    await shop.must('table', 'register', 'shop.moved', register)
    const sorted = (all: readonly unknown[]) => all.map((row) => JSON.stringify(row)).sort()
    expect(sorted((await shop.must('table', 'scan', 'shop.moved', '--limit', '1000')).data)).toEqual(sorted(rows))
    const {files} = await shop.must('table', 'files', 'shop.moved')
    expect(files.map(({path}: {path: string}) => path.includes('/moved/data/'))).toEqual(Array(18).fill(true))

    const {report} = await shop.must(...args)
    expect(report).toMatchObject({copiedFiles: 0, presentFiles: 37, rewrittenManifestFilePathsCount: 6, rewrittenDeleteFilePathsCount: 0})
  })

  test('saves a plan that is applied later', async () => {
    await shop.must('table', 'rewrite-path', 'shop.orders', '--target-prefix', 'later', '--copy', '--plan-out', 'plan.json')
    expect(existsSync(join(shop.cwd, 'later'))).toBe(false)
    expect((await shop.must('table', 'apply', 'plan.json')).report).toMatchObject({copiedFiles: 37, presentFiles: 0})
  })

  test('refuses prefixes that do not fit, in one sentence', async () => {
    const {location} = await shop.must('table', 'show', 'shop.orders')
    for (const [args, code] of [
      [['--target-prefix', `${location}/data`], 'INVALID_PREFIX'],
      [['--target-prefix', 'moved-again', '--source-prefix', `${location}/data`], 'PATH_OUTSIDE_PREFIX'],
      [['--target-prefix', 'moved-again', '--staging', 'moved-again'], 'INVALID_STAGING'],
    ] as const) {
      const before = shop.tree()
      const {exit, error} = await shop.json('table', 'rewrite-path', 'shop.orders', ...args)
      expect({exit, code: error?.code}).toEqual({exit: 6, code})
      expect(error?.message).toMatch(/^[^\n]+$/)
      expect(shop.tree()).toEqual(before)
    }
  })
})
