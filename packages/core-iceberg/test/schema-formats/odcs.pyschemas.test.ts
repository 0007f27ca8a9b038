import {deepStrictEqual} from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from '@jest/globals'
import {testSchemaFormat, type UnderstoodTable} from '@phlo/testing'
import {Ajv2019} from 'ajv/dist/2019.js'
import formats from 'ajv-formats'
import {parse} from 'yaml'
import odcs from '../../src/schema-formats/odcs/index.js'
import {withDigits} from './support/plain-defaults.js'
import {pythonSchemas} from './support/python-schemas.js'

const python = pythonSchemas()
afterAll(() => python.close())

/** As the standard publishes it: github.com/bitol-io/open-data-contract-standard, Apache-2.0. */
const standard = JSON.parse(readFileSync(join(import.meta.dirname, 'support', 'odcs-json-schema-v3.1.0.json'), 'utf8'))
const ajv = new Ajv2019({strict: false})
formats.default(ajv)
const isValid = ajv.compile(standard)

/** The standard's own JSON Schema has to take a contract, and the standard's own model in Python says what it finds in it. */
const cases = await testSchemaFormat({
  format: odcs,
  hasComments: true,
  async judge(content) {
    isValid(parse(String(content)))
    deepStrictEqual(isValid.errors ?? [], [])
    const tables = await python.read<readonly UnderstoodTable[]>('odcs', content)
    return tables.map((table) => ({...table, columns: withDigits(table.columns)}))
  },
})

describe('schema format odcs', () => {
  for (const {name, run} of cases) test(name, run)
})

test('what readers of YAML 1.1 take for something else is a text to all of them', async () => {
  const names = [
    'yes',
    'off',
    'null',
    '~',
    '12:30:00',
    '2026-01-31',
    '1_000',
    '0o7',
    '017',
    '0x1F',
    '1e3',
    '.5',
    '=',
    '<<',
    '- a',
    '? a',
    'a: b',
  ]
  const controls = [
    '\u0085',
    'a\u2028b',
    '\ufeffa',
    'a\u007f',
    'a\tb',
    ' a',
    'a ',
    'a\n',
    '\na',
    'a\r\nb',
    'a\n b',
    '\ud83e\udd86',
    '#a',
    'a #b',
  ]
  const fields = [...names, ...controls].map((name, index) => ({id: index + 1, name, doc: name, required: false, type: 'string'}))
  const document = {name: ['a', 'b'], schema: {type: 'struct', fields} as const, partitioning: [], sortOrder: [], properties: {yes: 'no'}}
  const {content} = (await odcs.write?.([document], {})) ?? {content: ''}
  const [found] = await python.read<readonly UnderstoodTable[]>('odcs', content)
  expect(found?.columns.map(({name, doc}) => [name, doc])).toEqual(fields.map(({name, doc}) => [name, doc]))
  const [table] = (await odcs.read?.(Buffer.from(content), 'a.odcs.yaml', {})) ?? []
  expect(table).toMatchObject({schema: {fields}, properties: {yes: 'no'}})
})

const read = (text: string) => odcs.read?.(Buffer.from(text), 'orders.odcs.yaml', {})

/** A contract of one table with these properties, and with whatever else of a contract. */
const contract = (properties: string, more = '') =>
  `kind: DataContract\napiVersion: v3.0.2\nid: orders\nversion: 1.1.0\nstatus: active\n${more}schema:\n  - name: sales.orders\n    properties:\n${properties.replaceAll(/^/gm, '      ')}\n`

describe('contracts of other people', () => {
  test('have columns by their names', async () => {
    const [orders, items] =
      (await read(`
kind: DataContract
apiVersion: v3.1.0
id: 53581432-6c55-4ba2-a65f-72344a91553a
name: orders
version: 1.1.0
status: active
domain: seller
description: {purpose: what was sold, limitations: none}
servers:
  - {server: production, type: snowflake, account: acme, database: warehouse, schema: sales}
schema:
  - name: Orders
    physicalName: orders
    physicalType: table
    description: Core payment metrics
    tags: [finance]
    quality:
      - {type: library, metric: rowCount, mustBeGreaterThan: 1000000}
    relationships:
      - {type: foreignKey, from: [orders.customer], to: [customers.id]}
    properties:
      - name: order reference
        physicalName: order_ref
        businessName: order reference
        logicalType: string
        physicalType: VARCHAR(18)
        primaryKey: true
        primaryKeyPosition: 2
        classification: restricted
        logicalTypeOptions: {maxLength: 18, pattern: 'ORD[0-9]+'}
      - name: region
        logicalType: string
        physicalType: text
        primaryKey: true
        primaryKeyPosition: 1
        description: null
        partitioned: true
        partitionKeyPosition: 2
      - {name: day, logicalType: date, physicalType: date, required: true, partitioned: true, partitionKeyPosition: 1}
      - {name: amount, logicalType: number, physicalType: "NUMBER(10,2)"}
      - {name: count, logicalType: integer, physicalType: int, unique: true, quality: [{type: text, description: none is negative}]}
      - {name: at, logicalType: timestamp, physicalType: TIMESTAMP_LTZ(9)}
      - {name: kind, logicalType: string, physicalType: order_kind}
      - name: address
        logicalType: object
        properties:
          - {name: city, logicalType: string, physicalType: varchar, required: true}
  - name: items
    physicalName: shop.items
    physicalType: view
    properties:
      - {name: tags, logicalType: array, items: {logicalType: string, required: true}}
      - name: lines
        logicalType: array
        items:
          logicalType: object
          properties:
            - {name: price, logicalType: number}
slaProperties:
  - {property: latency, value: 4, unit: d}
team: {name: sales, members: [{username: ada}]}
`)) ?? []
    expect(orders).toEqual({
      name: ['sales', 'orders'],
      doc: 'Core payment metrics',
      hasIds: false,
      partitioning: [
        {column: ['day'], transform: 'identity'},
        {column: ['region'], transform: 'identity'},
      ],
      schema: {
        type: 'struct',
        'schema-id': 0,
        'identifier-field-ids': [1, 2],
        fields: [
          {id: 1, name: 'order_ref', required: true, type: 'string'},
          {id: 2, name: 'region', required: true, type: 'string'},
          {id: 3, name: 'day', required: true, type: 'date'},
          {id: 4, name: 'amount', required: false, type: 'decimal(10,2)'},
          {id: 5, name: 'count', required: false, type: 'int'},
          {id: 6, name: 'at', required: false, type: 'timestamptz_ns'},
          {id: 7, name: 'kind', required: false, type: 'string'},
          {
            id: 8,
            name: 'address',
            required: false,
            type: {type: 'struct', fields: [{id: 9, name: 'city', required: true, type: 'string'}]},
          },
        ],
      },
      losses: [
        {what: 'quality rules are left out'},
        {what: 'relationships are left out'},
        {column: ['order_ref'], what: 'VARCHAR(18) became string'},
        {column: ['order_ref'], what: 'limits of values are left out: maxLength, pattern'},
        {column: ['count'], what: 'unique is left out'},
        {column: ['kind'], what: 'order_kind, which is not known, became string'},
      ],
    })
    expect(items).toMatchObject({
      name: ['shop', 'items'],
      schema: {
        fields: [
          {name: 'tags', type: {type: 'list', element: 'string', 'element-required': true}},
          {
            name: 'lines',
            type: {type: 'list', element: {type: 'struct', fields: [{name: 'price', type: 'double'}]}, 'element-required': false},
          },
        ],
      },
      losses: [
        {what: 'what is a "view" in the contract became a table'},
        {column: ['lines', 'element', 'price'], what: 'number without a physical type became double'},
      ],
    })
  })

  test.each([
    // Nobody says of which system they are: words of Iceberg first, then those of SQL.
    ['physicalType: timestamptz_ns', 'timestamptz_ns', undefined],
    ['physicalType: BIGINT', 'long', undefined],
    ['physicalType: timestamp', 'timestamp', undefined],
    ['physicalType: TIMESTAMP, logicalType: timestamp, logicalTypeOptions: {timezone: true}', 'timestamptz', undefined],
    ['physicalType: timestamp with time zone', 'timestamptz', undefined],
    ['physicalType: "NUMBER(10,2)"', 'decimal(10,2)', undefined],
    ['physicalType: numeric', 'decimal(38,10)', 'numeric became decimal(38,10)'],
    ['physicalType: json, logicalType: object', 'variant', 'JSON became variant'],
    ['physicalType: CLOB, logicalType: string', 'string', 'CLOB, which is not known, became string'],
    ['logicalType: string, logicalTypeOptions: {format: uuid}', 'uuid', undefined],
    ['logicalType: string, logicalTypeOptions: {format: email}', 'string', undefined],
    ['logicalType: integer', 'long', 'integer without a physical type became long'],
    ['logicalType: integer, logicalTypeOptions: {format: i32}', 'int', undefined],
    ['logicalType: integer, logicalTypeOptions: {format: u64}', 'decimal(20,0)', 'integer of the format u64 became decimal(20,0)'],
    ['logicalType: number, logicalTypeOptions: {format: f32}', 'float', undefined],
    ['logicalType: timestamp', 'timestamptz', 'timestamp without a physical type became timestamptz'],
    ['logicalType: timestamp, logicalTypeOptions: {timezone: false}', 'timestamp', undefined],
    ['logicalType: boolean', 'boolean', undefined],
    ['logicalType: object', 'variant', 'object without properties became variant'],
  ])('a property with %s is a column of type %s', async (property, type, loss) => {
    const [table] = (await read(contract(`- {name: a, ${property}}`))) ?? []
    expect(table?.schema.fields).toEqual([{id: 1, name: 'a', required: false, type}])
    expect(table?.losses).toEqual(loss === undefined ? [] : [{column: ['a'], what: loss}])
  })

  test.each([
    ['databricks', 'timestamptz'],
    ['bigquery', 'timestamptz'],
    ['postgres', 'timestamp'],
    ['oracle', 'timestamp'],
  ])('words are those of the system that the contract names: TIMESTAMP of %s is %s', async (type, expected) => {
    const [table] = (await read(contract('- {name: a, physicalType: TIMESTAMP}', `servers: [{server: one, type: ${type}}]\n`))) ?? []
    expect(table?.schema.fields[0]?.type).toBe(expected)
  })

  test('maps are those of SQL, of version 3.2, and of Phlo', async () => {
    const entry = '[{name: key, logicalType: string, required: true}, {name: value, logicalType: date, required: true}]'
    const [table] =
      (await read(
        contract(`
- {name: a, physicalType: "MAP<STRING, DATE>"}
- {name: b, logicalType: map, map: {key: {logicalType: string}, value: {logicalType: date, required: true}}}
- {name: c, logicalType: array, physicalType: map, items: {logicalType: object, properties: ${entry}}}
- {name: d, logicalType: object, physicalType: "map<string,date>", properties: ${entry}}`),
      )) ?? []
    const map = (required: boolean) => ({type: 'map', key: 'string', value: 'date', 'value-required': required})
    expect(table?.schema.fields.map(({type}) => type)).toMatchObject([map(false), map(true), map(true), map(true)])
  })
})

test.each([
  ['kind: Table\n', 'it has no "kind: DataContract"'],
  ['dataContractSpecification: 1.1.0\nid: orders\n', 'it has no "kind: DataContract"'],
  ['kind: DataContract\napiVersion: v2.2.2\n', 'it is of version v2.2.2 of the standard, and versions 3 are known'],
  ['kind: DataContract\napiVersion: v3.1.0\n', 'it has no schema'],
  ['kind: DataContract\nschema:\n  - {physicalType: table}', 'schema 1 has no name'],
  ['kind: DataContract\nschema:\n  - {name: orders}', 'it has no columns'],
  [contract('- {logicalType: string}'), 'sales.orders: column 1 has no name'],
  [contract('- {name: a}'), 'sales.orders: a has no type'],
  [contract('- {name: a, physicalType: order_kind}'), 'sales.orders: a has the type order_kind, which is not known'],
  [contract('- {name: a, logicalType: text}'), 'sales.orders: a has the logical type text, which the standard does not have'],
  [
    contract('- {name: a, logicalType: date, requierd: true}'),
    /column 1 has the key "requierd", which means nothing there \(did you mean required\?\)/,
  ],
  [contract('- {name: a, logicalType: date, required: 1}'), 'sales.orders: a: required is neither true nor false'],
  [contract('- {name: a, logicalType: date}\n- {name: a, logicalType: date}'), 'the name "a" is there twice'],
  [contract('- {name: a, name: b}'), /it is not YAML \(Map keys must be unique at line 9/],
])('a contract is refused that says %j', async (text, why) => {
  await expect(read(text)).rejects.toThrow(typeof why === 'string' ? `No schema can be read from orders.odcs.yaml: ${why}.` : why)
})
