import {describe, expect, test} from '@jest/globals'
import {localFileIO, parseType, type Schema} from '@phlo/iceberg'
import {createRestCatalog, restSettings} from '@phlo/iceberg/rest'
import {catalogCases} from '@phlo/testing'
import {required} from '../../iceberg/test/support/required.js'
import {icebergLakehouse} from '../src/lakehouse.js'

const schema = parseType('struct<id: long, amount: double, country: string>') as Schema
const uri = required('PHLO_TEST_REST_EMPTY_URI')
const open = () =>
  icebergLakehouse(createRestCatalog({name: 'lake', properties: {}, ...restSettings('lake', {uri}), openIO: async () => localFileIO()}))

/** Each case begins with nothing in the catalog. */
async function emptied() {
  const lake = open()
  for await (const table of lake.listTables()) await lake.dropTable(table)
  for await (const namespace of lake.listNamespaces()) await lake.dropNamespace(namespace)
  return lake
}

describe('the REST catalog on Iceberg’s own server', () => {
  test.each(catalogCases({create: emptied, request: {schema}}))('$name', ({run}) => run())

  test('keeps namespaces of several levels and of any name apart', async () => {
    const lake = await emptied()
    const names = ['a', 'A', 'a b', 'a+b', 'été', '🦆', "o'x", 'x&y=z', 'a?b#c']
    for (const name of names) await lake.createNamespace([name], {name})
    await lake.createNamespace(['a', 'below'], {})
    const found: unknown[] = []
    for await (const namespace of lake.listNamespaces()) found.push(namespace[0])
    expect(found.sort()).toEqual([...names].sort())
    for (const name of names) expect(await lake.getNamespaceProperties([name])).toMatchObject({name})
    for await (const namespace of lake.listNamespaces(['a'])) expect(namespace).toEqual(['a', 'below'])
    const table = {namespace: ['a', 'below'], name: 'x y+z?'}
    await lake.createTable(table, {schema})
    expect((await lake.getTable(table)).name).toEqual(table)
    for await (const name of lake.listTables()) expect(name).toEqual(table)
    await lake.dropTable(table)
    await lake.dropNamespace(['a', 'below'])
  })
})
