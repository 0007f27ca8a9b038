import {describe, expect, test} from '@jest/globals'
import {testSchemaFormat, type UnderstoodColumn} from '@phlo/testing'
import json from '../../src/schema-formats/json.js'

interface Column extends UnderstoodColumn {
  readonly columns?: readonly Column[]
}

const columnOf = ({name, type, required, columns}: Column): UnderstoodColumn => ({
  ...{name, type, required},
  ...(columns && {children: columns.map(columnOf)}),
})

/** Any reader of JSON sees columns by their names, types and whether they are required. */
const cases = await testSchemaFormat({
  format: json,
  judge: async (content) =>
    JSON.parse(String(content)).tables.map(({columns}: {readonly columns: readonly Column[]}) => ({columns: columns.map(columnOf)})),
})

describe('schema format json', () => {
  for (const {name, run} of cases) test(name, run)
})

const table = (columns: unknown, rest = {}) => JSON.stringify({format: 'phlo-schema', version: 1, tables: [{columns, ...rest}]})
const id = {name: 'id', id: 1, type: 'long', required: true}

test.each([
  ['{"format": "phlo-schema", "version": 2}', 'it is of version 2, and version 1 is known'],
  ['{"format": "phlo-schema", "version": 1, "tables": []}', 'it has no tables'],
  [table('id'), 'tables[0].columns is not a list'],
  [table([{...id, type: 'bigint'}]), 'schema.fields[0].type is not a type: "bigint"'],
  [table([id, {...id, id: 2}]), 'the name "id" is there twice'],
  [table([id, {...id, name: 'more'}]), 'schema.fields has 1 twice'],
  [table([{...id, type: 'list', columns: [{...id, id: 2}]}]), 'tables[0].columns[0] is a list of id'],
  [table([id], {partitioning: [{column: ['id']}]}), 'tables[0].partitioning is not a list of columns with transforms'],
  [table([id], {properties: {a: 1}}), 'tables[0].properties is not an object of texts'],
])('a file is refused that says %s', async (text, why) => {
  await expect(json.read?.(Buffer.from(text), 'orders.json', {})).rejects.toThrow(`No schema can be read from orders.json: ${why}.`)
})
