import type {SchemaDocument} from '@phlo/core'
import {type Draft, type DraftField, documentOf, schemaOf} from './documents.js'

/** A primitive type of versions 1 to 3 of the specification, and a value that a column of it may have by default. */
export const PRIMITIVES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['boolean', true],
  ['int', -34],
  ['long', 9007199254740993n],
  ['float', 1.5],
  ['double', 0.1],
  ['decimal(38,10)', '-1234567890123456789012345678.0123456789'],
  ['date', '2026-01-31'],
  ['time', '22:31:08.123456'],
  ['timestamp', '2026-01-31T22:31:08.123456'],
  ['timestamptz', '2026-01-31T22:31:08.123456+00:00'],
  ['timestamp_ns', '2026-01-31T22:31:08.123456789'],
  ['timestamptz_ns', '2026-01-31T22:31:08.123456789+00:00'],
  ['string', 'it\'s "new"'],
  ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7'],
  ['fixed[16]', '00010203040506070809101112131499'],
  ['binary', '0099'],
  ['variant', undefined],
  ['geometry', undefined],
  ['geometry(EPSG:3857)', undefined],
  ['geography', undefined],
  ['geography(OGC:CRS84,karney)', undefined],
  ['unknown', undefined],
])

/** A column that every format has to be able to write. */
const ID: DraftField = {name: 'id', type: 'long', required: true}

/** The type everywhere that a type can be, but in the key of a map. A column of no known type is optional. */
export function withType(type: string): SchemaDocument {
  const required = type !== 'unknown'
  return documentOf([
    ID,
    {name: 'needed', type, required},
    {name: 'optional', type},
    {name: 'items', type: {list: type}},
    {name: 'needed_items', type: {list: type, required}, required: true},
    {name: 'named', type: {map: ['string', type]}},
    {name: 'inside', type: {struct: [{name: 'deep', type, required}]}, required: true},
  ])
}

/** Types that keys of maps are of: every one that has an order or an equality, and a struct. */
export const KEYS: readonly string[] = [...PRIMITIVES.keys()].filter((type) => !/^(variant|geo|unknown)/.test(type))

export const withKey = (key: Draft): SchemaDocument => documentOf([ID, {name: 'counts', type: {map: [key, 'long']}}])

export const STRUCT_KEY: Draft = {
  struct: [
    {name: 'city', type: 'string', required: true},
    {name: 'zip', type: 'int'},
  ],
}

/** Every list, map and struct of every list, map and struct of every other, and a struct as the key of a map. */
export function nested(): SchemaDocument {
  const around: readonly (readonly [string, (inner: Draft) => Draft])[] = [
    ['list', (inner) => ({list: inner})],
    ['map', (inner) => ({map: ['string', inner], required: true})],
    [
      'struct',
      (inner) => ({
        struct: [
          {name: 'first', type: inner},
          {name: 'second', type: 'string', required: true},
        ],
      }),
    ],
  ]
  const columns = around.flatMap(([first, outer]) =>
    around.flatMap(([second, middle]) =>
      around.map(([third, inner]): DraftField => ({name: `${first}_of_${second}_of_${third}`, type: outer(middle(inner('int')))})),
    ),
  )
  return documentOf([
    ...columns,
    {name: 'deepest', type: {list: {struct: [{name: 'by_name', type: {map: ['string', {list: {list: 'date'}}]}}]}}},
  ])
}

/** Texts that end what they are written in: comments and strings of many languages. */
export const HARD_TEXTS: readonly string[] = [
  'what it\'s "worth", in €',
  'two\nlines\r\n\tand a tab',
  '*/ --> """ \'\'\' ``` $\u007bx} {{ y }} {% z %} #} -- ; // # %> ?> ]]>',
  'ends in a backslash \\',
  'été 名前 🦆 \u2028 e\u0301',
  '| a | table | <b>of</b> & markdown',
  'a doc that is longer than a line: '.padEnd(400, 'lorem ipsum '),
]

export const withDocs = (): SchemaDocument =>
  documentOf(
    HARD_TEXTS.flatMap((doc, index): DraftField[] => [
      {name: `c${index}`, type: 'string', doc},
      {name: `s${index}`, type: {struct: [{name: 'inside', type: 'int', doc}]}, doc},
    ]),
  )

export const withTableDoc = (): SchemaDocument => documentOf([ID], {doc: HARD_TEXTS.join(' ')})

/** The default value of a type, for rows that are there and for those that come without it; both, and each alone. */
export function withDefaults(type: string): SchemaDocument {
  const value = PRIMITIVES.get(type)
  return documentOf([
    ID,
    {name: 'both', type, required: true, 'initial-default': value, 'write-default': value},
    {name: 'later', type, 'write-default': value},
    {name: 'before', type, 'initial-default': value},
    {name: 'inside', type: {struct: [{name: 'deep', type, 'write-default': value}]}},
  ])
}

const PLAIN: readonly DraftField[] = [
  ID,
  {name: 'region', type: 'string', required: true},
  {name: 'at', type: 'timestamptz'},
  {name: 'place', type: {struct: [{name: 'city', type: 'string'}]}},
]

export const withIdentifier = (): SchemaDocument => documentOf([], {schema: schemaOf(PLAIN, ['id', 'region'])})

export const withPartitioning = (): SchemaDocument =>
  documentOf(PLAIN, {
    partitioning: [
      {column: ['at'], transform: 'day'},
      {column: ['id'], transform: 'bucket[16]'},
      {column: ['place', 'city'], transform: 'truncate[4]'},
      {column: ['region'], transform: 'identity'},
    ],
  })

export const withSortOrder = (): SchemaDocument =>
  documentOf(PLAIN, {
    sortOrder: [
      {column: ['region'], transform: 'identity', direction: 'asc', nulls: 'first'},
      {column: ['at'], transform: 'hour', direction: 'desc', nulls: 'last'},
    ],
  })

export const withProperties = (): SchemaDocument =>
  documentOf(PLAIN, {properties: {'write.parquet.compression-codec': 'zstd', 'it\'s "odd"': HARD_TEXTS.join(' ')}})

export const withStatistics = (): SchemaDocument =>
  documentOf(PLAIN, {
    statistics: {
      rows: 9007199254740993n,
      columns: [{column: ['region'], values: 9007199254740993n, nulls: 0n, lowest: 'emea', highest: 'x | "y" */'}, {column: ['at']}],
    },
  })

export const manyColumns = (count: number): SchemaDocument =>
  documentOf(Array.from({length: count}, (_, index): DraftField => ({name: `column_${index}`, type: index % 2 === 0 ? 'string' : 'long'})))

/** Three tables, two of which have the same name of their own. */
export const several = (): readonly SchemaDocument[] => [
  documentOf(PLAIN, {name: ['sales', 'orders']}),
  documentOf([ID, {name: 'name', type: 'string', doc: 'who'}], {name: ['people', 'orders']}),
  documentOf([{name: 'place', type: {struct: [{name: 'city', type: 'string', required: true}]}}], {name: ['sales', 'order items', '1st']}),
]
