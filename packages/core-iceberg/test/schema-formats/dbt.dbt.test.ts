import {afterAll, describe, expect, test} from '@jest/globals'
import {testSchemaFormat, type UnderstoodTable} from '@phlo/testing'
import dbt from '../../src/schema-formats/dbt/index.js'
import {withDigits} from './support/plain-defaults.js'
import {pythonSchemas} from './support/python-schemas.js'

const python = pythonSchemas('PHLO_TEST_DBT')
afterAll(() => python.close())

/** dbt itself parses what is written, as a part of a project, with warnings as errors. */
for (const variant of ['spark', 'trino']) {
  const cases = await testSchemaFormat({
    format: dbt,
    variant,
    hasComments: true,
    runs: 40,
    async judge(content) {
      const tables = await python.read<readonly UnderstoodTable[]>('dbt_sources', content, {engine: variant})
      return tables.map((table) => ({...table, columns: withDigits(table.columns)}))
    },
  })
  describe(`schema format dbt (${variant})`, () => {
    for (const {name, run} of cases) test(name, run)
  })
}

const read = (text: string) => dbt.read?.(Buffer.from(text), 'schema.yml', {})
const columnsOf = async (columns: string) =>
  (await read(`models:\n  - name: orders\n    columns:\n${columns.trim().replaceAll(/^/gm, '      ')}\n`)) ?? []

describe('properties files of other people', () => {
  test('have sources and models, of which those with columns are tables', async () => {
    const [orders, model, ...others] =
      (await read(`
version: 2
sources:
  - name: shop
    schema: raw.shop
    loader: fivetran
    freshness: {warn_after: {count: 1, period: day}}
    tables:
      - name: orders
        identifier: Orders
        description: what was sold
        columns:
          - {name: id, data_type: bigint, data_tests: [unique, not_null]}
          - name: state
            data_type: varchar(20)
            description: '{{ doc("state") }}'
            tests:
              - accepted_values: {values: [new, paid]}
              - not_null: {config: {where: "id > 0"}}
          - {name: at, data_type: timestamp with time zone, tests: [{not_null: {severity: error}}]}
      - name: refunds
models:
  - name: customers
    config: {schema: marts, contract: {enforced: true}}
    constraints: [{type: primary_key, columns: [id]}, {type: foreign_key, columns: [country], to: ref('countries'), to_columns: [id]}]
    columns:
      - {name: id, data_type: "{{ dbt.type_int() }}"}
      - {name: name, constraints: [{type: not_null}, {type: check, expression: name <> ''}]}
      - {name: amount, data_type: "decimal(9,2)", meta: {owner: ada}}
exposures:
  - {name: weekly, type: dashboard, owner: {name: ada}}
`)) ?? []
    expect(others).toEqual([])
    expect(orders).toEqual({
      name: ['raw', 'shop', 'Orders'],
      doc: 'what was sold',
      hasIds: false,
      schema: {
        type: 'struct',
        'schema-id': 0,
        fields: [
          {id: 1, name: 'id', required: true, type: 'long'},
          {id: 2, name: 'state', required: false, type: 'string'},
          {id: 3, name: 'at', required: true, type: 'timestamptz'},
        ],
      },
      losses: [
        {what: 'refunds is left out, which has no columns there'},
        {column: ['state'], what: 'VARCHAR(20) became string'},
        {column: ['state'], what: 'the doc "{{ doc(\\"state\\") }}" is left out, which dbt renders'},
        {what: 'data tests besides not_null are left out'},
      ],
    })
    expect(model).toEqual({
      name: ['marts', 'customers'],
      hasIds: false,
      schema: {
        type: 'struct',
        'schema-id': 0,
        'identifier-field-ids': [1],
        fields: [
          {id: 1, name: 'id', required: true, type: 'string'},
          {id: 2, name: 'name', required: true, type: 'string'},
          {id: 3, name: 'amount', required: false, type: 'decimal(9,2)'},
        ],
      },
      losses: [
        {what: 'a foreign_key constraint is left out'},
        {column: ['id'], what: 'the data_type "{{ dbt.type_int() }}" is left out, which dbt renders'},
        {column: ['id'], what: 'a column without a data_type became string'},
        {column: ['name'], what: 'a check constraint is left out'},
        {column: ['name'], what: 'a column without a data_type became string'},
      ],
    })
  })

  test('have fields of structs as columns with dots', async () => {
    const [table] = await columnsOf(`
- {name: place, data_type: record}
- {name: place.city, data_type: string, description: with its district, data_tests: [not_null]}
- {name: place.geo, data_type: struct}
- {name: place.geo.lat, data_type: float64}
- {name: lines, data_type: array}
- {name: lines.price, data_type: numeric}
- {name: buyer, data_type: "struct<name string, age int>"}
- {name: buyer.name, description: as on the invoice, tests: [not_null]}
- {name: buyer.mail, description: not there}
- {name: a, data_type: string}
- {name: a.b, data_type: string}
- {name: place.zip, data_type: string, quote: true}
`)
    const struct = (...fields: readonly object[]) => ({type: 'struct', fields})
    expect(table?.schema.fields).toMatchObject([
      {
        name: 'place',
        type: struct(
          {name: 'city', type: 'string', required: true, doc: 'with its district'},
          {name: 'geo', type: struct({name: 'lat', type: 'double'})},
        ),
      },
      {name: 'lines', type: {type: 'list', element: struct({name: 'price', type: 'decimal(38,10)'})}},
      {name: 'buyer', type: struct({name: 'name', type: 'string', required: true, doc: 'as on the invoice'}, {name: 'age', type: 'int'})},
      {name: 'a', type: 'string'},
      {name: 'a.b', type: 'string'},
      {name: 'place.zip', type: 'string'},
    ])
    expect(table?.losses).toEqual([
      {column: ['lines', 'element', 'price'], what: 'numeric became decimal(38,10)'},
      {column: ['buyer'], what: 'the column mail in it is left out, which its data_type does not have'},
    ])
  })

  test.each(['ARRAY<', 'list<'])('a data type of %s in each other that no stack holds is not known', async (open) => {
    const [table] = await columnsOf(`- {name: id, data_type: "${open.repeat(20_000)}int${'>'.repeat(20_000)}"}`)
    expect(table).toMatchObject({
      schema: {fields: [{type: 'string'}]},
      losses: [{column: ['id'], what: expect.stringMatching(/became string$/)}],
    })
  })

  test('a data type that somebody has changed counts more than what Phlo wrote beside it', async () => {
    const column = (type: string) => `- {name: at, data_type: ${type}, config: {meta: {iceberg: {id: 7, type: timestamptz_ns}}}}`
    const [same] = await columnsOf(column('TIMESTAMP'))
    expect(same).toMatchObject({hasIds: true, schema: {fields: [{id: 7, type: 'timestamptz_ns'}]}})
    const [changed] = await columnsOf(column('date'))
    expect(changed).toMatchObject({hasIds: true, schema: {fields: [{id: 7, type: 'date'}]}})
  })
})

test.each([
  ['version: 1\nmodels: []', 'it is of version 1, and version 2 is known'],
  ['version: 2\nexposures: []', 'it has no sources or models'],
  ['models:\n  - {name: orders, description: what was sold}', 'it describes no columns'],
  ['models:\n  - {columns: [{name: id}]}', 'model 1 has no name'],
  ['models:\n  - {name: orders, column: [{name: id}]}', 'model 1 has the key "column", which means nothing there (did you mean columns?)'],
  [
    'models:\n  - {name: orders, columns: [{name: id, datatype: int}]}',
    'orders: column 1 has the key "datatype", which means nothing there (did you mean data_type?)',
  ],
  ['models:\n  - {name: orders, columns: [{data_type: int}]}', 'orders: column 1 has no name'],
  [
    'models:\n  - {name: orders, columns: [{name: "{{ var(1) }}"}]}',
    'orders: column 1 has the name {{ var(1) }}, which only dbt can render',
  ],
  ['models:\n  - {name: orders, columns: [{name: id}, {name: id}]}', 'the name "id" is there twice'],
  ['sources:\n  - {tables: [{name: orders, columns: [{name: id}]}]}', 'source 1 has no name'],
])('a properties file is refused that says %j', async (text, why) => {
  await expect(read(text)).rejects.toThrow(`No schema can be read from schema.yml: ${why}.`)
})
