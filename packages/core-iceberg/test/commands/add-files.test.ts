import {appendFileSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {beforeAll, describe, expect, test} from '@jest/globals'
import {emptyFolder, openShop, type Shop} from '../support/in-process.js'

/** A table of its own folder whose data files are there to be taken, laid out by country. */
async function landedFiles(): Promise<string> {
  const {must} = await openShop()
  const {location} = await must('table', 'show', 'shop.orders')
  return join(fileURLToPath(location), 'data')
}

describe('table add-files', () => {
  let shop: Shop
  let landed: string
  beforeAll(async () => {
    landed = await landedFiles()
    shop = emptyFolder()
    await shop.must('namespace', 'create', 'shop')
    await shop.must('table', 'create', 'shop.orders', '--schema', 'id: long, amount: double, country: string', '--partition-by', 'country')
  })

  test('in a dry run shows what goes into which partition, and changes nothing', async () => {
    const before = shop.tree()
    const {stdout, stderr, exitCode} = await shop.type(['table', 'add-files', 'shop.orders', landed, '--dry-run'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/add 18 files \(360 rows/)
    expect(stdout).toMatch(/country=CH +6 +120 /)
    expect(stderr).toContain('this was a dry run')
    expect(shop.tree()).toEqual(before)
  })

  test('asks, because the files become the table’s, and adds those of the partition that was named', async () => {
    expect(await shop.json('table', 'add-files', 'shop.orders', landed)).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    const {report} = await shop.must('table', 'add-files', 'shop.orders', landed, '--partition-filter', 'country=DE', '--yes')
    expect(report).toMatchObject({addedDataFiles: 6, changedPartitions: 1, rows: 120})
    expect(await shop.must('table', 'stats', 'shop.orders')).toMatchObject({rows: 120})
    expect((await shop.files()).every((path) => path.includes('/country=DE/'))).toBe(true)
  })

  test('names a file that is there already, and takes it again only when told to', async () => {
    const before = shop.tree()
    const {exit, error} = await shop.json('table', 'add-files', 'shop.orders', landed, '--yes')
    expect({exit, code: error?.code}).toEqual({exit: 6, code: 'FILE_ALREADY_IN_TABLE'})
    expect(error?.message).toContain('/country=DE/')
    expect(shop.tree()).toEqual(before)
    const {plan} = await shop.must('table', 'add-files', 'shop.orders', landed, '--no-check-duplicates', '--dry-run')
    expect(plan.files).toHaveLength(18)
  })

  test('saves a plan that is refused once a file has another size', async () => {
    await shop.must('table', 'create', 'shop.later', '--schema', 'id: long, amount: double, country: string', '--partition-by', 'country')
    await shop.must('table', 'add-files', 'shop.later', landed, '--partition-filter', 'country=FR', '--plan-out', 'plan.json')
    const {plan} = await shop.must('table', 'apply', 'plan.json', '--dry-run')
    appendFileSync(fileURLToPath(plan.files[0].path), 'x')
    const before = shop.tree()
    expect(await shop.json('table', 'apply', 'plan.json', '--yes')).toMatchObject({exit: 5, error: {code: 'PLAN_OUTDATED'}})
    expect(shop.tree()).toEqual(before)
  })

  test('says what it cannot find', async () => {
    mkdirSync(join(shop.cwd, 'empty'))
    expect(await shop.json('table', 'add-files', 'shop.orders', 'empty', '--yes')).toMatchObject({
      exit: 3,
      error: {code: 'SOURCE_NOT_FOUND'},
    })
    expect(await shop.json('table', 'add-files', 'shop.orders', landed, '--partition-filter', 'country', '--yes')).toMatchObject({
      exit: 2,
      error: {code: 'INVALID_PROPERTY'},
    })
  })
})
