import {afterAll, describe, expect, test} from '@jest/globals'
import {testSchemaFormat, type UnderstoodTable} from '@phlo/testing'
import protobufjs from 'protobufjs'
import protobuf from '../../src/schema-formats/protobuf/index.js'
import {pythonSchemas} from './support/python-schemas.js'

const tools = pythonSchemas()
afterAll(() => tools.close())

/** protoc tells what it understood; protobufjs has to take the file as well. */
const cases = await testSchemaFormat({
  format: protobuf,
  hasComments: true,
  async judge(content) {
    protobufjs.parse(String(content), new protobufjs.Root()).root.resolveAll()
    return tools.read<UnderstoodTable[]>('protobuf', content)
  },
})

describe('schema format protobuf', () => {
  for (const {name, run} of cases) test(name, run)
})

const read = (text: string) => protobuf.read?.(Buffer.from(text), 'orders.proto', {})

test('messages of other people have columns by their names', async () => {
  const tables = await read(`syntax = "proto3";
package shop;
// What was sold.
message Order {
  enum State { NEW = 0; PAID = 1; }
  message Line { double price = 1; }
  uint32 count = 3;
  // Where it is.
  State state = 1;
  optional bytes blob = 2;
  repeated Line lines = 4;
  map<string, int64> counts = 5;
}
`)
  const line = {type: 'struct', fields: [{id: 7, name: 'price', required: true, type: 'double'}]}
  const map = {type: 'map', 'key-id': 8, key: 'string', 'value-id': 9, value: 'long', 'value-required': true}
  expect(tables).toEqual([
    {
      name: ['Order'],
      doc: 'What was sold.',
      hasIds: false,
      schema: {
        type: 'struct',
        'schema-id': 0,
        fields: [
          {id: 1, name: 'count', required: true, type: 'long'},
          {id: 2, name: 'state', required: true, type: 'string', doc: 'Where it is.'},
          {id: 3, name: 'blob', required: false, type: 'binary'},
          {id: 4, name: 'lines', required: true, type: {type: 'list', 'element-id': 6, element: line, 'element-required': true}},
          {id: 5, name: 'counts', required: true, type: map},
        ],
      },
      losses: [
        {column: ['count'], what: 'uint32 became long'},
        {column: ['state'], what: 'an enum of NEW, PAID became string'},
      ],
    },
  ])
})

test('a field has the number of its id, unless Protocol Buffers keep it to themselves', async () => {
  const ids = [18999, 19000, 2 ** 29 - 1, 2 ** 29]
  const fields = ids.map((id) => ({id, name: `of_${id}`, required: true, type: 'long'}))
  const document = {name: ['T'], schema: {type: 'struct' as const, fields}, partitioning: [], sortOrder: [], properties: {}}
  const {content = '', losses} = (await protobuf.write?.([document], {})) ?? {}
  expect([...String(content).matchAll(/= (\d+) \[/g)].map(([, number]) => Number(number))).toEqual([18999, 1, 2 ** 29 - 1, 2])
  expect(losses?.map(({what}) => what)).toEqual([
    'the id 19000 became the number 1, since Protocol Buffers keep it to themselves',
    'the id 536870912 became the number 2, since Protocol Buffers keep it to themselves',
  ])
})

test('a message in itself is refused', async () => {
  await expect(read('syntax = "proto3"; message A { message N { N next = 1; } N n = 1; }')).rejects.toThrow(
    'No schema can be read from orders.proto: field n.next is a N in a N, which no table can have.',
  )
})
