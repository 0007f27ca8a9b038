import {afterAll, describe, expect, test} from '@jest/globals'
import {testSchemaFormat, type UnderstoodTable} from '@phlo/testing'
import * as apache from 'apache-arrow'
import arrow from '../../src/schema-formats/arrow/index.js'
import {pythonSchemas} from './support/python-schemas.js'

const tools = pythonSchemas()
afterAll(() => tools.close())

const cases = await testSchemaFormat({format: arrow, judge: async (content) => [await tools.read<UnderstoodTable>('arrow', content)]})

describe('schema format arrow', () => {
  for (const {name, run} of cases) test(name, run)
})

const bytesOf = (fields: readonly apache.Field[]) =>
  apache.RecordBatchStreamWriter.writeAll(new apache.Table(new apache.Schema([...fields]))).toUint8Array(true)

test('Arrow of other tools has columns by their names', async () => {
  const fields = [
    new apache.Field('small', new apache.Uint8(), false),
    new apache.Field('seconds', new apache.TimestampSecond('Europe/Paris'), true),
    new apache.Field('state', new apache.Dictionary(new apache.Utf8(), new apache.Int32()), true),
    new apache.Field('huge', new apache.Uint64(), true),
  ]
  const [table] = (await arrow.read?.(bytesOf(fields), 'orders.arrow', {})) ?? []
  expect(table).toEqual({
    hasIds: false,
    schema: {
      type: 'struct',
      'schema-id': 0,
      fields: [
        {id: 1, name: 'small', required: true, type: 'int'},
        {id: 2, name: 'seconds', required: false, type: 'timestamptz'},
        {id: 3, name: 'state', required: false, type: 'string'},
        {id: 4, name: 'huge', required: false, type: 'decimal(20,0)'},
      ],
    },
    losses: [
      {column: ['small'], what: 'Uint8 became int'},
      {column: ['seconds'], what: 'Timestamp<SECOND, Europe/Paris> became timestamptz'},
      {column: ['huge'], what: 'Uint64 became decimal(20,0)'},
    ],
  })
})

test('an Arrow type that no column can be is refused', async () => {
  const duration = bytesOf([new apache.Field('took', new apache.DurationSecond(), true)])
  await expect(arrow.read?.(duration, 'orders.arrow', {})).rejects.toThrow(
    'No schema can be read from orders.arrow: field took is Duration<SECOND>, which no column can be.',
  )
})
