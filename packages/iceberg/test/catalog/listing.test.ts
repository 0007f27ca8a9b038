import {expect, test} from '@jest/globals'
import {formatTableName, parseTableName} from '@phlo/core'
import {icebergLakehouse} from '@phlo/iceberg'
import {openLake} from '../support/lake.js'

test('a listing of all tables goes on when a namespace is dropped meanwhile', async () => {
  const {catalog, close} = await openLake()
  const schema = {type: 'struct' as const, fields: [{id: 1, name: 'id', required: false, type: 'long'}]}
  for (const namespace of ['a', 'b', 'c']) {
    await catalog.createNamespace([namespace], {})
    await catalog.createTable({namespace: [namespace], name: 't'}, {schema})
  }
  const found: string[] = []
  for await (const name of icebergLakehouse(catalog).listTables()) {
    if (found.length === 0) {
      await catalog.dropTable(parseTableName('b.t'))
      await catalog.dropNamespace(['b'])
    }
    found.push(formatTableName(name))
  }
  expect(found).toEqual(['a.t', 'c.t'])
  await close()
})
