import {existsSync, readFileSync} from 'node:fs'
import {basename} from 'node:path'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {openShop, plantOrphan, type Shop} from '../support/in-process.js'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})

describe('vacuum', () => {
  test('names the orphans and what stays in a dry run, and deletes nothing', async () => {
    const orphan = await plantOrphan(shop, 'left-behind.parquet', 'half a file')
    const before = shop.tree()
    const {stdout, exitCode} = await shop.type(['table', 'vacuum', 'shop.orders', '-n'])
    expect({exitCode, stdout}).toEqual({exitCode: 0, stdout: expect.stringContaining(basename(orphan))})
    const {plan} = await shop.must('table', 'vacuum', 'shop.orders', '--dry-run')
    expect(plan).toMatchObject({bytes: 11, files: [{path: expect.stringContaining(orphan), size: 11}], youngFiles: 0})
    expect(plan.referencedFiles).toBe(plan.listedFiles - 1)
    expect(shop.tree()).toEqual(before)
  })

  test('deletes the orphans and no other file', async () => {
    const before = shop.tree()
    await plantOrphan(shop, 'left-behind.parquet', 'half a file')
    expect(await shop.must('table', 'vacuum', 'shop.orders', '--yes')).toMatchObject({
      outcome: 'done',
      report: {deletedFiles: 1, deletedBytes: 11, failedDeletes: []},
    })
    expect(shop.tree()).toEqual(before)
    expect((await shop.must('maintenance', 'vacuum', 'shop.orders')).outcome).toBe('nothing-to-do')
  })

  test('needs a yes, from a person or by the flag', async () => {
    const orphan = await plantOrphan(shop, 'left-behind.parquet', 'half a file')
    const {exit, error} = await shop.json('table', 'vacuum', 'shop.orders')
    expect({exit, code: error?.code}).toEqual({exit: 2, code: 'CONFIRMATION_REQUIRED'})
    expect(await shop.type(['table', 'vacuum', 'shop.orders'], {stdin: ['no']})).toMatchObject({exitCode: 6})
    expect(existsSync(orphan)).toBe(true)
    expect(await shop.type(['table', 'vacuum', 'shop.orders'], {stdin: ['yes']})).toMatchObject({exitCode: 0})
    expect(existsSync(orphan)).toBe(false)
  })

  test('leaves young files, and says so', async () => {
    const orphan = await plantOrphan(shop, 'left-behind.parquet', 'half a file')
    const {plan} = await shop.must('table', 'vacuum', 'shop.orders', '--older-than', '11d', '--dry-run')
    expect(plan).toMatchObject({noop: true, files: [], youngFiles: 1})
    const {explanations} = await shop.must('table', 'explain', 'vacuum', 'shop.orders', '--older-than', '11d', '--file', basename(orphan))
    expect(explanations).toEqual([
      {subject: expect.stringContaining(orphan), kind: 'object', touched: false, reason: expect.stringContaining('not more than 11 d')},
    ])
  })

  test('explains each file of the location', async () => {
    const orphan = await plantOrphan(shop, 'left-behind.parquet', 'half a file')
    const {explanations} = await shop.must('table', 'explain', 'vacuum', 'shop.orders', '--touched')
    expect(explanations).toEqual([
      {subject: expect.stringContaining(orphan), kind: 'object', touched: true, reason: expect.stringContaining('10 d ago')},
    ])
    const {stdout} = await shop.type(['table', 'explain', 'vacuum', 'shop.orders', '--partition', 'country=CH'])
    expect(stdout.match(/^left +object +the table refers to it .*country=CH/gm)).toHaveLength(6)
  })

  test('applied from a saved plan deletes exactly what the plan names', async () => {
    const first = await plantOrphan(shop, 'first.parquet', 'one')
    await shop.must('table', 'vacuum', 'shop.orders', '--plan-out', 'plan.json')
    const second = await plantOrphan(shop, 'second.parquet', 'two')
    expect(await shop.must('table', 'apply', 'plan.json', '--yes')).toMatchObject({report: {deletedFiles: 1}})
    expect([existsSync(first), existsSync(second)]).toEqual([false, true])
  })
})

describe('restore-files', () => {
  test('brings back what vacuum put in quarantine', async () => {
    const orphan = await plantOrphan(shop, 'left-behind.parquet', 'half a file')
    const before = shop.tree()
    const {stdout} = await shop.type(['table', 'vacuum', 'shop.orders', '--quarantine', '--yes'])
    expect(existsSync(orphan)).toBe(false)
    const {removals} = await shop.must('table', 'restore-files', 'shop.orders')
    expect(removals).toMatchObject([{files: 1, bytes: 11}])
    const [{id}] = removals
    expect(stdout).toContain(`phlo table restore-files shop.orders ${id}`)
    expect((await shop.must('table', 'vacuum', 'shop.orders', '--dry-run')).plan).toMatchObject({noop: true, quarantinedFiles: 2})

    expect(await shop.must('table', 'restore-files', 'shop.orders', id, '--dry-run')).toEqual({outcome: 'planned', removals})
    expect(existsSync(orphan)).toBe(false)
    expect(await shop.must('table', 'restore-files', 'shop.orders', id)).toMatchObject({outcome: 'done', removed: 1, failed: []})
    expect(readFileSync(orphan, 'utf8')).toBe('half a file')
    expect(shop.tree()).toEqual(before)
  })

  test('leaves a file in quarantine whose place was taken, and names it', async () => {
    const orphan = await plantOrphan(shop, 'left-behind.parquet', 'half a file')
    await shop.must('table', 'vacuum', 'shop.orders', '--quarantine', '--yes')
    await plantOrphan(shop, 'left-behind.parquet', 'somebody else’s')
    const [{id}] = (await shop.must('table', 'restore-files', 'shop.orders')).removals
    const {exit, result, warnings} = await shop.json('table', 'restore-files', 'shop.orders', id)
    expect({exit, removed: result.removed}).toEqual({exit: 1, removed: 0})
    expect(warnings.join()).toContain('left-behind.parquet')
    expect(readFileSync(orphan, 'utf8')).toBe('somebody else’s')
    expect((await shop.must('table', 'restore-files', 'shop.orders')).removals).toHaveLength(1)
  })

  test('names the removals that there are when it is asked for another', async () => {
    const {exit, error} = await shop.json('table', 'restore-files', 'shop.orders', 'nope')
    expect({exit, code: error?.code}).toEqual({exit: 2, code: 'QUARANTINE_NOT_FOUND'})
  })
})
