import {describe, expect, test} from '@jest/globals'
import {testSchemaFormat, type UnderstoodColumn} from '@phlo/testing'
import {parseAllDocuments} from 'yaml'
import phlo from '../../src/schema-formats/phlo/index.js'

type Declared =
  | string
  | {readonly struct?: readonly Column[]; readonly list?: Part; readonly map?: {readonly key: Part; readonly value: Part}}
interface Part {
  readonly type: Declared
  readonly required?: boolean
}
interface Column extends Part {
  readonly name: string
}

const columnOf = ({name, type, required = false}: Column): UnderstoodColumn => {
  if (typeof type === 'string') return {name, type, required}
  if (type.struct) return {name, type: 'struct', required, children: type.struct.map(columnOf)}
  if (type.list) return {name, type: 'list', required, children: [columnOf({name: 'element', ...type.list})]}
  const {key, value} = type.map as {key: Part; value: Part}
  return {name, type: 'map', required, children: [columnOf({name: 'key', ...key, required: true}), columnOf({name: 'value', ...value})]}
}

/** Any reader of YAML sees columns by their names, types and whether they are required. */
const cases = await testSchemaFormat({
  format: phlo,
  judge: async (content) =>
    parseAllDocuments(String(content)).map((document) => ({columns: (document.toJS().columns as readonly Column[]).map(columnOf)})),
})

describe('schema format phlo', () => {
  for (const {name, run} of cases) test(name, run)
})

const read = (text: string) => phlo.read?.(Buffer.from(text), 'orders.yaml', {})

test('a declaration as people write it is read', async () => {
  const [table] =
    (await read(`
table: sales.orders
comment: what was sold
columns:
  - {name: id, type: long, required: true}
  - name: total
    type: decimal(9,2)
    renamed-from: amount
    default: 0.00
  - name: place
    type:
      struct:
        - {name: city, type: string, comment: with its district}
  - {name: tags, type: list<string not null>}
  - {name: at, type: timestamptz}
identifier: [id]
partition-by: [month(at), "bucket(16, id)"]
sort-by: [at desc, place.city]
properties: {write.target-file-size-bytes: 268435456, gc.enabled: true}
`)) ?? []
  expect(table).toMatchObject({
    name: ['sales', 'orders'],
    doc: 'what was sold',
    hasIds: false,
    renamed: [{column: ['total'], from: 'amount'}],
    partitioning: [
      {column: ['at'], transform: 'month'},
      {column: ['id'], transform: 'bucket[16]'},
    ],
    sortOrder: [
      {column: ['at'], transform: 'identity', direction: 'desc', nulls: 'last'},
      {column: ['place', 'city'], direction: 'asc', nulls: 'first'},
    ],
    properties: {'write.target-file-size-bytes': '268435456', 'gc.enabled': 'true'},
    schema: {
      'identifier-field-ids': [1],
      fields: [{name: 'id'}, {name: 'total', 'write-default': '0.00'}, {name: 'place'}, {name: 'tags'}, {name: 'at'}],
    },
  })
})

test.each([
  ['table: a.b', 'it has no "columns"'],
  ['columns: []', 'it has no "table"'],
  ['table: a.b\ncolumns: []', 'a.b has no list of columns'],
  ['table: a.b\ncolumns:\n  - {name: id, type: long}\ntable: a.c', /it is not YAML \(Map keys must be unique.*line 4/],
  ['table: a.b\ncolumns:\n  - {name: id, typ: long}', 'a.b: column 1 has the key "typ", which means nothing there (did you mean type?)'],
  ['table: a.b\ncolumns:\n  - {name: id}', 'a.b: id has no type'],
  ['table: a.b\ncolumns:\n  - {name: id, type: long}\n  - {name: id, type: long}', 'the name "id" is there twice'],
  ['table: a.b\ncolumns:\n  - {name: id, type: long, required: 1}', 'a.b: id: required is neither true nor false'],
  ['table: a.b\ncolumns:\n  - {name: id, type: long, id: 0}', 'a.b: id: id is not a field id'],
  ['table: a.b\ncolumns:\n  - {name: id, type: long}\nidentifier: [no]', 'a.b: identifier names no, which is no column'],
  ['table: a.b\ncolumns:\n  - {name: id, type: long}\npartition-by: [day(at)]', 'a.b: partition-by names at, which is no column'],
])('a file is refused that says %j', async (text, why) => {
  await expect(read(text)).rejects.toThrow(typeof why === 'string' ? `No schema can be read from orders.yaml: ${why}.` : why)
})

test('a type that does not parse is told with its position', async () => {
  await expect(read('table: a.b\ncolumns:\n  - {name: id, type: bigint}')).rejects.toThrow(
    'No schema can be read from orders.yaml: "bigint" is not a type: expected a type at character 1. Did you mean long?',
  )
})
