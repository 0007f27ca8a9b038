import type {SchemaDocument} from '@phlo/core'
import fc from 'fast-check'
import {type Draft, type DraftField, documentOf, schemaOf} from './documents.js'
import {ODD_NAMES} from './odd-names.js'
import {HARD_TEXTS, KEYS, PRIMITIVES} from './samples.js'

const name = fc.oneof(
  fc.constantFrom(...ODD_NAMES),
  fc.string({unit: 'grapheme', minLength: 1, maxLength: 12}),
  fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/),
)
const doc = fc.oneof(fc.constantFrom(...HARD_TEXTS), fc.string({unit: 'grapheme', minLength: 1, maxLength: 60}))
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, {nil: undefined, freq: 2})

/**
 * Random tables: any of these types, nested up to four deep, with docs, defaults, identifier fields, partitions and orders, under names of
 * every kind. Columns of an unknown type are optional, and only columns of a struct have defaults.
 */
export function schemaDocuments(types = [...PRIMITIVES.keys()], keys = KEYS): fc.Arbitrary<SchemaDocument> {
  const primitive = fc.constantFrom(...types)
  const field = (type: fc.Arbitrary<Draft>): fc.Arbitrary<DraftField> =>
    fc.record({name, type, required: fc.boolean(), doc: optional(doc), initial: fc.boolean(), write: fc.boolean()}).map((drawn) => {
      const value = typeof drawn.type === 'string' ? PRIMITIVES.get(drawn.type) : undefined
      return {
        name: drawn.name,
        type: drawn.type,
        required: drawn.required && drawn.type !== 'unknown',
        ...(drawn.doc !== undefined && {doc: drawn.doc}),
        ...(drawn.initial && value !== undefined && {'initial-default': value}),
        ...(drawn.write && value !== undefined && {'write-default': value}),
      }
    })
  const fields = (type: fc.Arbitrary<Draft>, maxLength: number) =>
    fc.uniqueArray(field(type), {minLength: 1, maxLength, selector: (drawn) => drawn.name})
  const {type} = fc.letrec<{type: Draft}>((tie) => ({
    type: fc.oneof(
      {maxDepth: 4, depthSize: 'small', withCrossShrink: true},
      {weight: 4, arbitrary: primitive},
      {
        weight: 1,
        arbitrary: fc.tuple(tie('type'), fc.boolean()).map(([list, required]) => ({list, required: required && list !== 'unknown'})),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...keys), tie('type'), fc.boolean())
          .map(([key, value, required]): Draft => ({map: [key, value], required: required && value !== 'unknown'})),
      },
      {weight: 1, arbitrary: fields(tie('type'), 4).map((struct) => ({struct}))},
    ),
  }))
  const table = fc.record({columns: fields(type, 8), own: name, space: name, doc: optional(doc), identified: fc.nat(2), terms: fc.nat(2)})
  return table.map(({columns, own, space, doc: about, identified, terms}) => {
    const simple = columns.filter((column) => typeof column.type === 'string' && !/^(variant|geo|unknown|float|double)/.test(column.type))
    const identifier = simple.filter(({required}) => required).slice(0, identified)
    const term = (column: DraftField) => ({column: [column.name], transform: 'identity'})
    return documentOf(columns, {
      name: [space, own],
      schema: schemaOf(
        columns,
        identifier.map((column) => column.name),
      ),
      ...(about !== undefined && {doc: about}),
      partitioning: simple.slice(0, terms).map(term),
      sortOrder: simple.slice(terms).map((column) => ({...term(column), direction: 'desc', nulls: 'last'})),
    })
  })
}
