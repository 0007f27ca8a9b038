import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'
import type {SnapshotManager, TableName} from '@phlo/core'
import {append, currentSchema, type IcebergTable, parseType, type Schema} from '@phlo/iceberg'
import {type CatalogUnderTest, testCatalog} from '@phlo/testing'
import {testContext} from '../../iceberg/test/support/lake.js'
import {open} from './support/open-sql.js'
import {writeOrders} from './support/phlo.js'

const schema = parseType('struct<id: long, amount: double, country: string>') as Schema
const ORDERS: TableName = {namespace: ['shop'], name: 'orders'}
let next = 0

/** What every catalog has to keep, for the SQL catalog over one database; each case has a catalog of its own in it. */
export function lakehouseCases(title: string, uri: (folder: string) => string, more: Partial<CatalogUnderTest> = {}): void {
  const create = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'phlo-lakehouse-'))
    return {uri: uri(folder), warehouse: `file://${folder}/warehouse`, lake: `lake${next++}`}
  }

  describe(`the SQL catalog on ${title}`, () => {
    const module = new URL('./support/open-sql.ts', import.meta.url)
    test.each(testCatalog({create, open, module, forbids: {namespaces: /\./}, ...more}))('$name', ({run}) => run())

    test('tells and moves the history of a table', async () => {
      const lake = await open(await create())
      await lake.createNamespace(['shop'], {})
      await lake.createTable(ORDERS, {schema})
      const context = testContext()
      const file = writeOrders(join(mkdtempSync(join(tmpdir(), 'phlo-orders-')), 'orders.arrow'), 10, 0)
      for (let commit = 0; commit < 3; commit++) {
        const table = await lake.getTable(ORDERS)
        await append.execute(table, await append.plan(table, {files: [file]}, context), context)
      }
      const snapshots = lake.snapshots as SnapshotManager
      const table = await lake.getTable(ORDERS)
      expect(currentSchema(table.metadata).fields).toHaveLength(3)
      const [first, second, third] = (await snapshots.list(table)).map(({id}) => id) as [string, string, string]
      expect(await snapshots.get(table, second)).toMatchObject({operation: 'append', parentId: first, refs: []})
      await expect(snapshots.get(table, '7')).rejects.toMatchObject({code: 'SNAPSHOT_NOT_FOUND', exit: 2})

      const tagged = await snapshots.tag(table, 'monday', first)
      const branched = await snapshots.branch(tagged, 'trial', second)
      expect((await snapshots.get(branched, first)).refs).toEqual(['monday'])
      expect((await snapshots.get(branched, second)).refs).toEqual(['trial'])
      const back = (await snapshots.rollback(branched, second)) as IcebergTable
      expect(String(back.metadata.refs['main']?.['snapshot-id'])).toBe(second)
      const picked = (await snapshots.cherryPick(back, third)) as IcebergTable
      expect(picked.metadata.snapshots.length).toBeGreaterThanOrEqual(3)
      await expect(snapshots.expire(picked, [first])).rejects.toMatchObject({exit: 6})
      await lake.close()
    })
  })
}
