import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {openShop, type Shop} from '../support/in-process.js'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})

const pathOf = (uri: string) => (uri.startsWith('file:') ? fileURLToPath(uri) : uri)

describe('table check', () => {
  test('finds nothing in a healthy table, at any depth, and changes nothing', async () => {
    const before = shop.tree()
    for (const flags of [[], ['--data'], ['--all-snapshots'], ['--data', '--all-snapshots', '--ref', 'main']]) {
      const found = await shop.json('table', 'check', 'shop.orders', ...flags)
      expect(found).toMatchObject({exit: 0, result: {table: 'shop.orders', errors: 0, warnings: 0, notes: 0, findings: []}})
    }
    expect((await shop.type(['table', 'check', 'shop.orders'])).stdout).toBe('shop.orders is as it should be\n')
    expect(shop.tree()).toEqual(before)
  })

  test('exits with 1 for an error, names the file, and what may bring it back', async () => {
    const [path] = (await shop.files()) as [string]
    rmSync(pathOf(path))
    const {exit, result} = await shop.json('table', 'check', 'shop.orders')
    expect({exit, errors: result.errors}).toEqual({exit: 1, errors: 1})
    expect(result.findings).toMatchObject([{severity: 'error', code: 'FILE_MISSING', subject: path}])
    const {stdout, exitCode} = await shop.type(['table', 'check', 'shop.orders', '--data'])
    expect(exitCode).toBe(1)
    expect(stdout).toBe(
      `error    FILE_MISSING  ${path} does not exist.\n         phlo table restore-files shop.orders\n1 error, 0 warnings, 0 notes\n`,
    )
  })

  test('finds files that only older snapshots have when it is asked to', async () => {
    const [path] = (await shop.files()) as [string]
    await shop.must('table', 'optimize', 'shop.orders', '--yes')
    rmSync(pathOf(path))
    expect(await shop.json('table', 'check', 'shop.orders')).toMatchObject({exit: 0})
    expect(await shop.json('table', 'check', 'shop.orders', '--all-snapshots')).toMatchObject({
      exit: 1,
      result: {findings: [{code: 'FILE_MISSING', subject: path}]},
    })
  })

  test('finds metadata in which a ref leads nowhere, or that is gone', async () => {
    const {metadataLocation} = await shop.must('table', 'show', 'shop.orders')
    const text = readFileSync(pathOf(metadataLocation), 'utf8')
    writeFileSync(pathOf(metadataLocation), text.replace(/("refs":\{"main":\{[^}]*"snapshot-id":)\d+/, '$11'))
    const {exit, result} = await shop.json('table', 'check', 'shop.orders')
    expect(exit).toBe(1)
    expect(result.findings).toMatchObject([{code: 'METADATA_CORRUPT', message: expect.stringContaining('refs.main.snapshot-id')}])
    rmSync(pathOf(metadataLocation))
    expect(await shop.json('table', 'check', 'shop.orders')).toMatchObject({exit: 1, result: {findings: [{code: 'FILE_NOT_FOUND'}]}})
  })

  test('exits as others do when there is no such table or ref', async () => {
    expect(await shop.json('table', 'check', 'shop.nothing')).toMatchObject({exit: 3, error: {code: 'TABLE_NOT_FOUND'}})
    expect(await shop.json('table', 'check', 'shop.orders', '--ref', 'nowhere')).toMatchObject({exit: 2, error: {code: 'REF_NOT_FOUND'}})
  })
})
