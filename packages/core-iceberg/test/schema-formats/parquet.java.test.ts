import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from '@jest/globals'
import {testSchemaFormat, type UnderstoodColumn} from '@phlo/testing'
import {writePlainParquet} from '../../../iceberg/test/support/plain-parquet.js'
import parquet from '../../src/schema-formats/parquet/index.js'
import {javaSchemas} from './support/java-schemas.js'
import {understoodSchema} from './support/understood.js'

const java = javaSchemas()
afterAll(() => java.close())

/** Parquet has neither docs nor defaults. */
const bare = ({doc: _, initialDefault: __, writeDefault: ___, children, ...column}: UnderstoodColumn): UnderstoodColumn => ({
  ...column,
  ...(children && {children: children.map(bare)}),
})

const cases = await testSchemaFormat({
  format: parquet,
  judge: async (content) => [{columns: understoodSchema(await java.read('parquet', String(content))).columns.map(bare)}],
})

describe('schema format parquet', () => {
  for (const {name, run} of cases) test(name, run)
})

const read = (text: string) => parquet.read?.(Buffer.from(text), 'orders.txt', {})

test('a schema that tools print has columns by their names, in the old words as well', async () => {
  const [table] =
    (await read(`message spark_schema {
  required int64 id;
  optional binary name (UTF8);
  optional int64 at (TIMESTAMP_MILLIS);
  optional int96 legacy;
  optional group tags (LIST) {
    repeated group array {
      optional binary item (ENUM);
    }
  }
}`)) ?? []
  expect(table).toEqual({
    name: ['spark_schema'],
    hasIds: false,
    schema: {
      type: 'struct',
      'schema-id': 0,
      fields: [
        {id: 1, name: 'id', required: true, type: 'long'},
        {id: 2, name: 'name', required: false, type: 'string'},
        {id: 3, name: 'at', required: false, type: 'timestamptz'},
        {id: 4, name: 'legacy', required: false, type: 'timestamptz'},
        {id: 5, name: 'tags', required: false, type: expect.objectContaining({type: 'list'})},
      ],
    },
    losses: [
      {what: 'TIMESTAMP_MILLIS of at became timestamptz'},
      {what: 'INT96 of legacy became timestamptz'},
      {what: 'ENUM of item became string'},
    ],
  })
})

test('a Parquet file has the columns of its footer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'phlo-parquet-'))
  try {
    const columns = [
      {name: 'id', data: [1n], type: 'INT64' as const},
      {name: 'name', data: ['x'], type: 'STRING' as const},
    ]
    const path = writePlainParquet(join(folder, 'orders.parquet'), columns)
    expect(await parquet.read?.(await readFile(path), path, {})).toMatchObject([
      {
        hasIds: false,
        schema: {
          fields: [
            {id: 1, name: 'id', type: 'long'},
            {id: 2, name: 'name', type: 'string'},
          ],
        },
      },
    ])
  } finally {
    await rm(folder, {recursive: true})
  }
})

test.each([
  ['message m {\n  required int64 id\n}', 'expected ";" at line 3, not "}"'],
  ['message m {\n  required int63 id;\n}', 'expected a type of Parquet at line 2, not "int63"'],
  ['message m {', 'expected required, optional or repeated at line 1, where it ends'],
  ['message m {\n}', 'it has no columns'],
])('a text is refused with its line: %j', async (text, why) => {
  await expect(read(text)).rejects.toThrow(`No schema can be read from orders.txt: ${why}.`)
})
