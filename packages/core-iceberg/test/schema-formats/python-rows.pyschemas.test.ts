import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import type {SchemaDocument, TableSchema} from '@phlo/core'
import {parseJson} from '@phlo/iceberg'
import python from '../../src/schema-formats/python/index.js'
import {pythonSchemas} from './support/python-schemas.js'

interface Tried {
  /** Rows of a table of PyIceberg that pass, of two. */
  readonly accepted: number
  /** The errors with which wrong rows do not. */
  readonly refused: Readonly<Record<string, string | null>>
}

const tools = pythonSchemas()
afterAll(() => tools.close())

let document: SchemaDocument
beforeAll(async () => {
  const schema = parseJson(await tools.read<string>('rows', '')) as TableSchema
  document = {name: ['sales', 'orders'], schema, partitioning: [], sortOrder: [], properties: {}}
})

const ROWS = ['null', 'text', 'missing', 'more', 'long', 'int', 'digits', 'zone', 'no zone', 'length', 'inside']
const all = (names: readonly string[], error: string) => Object.fromEntries(names.map((name) => [name, error]))

describe('of a table that PyIceberg made, rows pass and wrong ones do not', () => {
  test.each<[string, Tried['refused']]>([
    ['pandera', {null: 'SchemaError', text: 'SchemaErrors', missing: 'SchemaError', more: 'SchemaErrors'}],
    ['pandera-polars', {null: 'SchemaError', text: 'SchemaError', missing: 'ColumnNotFoundError', more: 'SchemaError'}],
    ['pydantic', all(ROWS, 'ValidationError')],
    ['dataclass', all(['missing', 'more'], 'TypeError')],
    ['pyarrow', {text: 'ArrowInvalid'}],
    ['pyiceberg', {}],
  ])('%s', async (library, refused) => {
    const {content} = (await python.write?.([document], {variant: library})) ?? {content: ''}
    expect(await tools.read<Tried>('rows', content, {library})).toEqual({accepted: 2, refused})
  })
})
