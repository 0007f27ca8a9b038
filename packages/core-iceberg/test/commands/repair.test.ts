import {appendFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {parseTableName} from '@phlo/core'
import {icebergTable, localFileIO} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogTables} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'
import {withFile} from '../../../iceberg/test/inspect/checked.js'
import type {Lake} from '../../../iceberg/test/support/lake.js'
import {testContext} from '../../../iceberg/test/support/lake.js'
import {openShop, type Shop} from '../support/in-process.js'
import {goesTheWholeWay} from '../support/whole-way.js'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})

/** Commits an entry of `shop.orders` that says something wrong. */
async function damage(change: Parameters<typeof withFile>[2]): Promise<void> {
  const {db, close} = await openDatabase<SqlCatalogTables>(`sqlite:///${join(shop.cwd, '.phlo', 'catalog.db')}`)
  const catalog = createSqlCatalog({
    name: 'local',
    warehouse: `file://${join(shop.cwd, '.phlo', 'warehouse')}`,
    db: async () => db,
    openIO: async () => localFileIO(),
  })
  const table = async (name: string) => icebergTable(catalog, parseTableName(name), await catalog.loadTable(parseTableName(name)))
  await withFile({table, context: testContext(), catalog} as Lake, 'shop.orders', change)
  await close()
}

describe('table repair', () => {
  test('finds nothing to do in a healthy table', async () => {
    const before = shop.tree()
    expect(await shop.json('table', 'repair', 'shop.orders', '--yes', '--drop-missing')).toMatchObject({
      exit: 0,
      result: {outcome: 'nothing-to-do', summary: 'nothing to repair: every file is what the table says', left: []},
    })
    expect(shop.tree()).toEqual(before)
  })

  test('mends what table check finds, which names it', async () => {
    await damage(({recordCount}) => ({recordCount: recordCount - 3, splitOffsets: [1]}))
    const {result: checked} = await shop.json('table', 'check', 'shop.orders', '--data')
    expect(checked.findings.map(({mend}: {mend?: string}) => mend)).toContain('phlo table repair shop.orders')
    const {report, stdout} = await goesTheWholeWay(shop, ['table', 'repair', 'shop.orders'], async () => {
      expect(await shop.json('table', 'check', 'shop.orders', '--data')).toMatchObject({exit: 0, result: {findings: []}})
    })
    expect(report).toMatchObject({mendedFiles: 1, changedRows: 3})
    expect(stdout).toMatch(/^Rows that the table tells of +\+3$/m)
  })

  test('tells of files that are gone and exits with 1; drops them when it is told to', async () => {
    const [path] = (await shop.files()) as [string]
    rmSync(fileURLToPath(path))
    const told = await shop.type(['table', 'repair', 'shop.orders', '--yes'])
    expect(told.exitCode).toBe(1)
    expect(told.stdout).toBe(
      `nothing that can be mended this way, and 1 finding left\nerror    FILE_MISSING  ${path} does not exist.\n         phlo table repair shop.orders --drop-missing\n`,
    )
    const dry = await shop.type(['table', 'repair', 'shop.orders', '--drop-missing', '--dry-run'])
    expect(dry).toMatchObject({exitCode: 0, stdout: expect.stringContaining(`${path} (20 rows)`)})
    const refused = await shop.json('table', 'repair', 'shop.orders', '--drop-missing')
    expect(refused).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    const done = await shop.type(['table', 'repair', 'shop.orders', '--drop-missing', '--yes'])
    expect(done).toMatchObject({exitCode: 0, stdout: expect.stringMatching(/^Rows that are lost +20$/m)})
    expect(await shop.files()).not.toContain(path)
    expect(await shop.json('table', 'check', 'shop.orders', '--data')).toMatchObject({exit: 0, result: {findings: []}})
  })

  test('says what it cannot mend beside what it mends', async () => {
    let damaged = ''
    await damage(({filePath}) => {
      damaged = filePath
      return {splitOffsets: [1]}
    })
    const path = (await shop.files()).find((other) => other !== damaged) as string
    appendFileSync(fileURLToPath(path), 'tail')
    const left = [{code: 'FILE_UNREADABLE', subject: path}]
    const plan = join(shop.cwd, 'repair.json')
    const saved = await shop.json('table', 'repair', 'shop.orders', '--plan-out', plan)
    expect(saved).toMatchObject({exit: 1, result: {outcome: 'saved', left}})
    const {exitCode, stdout} = await shop.type(['table', 'apply', plan, '--dry-run'])
    expect({exitCode, stdout}).toEqual({exitCode: 1, stdout: expect.stringContaining(`FILE_UNREADABLE  The Parquet file ${path}`)})
    const done = await shop.json('table', 'apply', plan, '--yes')
    expect(done).toMatchObject({exit: 1, result: {outcome: 'done', report: {mendedFiles: 1}, left}})
  })
})
