import {afterAll, describe, expect, test} from '@jest/globals'
import {newTableMetadata, serializeTableMetadata} from '@phlo/iceberg'
import {testSchemaFormat} from '@phlo/testing'
import iceberg from '../../src/schema-formats/iceberg.js'
import {javaSchemas} from './support/java-schemas.js'
import {understoodSchema} from './support/understood.js'

const java = javaSchemas()
afterAll(() => java.close())

const cases = await testSchemaFormat({
  format: iceberg,
  judge: async (content) => [understoodSchema(await java.read('iceberg', String(content)))],
})

describe('schema format iceberg', () => {
  for (const {name, run} of cases) test(name, run)
})

test('a whole metadata file gives the current schema, partitions, order and properties', async () => {
  const schema = {
    type: 'struct' as const,
    'schema-id': 0,
    fields: [
      {id: 1, name: 'id', required: true, type: 'long'},
      {id: 2, name: 'at', required: false, type: 'timestamptz'},
    ],
    'identifier-field-ids': [1],
  }
  const metadata = newTableMetadata({
    schema,
    partitionSpec: {'spec-id': 0, fields: [{'source-id': 2, 'field-id': 1000, name: 'at_day', transform: 'day'}]},
    sortOrder: {'order-id': 1, fields: [{'source-id': 1, transform: 'identity', direction: 'desc', 'null-order': 'nulls-last'}]},
    location: 's3://lake/orders',
    properties: {comment: 'what was sold', owner: 'ada'},
    now: 0,
  })
  const known = {
    schema,
    hasIds: true,
    doc: 'what was sold',
    partitioning: [{column: ['at'], transform: 'day'}],
    sortOrder: [{column: ['id'], transform: 'identity', direction: 'desc', nulls: 'last'}],
    properties: {comment: 'what was sold', owner: 'ada'},
    losses: [],
  }
  for (const path of ['v1.metadata.json', 'v1.gz.metadata.json']) {
    expect(await iceberg.read?.(serializeTableMetadata(metadata, path), path, {})).toEqual([known])
  }
})
