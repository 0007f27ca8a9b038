import {deepStrictEqual, strictEqual} from 'node:assert/strict'
import {describe, expect, test} from '@jest/globals'
import type {SchemaField, SchemaType} from '@phlo/core'
import {stringifyJson} from '@phlo/iceberg'
import {testSchemaFormat, type UnderstoodColumn} from '@phlo/testing'
import {Ajv2020} from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import jsonSchema from '../../src/schema-formats/json-schema/index.js'

const ANNOTATIONS = ['x-iceberg-type', 'x-field-id', 'x-key-id', 'x-table-name', 'x-identifier-fields', 'x-initial-default', 'x-required']

function compile(content: string) {
  const ajv = new Ajv2020({strict: true, allowUnionTypes: true, ownProperties: true})
  formats.default(ajv)
  for (const annotation of ANNOTATIONS) ajv.addKeyword(annotation)
  return ajv.compile(JSON.parse(content))
}

/** A row in which everything has a value, as JSON has it. */
function sample(type: SchemaType): unknown {
  if (typeof type === 'string') {
    const [base = ''] = /^[a-z_]+/.exec(type) ?? []
    return base === 'fixed' ? 'AAECAwQFBgcICRAREhMUFQ==' : SAMPLES[base]
  }
  if (type.type === 'struct') return rowOf(type.fields)
  if (type.type === 'list') return [sample(type.element)]
  return type.key === 'string' ? {any: sample(type.value)} : [{key: sample(type.key), value: sample(type.value)}]
}

const rowOf = (fields: readonly SchemaField[]): Record<string, unknown> =>
  Object.fromEntries(fields.map(({name, type}) => [name, sample(type)]))

const SAMPLES: Readonly<Record<string, unknown>> = {
  ...{boolean: true, int: -1, long: 1, float: 0.5, double: 0.5, decimal: '-12.34', date: '2026-01-31', time: '22:31:08.123456'},
  ...{timestamp: '2026-01-31T22:31:08.123456', timestamptz: '2026-01-31T22:31:08.123456+00:00', string: 'x', binary: 'AP8='},
  ...{timestamp_ns: '2026-01-31T22:31:08.123456789', timestamptz_ns: '2026-01-31T22:31:08.123456789Z', variant: {any: [1]}, unknown: null},
  ...{uuid: 'f79c3e09-677c-4bbd-a479-3f349cb785e7', geometry: 'AP8=', geography: 'AP8='},
}

interface Node {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly items?: Node
  readonly additionalProperties?: Node
  readonly contentEncoding?: string
  readonly 'x-iceberg-type'?: string
  readonly 'x-required'?: boolean
}

/** What a reader of the keywords finds. */
function columnOf(name: string, node: Node, isNeeded: boolean): UnderstoodColumn {
  const types = [node.type ?? []].flat()
  const required = node['x-required'] ?? (isNeeded && !types.includes('null'))
  const [type = ''] = types
  const known = {name, required}
  const own = node['x-iceberg-type']
  if (own === 'map') return {...known, type: 'map', children: columnsOf(node.items ?? {})}
  if (own !== undefined) return {...known, type: own}
  if (type === 'array') return {...known, type: 'list', children: [columnOf('element', node.items ?? {}, true)]}
  if (type === 'object' && node.properties) return {...known, type: 'struct', children: columnsOf(node)}
  if (type === 'object') {
    const value = columnOf('value', node.additionalProperties ?? {}, true)
    return {...known, type: 'map', children: [{name: 'key', type: 'string', required: true}, value]}
  }
  const word = node.format ?? node.contentEncoding ?? type
  return {...known, type: WORDS[word] ?? word}
}

const columnsOf = ({properties = {}, required = []}: Node): readonly UnderstoodColumn[] =>
  Object.entries(properties).map(([name, node]) => columnOf(name, node, required.includes(name)))

const WORDS: Readonly<Record<string, string>> = {
  ...{int32: 'int', int64: 'long', 'date-time': 'timestamptz', base64: 'binary', null: 'unknown'},
}

/** Ajv passes over properties that are called `__proto__`. */
const withoutProto = (json: string) => json.replaceAll('"__proto__"', '"__proto"')

/** Ajv has to take a row and to refuse others; then the keywords are read. */
const cases = await testSchemaFormat({
  format: jsonSchema,
  async judge(content, [document]) {
    const validate = compile(withoutProto(String(content)))
    const fields: readonly SchemaField[] = JSON.parse(withoutProto(stringifyJson(document?.schema.fields)))
    const row = rowOf(fields)
    validate(row)
    deepStrictEqual(validate.errors ?? [], [])
    for (const {name} of fields.filter((field) => field.required).slice(0, 5)) {
      const {[name]: _, ...without} = row
      strictEqual(validate(without), false, `a row without ${name} is taken`)
    }
    strictEqual(validate({...row, 'no such column': 1}), false)
    return [{columns: columnsOf(JSON.parse(String(content)))}]
  },
})

describe('schema format json-schema', () => {
  for (const {name, run} of cases) test(name, run)
})

const read = (schema: unknown) => jsonSchema.read?.(Buffer.from(stringifyJson(schema)), 'orders.schema.json', {})

test('schemas of other people have columns by their names', async () => {
  const [table] =
    (await read({
      title: 'Order',
      type: 'object',
      properties: {
        id: {type: 'integer', description: 'which'},
        count: {type: 'integer', minimum: 0, maximum: 100, default: 1},
        state: {enum: ['new', 'paid']},
        at: {anyOf: [{type: 'string', format: 'date-time'}, {type: 'null'}]},
        mail: {type: 'string', format: 'email'},
        to: {$ref: '#/$defs/address'},
        labels: {type: 'object', additionalProperties: {type: 'string'}},
        lines: {type: 'array', items: {allOf: [{$ref: '#/$defs/line'}, {properties: {note: {type: 'string'}}}]}},
      },
      required: ['id', 'at', 'to', 'state'],
      $defs: {
        address: {type: 'object', properties: {city: {type: 'string'}}, required: ['city']},
        line: {type: 'object', properties: {price: {type: 'number'}}, required: ['price']},
      },
    })) ?? []
  const line = {
    type: 'struct',
    fields: [
      {id: 13, name: 'price', required: true, type: 'double'},
      {id: 14, name: 'note', required: false, type: 'string'},
    ],
  }
  expect(table).toEqual({
    name: ['Order'],
    hasIds: false,
    schema: {
      type: 'struct',
      'schema-id': 0,
      fields: [
        {id: 1, name: 'id', required: true, type: 'long', doc: 'which'},
        {id: 2, name: 'count', required: false, type: 'int', 'write-default': 1},
        {id: 3, name: 'state', required: true, type: 'string'},
        {id: 4, name: 'at', required: false, type: 'timestamptz'},
        {id: 5, name: 'mail', required: false, type: 'string'},
        {id: 6, name: 'to', required: true, type: {type: 'struct', fields: [{id: 9, name: 'city', required: true, type: 'string'}]}},
        {
          ...{id: 7, name: 'labels', required: false},
          type: {type: 'map', 'key-id': 10, key: 'string', 'value-id': 11, value: 'string', 'value-required': true},
        },
        {id: 8, name: 'lines', required: false, type: {type: 'list', 'element-id': 12, element: line, 'element-required': true}},
      ],
    },
    losses: [
      {column: ['state'], what: 'an enum became string'},
      {column: ['mail'], what: 'a text of the format email became string'},
    ],
  })
})

const node = {type: 'object', properties: {next: {$ref: '#'}}}
test.each([
  [node, 'property next.next is a # in a #, which no table can have'],
  [{type: 'object', properties: {a: {$ref: '#/$defs/b'}}}, 'property a refers to #/$defs/b, which the file does not have'],
  [{type: 'object', properties: {a: {type: ['string', 'integer']}}}, 'property a is one of 2 types'],
  [{type: 'object', properties: {a: {type: 'object'}}}, 'property a is an object of anything'],
  [{type: 'object', properties: {}}, 'it has no columns'],
  [{type: 'string'}, 'the schema is of no object with properties'],
])('a schema is refused that no table can have: %j', async (schema, why) => {
  await expect(read(schema)).rejects.toThrow(`No schema can be read from orders.schema.json: ${why}.`)
})
