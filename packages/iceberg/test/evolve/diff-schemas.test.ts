import {describe, expect, test} from '@jest/globals'
import {diffSchemas, type Schema, type StructField, sharedIds, type TableMetadata} from '@phlo/iceberg'

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
  test('is none for the same one, and of another order as few columns as possible that moved', () => {
    expect(diffSchemas(before, before)).toEqual([])
    const [id, ...others] = before.fields as [StructField, ...StructField[]]
    expect(diffSchemas(before, {...before, fields: [...others, id]})).toEqual([
      {change: 'moved', id: 1, column: 'id', from: 'first', to: 'after old'},
    ])
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
      {change: 'dropped', id: 5, column: 'place.zip', from: 'string', to: null},
      {change: 'dropped', id: 8, column: 'old', from: 'struct<inside: int>', to: null},
      {change: 'renamed', id: 1, column: 'key', from: 'id', to: 'key'},
      {change: 'nullability', id: 1, column: 'key', from: 'not null', to: 'optional'},
      {change: 'type', id: 2, column: 'count', from: 'int', to: 'long'},
      {change: 'renamed', id: 3, column: 'location', from: 'place', to: 'location'},
      {change: 'renamed', id: 4, column: 'location.town', from: 'place.city', to: 'location.town'},
      {change: 'added', id: 10, column: 'location.id', from: null, to: 'long'},
      {change: 'nullability', id: 7, column: 'tags.element', from: 'optional', to: 'not null'},
      {change: 'added', id: 11, column: 'new', from: null, to: 'struct<inside: int>'},
      {change: 'added', id: 13, column: 'old', from: null, to: 'string'},
    ])
  })

  test('does not call a column renamed because the struct that it is in was', () => {
    const after = schema(...before.fields.map((own) => (own.id === 3 ? {...own, name: 'where.is.it'} : own)))
    expect(diffSchemas(before, after)).toEqual([{change: 'renamed', id: 3, column: '`where.is.it`', from: 'place', to: '`where.is.it`'}])
  })

  test('of states of a table that went different ways takes ids for shared up to the last that both had', () => {
    const withId = (id: number, ...fields: StructField[]): Schema => ({...schema(...fields), 'schema-id': id})
    const first = withId(0, field(1, 'id', 'long'), field(2, 'place', struct(field(3, 'city', 'string'))))
    const [id, place] = first.fields as [StructField, StructField]
    const left = withId(1, id, {...place, type: struct(field(3, 'city', 'string'), field(4, 'zip', 'string'))}, field(5, 'note', 'string'))
    const right = withId(
      1,
      {...id, name: 'key'},
      {...place, type: struct(field(3, 'city', 'string'), field(5, 'land', 'string'))},
      field(4, 'note', 'int'),
    )
    const state = (...schemas: readonly Schema[]) => ({schemas}) as TableMetadata
    const shared = sharedIds(state(first, left), state(first, right))
    expect(shared).toBe(3)
    expect(diffSchemas(left, right, {byId: true, sharedIds: shared})).toEqual([
      {change: 'dropped', id: 4, column: 'place.zip', from: 'string', to: null},
      {change: 'renamed', id: 1, column: 'key', from: 'id', to: 'key'},
      {change: 'added', id: 5, column: 'place.land', from: null, to: 'string'},
      {change: 'type', id: 4, column: 'note', from: 'string', to: 'int'},
    ])
    expect([sharedIds(state(first), state(first, left)), sharedIds(state(left), state(right))]).toEqual([3, undefined])
  })
})
