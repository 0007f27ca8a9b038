import {afterAll, describe, expect, test} from '@jest/globals'
import type {TableSchema} from '@phlo/core'
import {testSchemaFormat} from '@phlo/testing'
import avsc from 'avsc'
import avro from '../../src/schema-formats/avro/index.js'
import {javaSchemas} from './support/java-schemas.js'
import {pythonSchemas} from './support/python-schemas.js'
import {understoodSchema} from './support/understood.js'

const [java, python] = [javaSchemas(), pythonSchemas()]
afterAll(() => Promise.all([java.close(), python.close()]))

/** What stands for a null alone in a list or a map, of which Iceberg's library writes schemas and reads none. */
const NOTHING = 54321
const withoutNulls = (content: string) => {
  let count = 0
  return content.replaceAll(
    /"(items|values)": "null"/g,
    (_, key) => `"${key}": ["null", {"type": "fixed", "name": "nothing_${count++}", "size": ${NOTHING}}]`,
  )
}
const withNulls = (schema: TableSchema): TableSchema => JSON.parse(JSON.stringify(schema).replaceAll(`fixed[${NOTHING}]`, 'unknown'))

/** Iceberg's library says what it understands; two other libraries of Avro have to take the schema as well. */
const cases = await testSchemaFormat({
  format: avro,
  async judge(content) {
    avsc.Type.forSchema(JSON.parse(String(content)))
    await python.read('avro', content)
    const {columns} = understoodSchema(withNulls(await java.read('avro', withoutNulls(String(content)))))
    return [{columns}]
  },
})

describe('schema format avro', () => {
  for (const {name, run} of cases) test(name, run)
})

describe('Avro of other tools', () => {
  const read = (schema: unknown) => avro.read?.(Buffer.from(JSON.stringify(schema)), 'orders.avsc', {})

  test('has columns by their names', async () => {
    const [table] =
      (await read({
        type: 'record',
        name: 'Order',
        namespace: 'com.shop',
        doc: 'what was sold',
        fields: [
          {name: 'id', type: {type: 'string', logicalType: 'uuid'}},
          {name: 'state', type: {type: 'enum', name: 'State', symbols: ['NEW', 'PAID']}, default: 'NEW'},
          {name: 'previous', type: ['null', 'State'], default: null},
          {name: 'amount', type: {type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2}},
          {name: 'count', type: ['int', 'null'], default: 1, doc: 'how many'},
          {name: 'at', type: {type: 'long', logicalType: 'timestamp-millis'}},
          {name: 'local', type: {type: 'long', logicalType: 'local-timestamp-micros'}},
          {name: 'to', type: {type: 'record', name: 'Address', fields: [{name: 'city', type: 'string'}]}},
          {name: 'others', type: {type: 'map', values: {type: 'array', items: 'com.shop.Address'}}},
        ],
      })) ?? []
    const city = (id: number) => ({type: 'struct', fields: [{id, name: 'city', type: 'string', required: true}]})
    expect(table).toEqual({
      name: ['com', 'shop', 'Order'],
      doc: 'what was sold',
      hasIds: false,
      schema: {
        type: 'struct',
        'schema-id': 0,
        fields: [
          {id: 1, name: 'id', type: 'uuid', required: true},
          {id: 2, name: 'state', type: 'string', required: true, 'initial-default': 'NEW', 'write-default': 'NEW'},
          {id: 3, name: 'previous', type: 'string', required: false},
          {id: 4, name: 'amount', type: 'decimal(9,2)', required: true},
          {id: 5, name: 'count', type: 'int', required: false, 'initial-default': 1, 'write-default': 1, doc: 'how many'},
          {id: 6, name: 'at', type: 'timestamptz', required: true},
          {id: 7, name: 'local', type: 'timestamp', required: true},
          {id: 8, name: 'to', type: city(10), required: true},
          {
            ...{id: 9, name: 'others', required: true},
            type: {
              ...{type: 'map', 'key-id': 11, key: 'string', 'value-id': 12, 'value-required': true},
              value: {type: 'list', 'element-id': 13, element: city(14), 'element-required': true},
            },
          },
        ],
      },
      losses: [
        {column: ['state'], what: 'an enum of NEW, PAID became string'},
        {column: ['previous'], what: 'an enum of NEW, PAID became string'},
        {column: ['at'], what: 'timestamp-millis became timestamptz'},
      ],
    })
  })

  const node = {type: 'record', name: 'Node', fields: [{name: 'next', type: ['null', 'Node']}]}
  test.each([
    [node, 'field next is a Node in a Node, which no table can have'],
    [{type: 'record', name: 'R', fields: [{name: 'a', type: ['null', 'int', 'string']}]}, 'field a is one of 3 types'],
    [{type: 'record', name: 'R', fields: []}, 'it has no columns'],
    [{type: 'record', name: 'R', fields: [{name: 'a', type: 'Missing'}]}, 'it is not an Avro schema (undefined type name: Missing)'],
    [{type: 'enum', name: 'E', symbols: ['A']}, 'it declares no record'],
  ])('is refused where no table can be so: %j', async (schema, why) => {
    await expect(read(schema)).rejects.toThrow(`No schema can be read from orders.avsc: ${why}.`)
  })
})
