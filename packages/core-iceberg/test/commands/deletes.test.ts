import {join} from 'node:path'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {parseTableName} from '@phlo/core'
import {icebergTable, localFileIO} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogTables} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'
import {deleteByEquality, deleteByPosition} from '../../../iceberg/test/support/delete-rows.js'
import {testContext} from '../../../iceberg/test/support/lake.js'
import {openShop, type Shop} from '../support/in-process.js'
import {goesTheWholeWay, isRefused} from '../support/whole-way.js'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  const {db, close} = await openDatabase<SqlCatalogTables>(`sqlite:///${join(shop.cwd, '.phlo', 'catalog.db')}`)
  const catalog = createSqlCatalog({
    name: 'local',
    warehouse: `file://${join(shop.cwd, '.phlo', 'warehouse')}`,
    db: async () => db,
    openIO: async () => localFileIO(),
  })
  const table = async (name: string) => icebergTable(catalog, parseTableName(name), await catalog.loadTable(parseTableName(name)))
  const other = {table, context: testContext()}
  await deleteByPosition(other, 'shop.orders', (id) => id % 10n === 3n)
  await deleteByPosition(other, 'shop.orders', (id) => id % 10n === 4n)
  await deleteByEquality(other, 'shop.orders', 1, [0n, 1n, 2n, 7_777n])
  await close()
})

/** 360 rows less two of every ten, less three that are deleted by their ids. */
const LEFT = 360 - 72 - 3

async function idsOf(): Promise<readonly number[]> {
  const {data} = await shop.must('table', 'scan', 'shop.orders', '--limit', '1000', '--columns', 'id')
  return data.map(({id}: {id: number}) => Number(id))
}

const deleteFiles = async () => (await shop.must('table', 'stats', 'shop.orders')).deleteFiles

const isRight = async () => {
  const ids = await idsOf()
  expect(new Set(ids).size).toBe(LEFT)
  expect(ids.length).toBe(LEFT)
  expect(ids.filter((id) => id % 10 === 3 || id % 10 === 4 || id < 3)).toEqual([])
}

describe('a table with deletes', () => {
  test('is read without the rows that are deleted', async () => {
    await isRight()
    expect(await deleteFiles()).toBe(9)
    const {stdout} = await shop.type(['table', 'stats', 'shop.orders'])
    expect(stdout).toMatch(/^Rows +360, before deletes$/m)
    expect(stdout).toMatch(/^Delete files +9 \(6 position, 3 equality\)$/m)
    expect(stdout).toMatch(
      /1\. .*\n +phlo table optimize .*\n2\. .*\n +phlo table rewrite-deletes shop\.orders --equality --dry-run\n3\. .*\n +phlo table rewrite-deletes /,
    )
  })

  test('is optimized: the deletes are applied, and go in the same commit', async () => {
    const {report, stdout} = await goesTheWholeWay(shop, ['table', 'optimize', 'shop.orders'], async () => {
      await isRight()
      expect(await deleteFiles()).toBe(0)
    })
    expect(report).toMatchObject({rewrittenDataFiles: 18, addedDataFiles: 3, rows: LEFT, deletedRows: 75, removedDeleteFiles: 9})
    expect(stdout).toMatch(/Deleted rows left out +75/)
  })

  test('is merged with its deletes moved to the new files where it is told to keep them', async () => {
    const argv = ['table', 'optimize', 'shop.orders', '--keep-deletes']
    const {explanations} = await shop.must('table', 'explain', 'optimize', 'shop.orders', '--keep-deletes')
    const dry = await shop.type([...argv, '--dry-run'])
    expect(dry.stdout).toContain('9 delete files go; the rows that they delete stay, and are deleted by new ones')
    expect((await shop.type(['table', 'optimize', 'shop.orders', '--dry-run'])).stdout).toContain('9 delete files go with the rows')
    const kept = explanations.filter(({reason}: {reason: string}) => / deleted rows? stays?, and /.test(reason))
    expect(kept.length).toBeGreaterThan(3)
    const {report, stdout} = await goesTheWholeWay(shop, argv, async () => {
      await isRight()
      expect(await deleteFiles()).toBe(3)
    })
    const figures = {rows: 360, deletedRows: 0, keptDeletedRows: 75, addedDeleteFiles: 3, removedDeleteFiles: 9}
    expect(report).toMatchObject({rewrittenDataFiles: 18, addedDataFiles: 3, ...figures})
    expect(stdout).toMatch(/Deleted rows kept +75/)
    await isRefused(shop, [...argv, '--sort', 'id'], 2, 'INVALID_OPTION', 'with sort')
  })

  test('is optimized where the thresholds say so, and only there', async () => {
    const few = ['--min-input-files', '100']
    expect((await shop.must('table', 'optimize', 'shop.orders', ...few, '--dry-run')).plan.noop).toBe(true)
    const {plan} = await shop.must('table', 'optimize', 'shop.orders', ...few, '--delete-file-threshold', '3', '--dry-run')
    expect(plan.groups[0].reason).toMatch(/^deletes are to be applied to \d+ of \d+ files$/)
    const {explanations} = await shop.must('table', 'explain', 'optimize', 'shop.orders', ...few, '--delete-file-threshold', '3')
    expect(explanations.map(({reason}: {reason: string}) => reason)).toContainEqual(expect.stringContaining('3 delete files apply to it'))
    await isRefused(shop, ['table', 'optimize', 'shop.orders', '--delete-ratio-threshold', '2'], 2, 'INVALID_FLAG', '"2"')
  })

  test('has its position deletes compacted', async () => {
    const argv = ['table', 'rewrite-deletes', 'shop.orders', '--min-input-files', '2']
    const {report} = await goesTheWholeWay(shop, argv, async () => {
      await isRight()
      expect(await deleteFiles()).toBe(6)
    })
    expect(report).toMatchObject({rewrittenDeleteFiles: 6, addedDeleteFiles: 3, deletedRows: 72})
  })

  test('has its equality deletes turned into position deletes', async () => {
    const {report} = await goesTheWholeWay(shop, ['table', 'rewrite-deletes', 'shop.orders', '--equality'], async () => {
      await isRight()
      const {files} = await shop.must('table', 'files', 'shop.orders')
      expect(files.map(({content}: {content: string}) => content)).not.toContain('equality-deletes')
    })
    expect(report).toMatchObject({rewrittenDeleteFiles: 3, deletedRows: 3})
    expect((await shop.must('table', 'rewrite-deletes', 'shop.orders', '--equality')).outcome).toBe('nothing-to-do')
  })

  test('has its manifests written anew, those of deletes too', async () => {
    const {report} = await goesTheWholeWay(shop, ['table', 'rewrite-manifests', 'shop.orders'], isRight)
    expect(report).toMatchObject({rewrittenManifests: 9, addedManifests: 2, entries: 27})
    await isRefused(shop, ['table', 'rewrite-manifests', 'shop.orders', '--sort-by', 'nowhere'], 2, 'PARTITION_FIELD_NOT_FOUND', 'nowhere')
  })
})
