import {describe, expect, test} from '@jest/globals'
import {parseColumnPath} from '@phlo/iceberg/schema'
import {testSchemaFormat, type UnderstoodColumn} from '@phlo/testing'
import {marked} from 'marked'
import markdown from '../../src/schema-formats/markdown.js'
import {treeOf} from './support/tree.js'

const ENTITIES: Readonly<Record<string, string>> = {lt: '<', gt: '>', amp: '&', quot: '"'}
const decoded = (html: string) =>
  html
    .replaceAll('<br>', '\n')
    .replaceAll(/&(?:#(\d+)|(\w+));/g, (_, code, name) => (code ? String.fromCodePoint(Number(code)) : (ENTITIES[name] ?? '?')))

/** The cells of each table in a page, its header first. */
const tablesOf = (html: string) =>
  [...html.matchAll(/<table>(.*?)<\/table>/gs)].map(([, table = '']) =>
    [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
      [...row.matchAll(/<t[hd]>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => decoded(cell)),
    ),
  )

/** What people see of it when it is rendered. */
const cases = await testSchemaFormat({
  format: markdown,
  judge: async (content) =>
    tablesOf(await marked.parse(String(content)))
      .filter(([header]) => header?.[1] === 'Type')
      .map(([, ...rows]) => ({
        columns: treeOf(
          rows.map(([path = '', type = '', nullable, , doc = '', id]) => ({
            path: parseColumnPath(path),
            column: {name: '', type, required: nullable === 'no', doc: doc === '' ? null : doc, id: Number(id)} satisfies UnderstoodColumn,
          })),
        ),
      })),
})

describe('schema format markdown', () => {
  for (const {name, run} of cases) test(name, run)
})

test('several tables have a table of contents, which leads to each', async () => {
  const schema = {type: 'struct' as const, fields: [{id: 1, name: 'id', type: 'long', required: true, 'initial-default': 1}]}
  const documents = ['orders', '*people*'].map((name) => ({name: [name], schema, partitioning: [], sortOrder: [], properties: {}}))
  const html = await marked.parse(String((await markdown.write?.(documents, {}))?.content))
  expect(html).toContain('<a href="#table-2">*people*</a>')
  expect(html).toContain('<a id="table-2"></a>')
  expect(tablesOf(html)[0]?.[1]).toEqual(['id', 'long', 'no', 'earlier rows: 1', '', '1'])
})
