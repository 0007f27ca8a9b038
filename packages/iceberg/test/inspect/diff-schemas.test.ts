import {describe, expect, test} from '@jest/globals'
import {diffSchemas, type Schema, type StructField} from '@phlo/iceberg'

const field = (id: number, name: string, type: StructField['type'], required = false): StructField => ({id, name, type, required})
const struct = (...fields: StructField[]) => ({type: 'struct' as const, fields})
const schema = (...fields: StructField[]): Schema => struct(...fields)

const before = schema(
  field(1, 'id', 'long', true),
  field(2, 'count', 'int'),
  field(3, 'place', struct(field(4, 'city', 'string'), field(5, 'zip', 'string'))),
  field(6, 'tags', {type: 'list', 'element-id': 7, element: 'string', 'element-required': false}),
  field(8, 'old', struct(field(9, 'inside', 'int'))),
)

describe('the difference of two schemas', () => {
  test('is none for the same one, in another order of its columns', () => {
    expect(diffSchemas(before, before)).toEqual([])
    expect(diffSchemas(before, {...before, fields: [...before.fields].reverse()})).toEqual([])
  })

  test('names columns that were added, dropped, renamed and changed, at any depth, by id', () => {
    const after = schema(
      field(1, 'key', 'long'),
      field(2, 'count', 'long'),
      field(3, 'location', struct(field(4, 'town', 'string'), field(10, 'id', 'long'))),
      field(6, 'tags', {type: 'list', 'element-id': 7, element: 'string', 'element-required': true}),
      field(11, 'new', struct(field(12, 'inside', 'int'))),
      field(13, 'old', 'string'),
    )
    expect(diffSchemas(before, after)).toEqual([
      {change: 'dropped', id: 5, name: 'place.zip', from: 'string', to: null},
      {change: 'dropped', id: 8, name: 'old', from: 'struct<inside: int>', to: null},
      {change: 'renamed', id: 1, name: 'key', from: 'id', to: 'key'},
      {change: 'made optional', id: 1, name: 'key', from: null, to: null},
      {change: 'type changed', id: 2, name: 'count', from: 'int', to: 'long'},
      {change: 'renamed', id: 3, name: 'location', from: 'place', to: 'location'},
      {change: 'renamed', id: 4, name: 'location.town', from: 'place.city', to: 'location.town'},
      {change: 'added', id: 10, name: 'location.id', from: null, to: 'long'},
      {change: 'made required', id: 7, name: 'tags.element', from: null, to: null},
      {change: 'added', id: 11, name: 'new', from: null, to: 'struct<inside: int>'},
      {change: 'added', id: 13, name: 'old', from: null, to: 'string'},
    ])
  })

  test('does not call a column renamed because the struct that it is in was', () => {
    const after = schema(...before.fields.map((own) => (own.id === 3 ? {...own, name: 'where.is.it'} : own)))
    expect(diffSchemas(before, after)).toEqual([{change: 'renamed', id: 3, name: 'where.is.it', from: 'place', to: 'where.is.it'}])
  })
})
