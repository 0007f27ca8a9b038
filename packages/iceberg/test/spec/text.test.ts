import {describe, expect, test} from '@jest/globals'
import {findField, formatType, newTableMetadata, parsePartitionSpec, parseSortOrder, parseType, type Schema, type Type} from '@phlo/iceberg'
import fc from 'fast-check'
import {partitioner, partitionFields, partitionPath} from '../../src/spec/partition-spec.js'
import {allFields, assignFreshIds, highestFieldId} from '../../src/spec/schema.js'
import {booleanProperty, numberProperty} from '../../src/spec/table-properties.js'
import {canPromote} from '../../src/spec/type-text.js'

const schema: Schema = {
  type: 'struct',
  'schema-id': 0,
  'identifier-field-ids': [10],
  fields: [
    {id: 10, name: 'id', required: true, type: 'long'},
    {id: 20, name: 'ts', required: false, type: 'timestamp'},
    {id: 30, name: 'name', required: false, type: 'string'},
    {id: 40, name: 'odd, name', required: false, type: 'string'},
    {id: 50, name: 'place', required: false, type: {type: 'struct', fields: [{id: 60, name: 'City', required: false, type: 'string'}]}},
    {
      id: 70,
      name: 'items',
      required: false,
      type: {
        type: 'list',
        'element-id': 80,
        'element-required': false,
        element: {type: 'struct', fields: [{id: 90, name: 'price', required: false, type: 'decimal(9,2)'}]},
      },
    },
  ],
}

describe('a type', () => {
  const {type} = fc.letrec<{type: Type}>((tie) => ({
    type: fc.oneof(
      {maxDepth: 3},
      fc.constantFrom('boolean', 'int', 'long', 'decimal(38,10)', 'fixed[16]', 'timestamptz_ns', 'geometry(srid:4326)', 'variant'),
      fc
        .tuple(tie('type'), fc.boolean())
        .map(([element, required]): Type => ({type: 'list', 'element-id': 0, element, 'element-required': required})),
      fc
        .tuple(tie('type'), tie('type'), fc.boolean())
        .map(([key, value, required]): Type => ({type: 'map', 'key-id': 0, key, 'value-id': 0, value, 'value-required': required})),
      fc
        .array(fc.tuple(fc.string({minLength: 1}), tie('type'), fc.boolean()), {maxLength: 3})
        .map((fields): Type => ({type: 'struct', fields: fields.map(([name, of, required]) => ({id: 0, name, required, type: of}))})),
    ),
  }))

  test('is read as it was written', () => {
    fc.assert(
      fc.property(type, (any) => {
        expect(formatType(parseType(formatType(any)))).toBe(formatType(any))
      }),
      {numRuns: 500},
    )
  })

  test('may have blanks, array for list, and backquoted names', () => {
    const read = parseType(' struct< `a b``c` : array< decimal( 9 , 2 ) not  null > , n: map<string,int> not null > ')
    expect(formatType(read)).toBe('struct<`a b``c`: list<decimal(9,2) not null>, n: map<string, int> not null>')
  })

  test.each([
    ['bigint', 'a type at character 1'],
    ['decimal(39,0)', 'a type'],
    ['list<int', '">" at character 9'],
    ['struct<a int>', '":"'],
    ['int int', 'the end at character 5'],
    ['', 'a type'],
  ])('that is none says what was expected where: %j', (text, expected) => {
    expect(() => parseType(text)).toThrow(expect.objectContaining({code: 'INVALID_TYPE', message: expect.stringContaining(expected)}))
  })

  test.each([
    ['int', 'long', 2, true],
    ['float', 'double', 1, true],
    ['decimal(9,2)', 'decimal(11,2)', 2, true],
    ['decimal(9,2)', 'decimal(11,3)', 2, false],
    ['decimal(9,2)', 'decimal(8,2)', 2, false],
    ['long', 'int', 3, false],
    ['date', 'timestamp', 2, false],
    ['date', 'timestamp', 3, true],
    ['unknown', 'string', 3, true],
  ] as const)('%s may become %s in version %p: %p', (from, to, version, allowed) => {
    expect(canPromote(from, to, version)).toBe(allowed)
  })
})

describe('a column', () => {
  test.each([
    ['id', 10],
    ['place.City', 60],
    ['items.price', 90],
    ['items.element.price', 90],
    ['items.element', 80],
    ['odd, name', 40],
  ])('is found by its name: %s', (name, id) => {
    expect(findField(schema, name)?.id).toBe(id)
  })

  test('is found in another case only when that is asked for', () => {
    expect(findField(schema, 'PLACE.city')).toBeUndefined()
    expect(findField(schema, 'PLACE.city', {caseSensitive: false})?.id).toBe(60)
    const twice: Schema = {type: 'struct', fields: ['a', 'A'].map((name, id) => ({id, name, required: false, type: 'int'}))}
    expect(findField(twice, 'A', {caseSensitive: false})?.id).toBe(1)
    const wide: Schema = {type: 'struct', fields: ['aB', 'Ab'].map((name, id) => ({id, name, required: false, type: 'int'}))}
    expect(() => findField(wide, 'ab', {caseSensitive: false})).toThrow(expect.objectContaining({code: 'COLUMN_AMBIGUOUS'}))
  })

  test('gets a fresh id, parents and their siblings before what is inside them', () => {
    const fresh = assignFreshIds(schema)
    expect(allFields(fresh).map(({id, name}) => `${id} ${name}`)).toEqual([
      '1 id',
      '2 ts',
      '3 name',
      '4 odd, name',
      '5 place',
      '7 place.City',
      '6 items',
      '8 items.element',
      '9 items.element.price',
    ])
    expect(fresh['identifier-field-ids']).toEqual([1])
    expect(highestFieldId(fresh)).toBe(9)
  })
})

describe('a partition spec', () => {
  test('is read from text, with the names that Java gives', () => {
    const {fields} = parsePartitionSpec('months(ts), bucket(16, id), truncate(4, name), place.City, `odd, name`', schema)
    expect(fields.map((field) => `${field['field-id']} ${field['source-id']} ${field.name} ${field.transform}`)).toEqual([
      '1000 20 ts_month month',
      '1001 10 id_bucket bucket[16]',
      '1002 30 name_trunc truncate[4]',
      '1003 60 place_City identity',
      '1004 40 odd, name identity',
    ])
  })

  test.each([
    ['region', 'no column region'],
    ['month(name)', 'cannot be applied to column name, which is a string'],
    ['bucket(id)', 'cannot be applied'],
    ['place', 'not of a primitive type'],
    ['id, id', 'two partition fields'],
    ['bucket(4', 'is not a column or a transform of one'],
    ['id,', '""'],
  ])('that does not fit is refused: %s', (text, problem) => {
    const error = expect.objectContaining({code: 'INVALID_PARTITION_SPEC', exit: 2, message: expect.stringContaining(problem)})
    expect(() => parsePartitionSpec(text, schema)).toThrow(error)
  })

  test('makes tuples and folders of rows, escaped as Java does', () => {
    const fields = partitionFields(parsePartitionSpec('month(ts), hour(ts), name, bucket(4, id)', schema), [schema])
    const tuple = partitioner(fields)((id) => ({10: 34n, 20: -1n, 30: "a/b c'(~*)=é"})[id] ?? null)
    expect(tuple).toEqual([-1, -1, "a/b c'(~*)=é", 3])
    expect(partitionPath(fields, tuple)).toBe('ts_month=1969-12/ts_hour=1969-12-31-23/name=a%2Fb+c%27%28%7E*%29%3D%C3%A9/id_bucket=3')
    expect(partitionPath(fields, [null, null, null, null])).toBe('ts_month=null/ts_hour=null/name=null/id_bucket=null')
  })

  test('follows its columns when a new table gives them ids', () => {
    const metadata = newTableMetadata({
      schema,
      partitionSpec: parsePartitionSpec('place.City', schema),
      sortOrder: parseSortOrder('id desc', schema),
      location: '/t',
      now: 1,
    })
    expect(metadata['partition-specs'][0]?.fields[0]?.['source-id']).toBe(7)
    expect(metadata['sort-orders'][0]).toEqual({
      'order-id': 1,
      fields: [{'source-id': 1, transform: 'identity', direction: 'desc', 'null-order': 'nulls-last'}],
    })
  })
})

describe('a sort order', () => {
  test('is read from text; nulls are where Java puts them', () => {
    const {fields} = parseSortOrder('ts DESC, id, bucket(4, id) asc nulls  last, name desc nulls first', schema)
    expect(fields.map((field) => `${field['source-id']} ${field.transform} ${field.direction} ${field['null-order']}`)).toEqual([
      '20 identity desc nulls-last',
      '10 identity asc nulls-first',
      '10 bucket[4] asc nulls-last',
      '30 identity desc nulls-first',
    ])
    expect(parseSortOrder(' ', schema)).toEqual({'order-id': 0, fields: []})
  })

  test.each(['id down', 'id asc nulls', 'nothing'])('that does not fit is refused: %s', (text) => {
    expect(() => parseSortOrder(text, schema)).toThrow(expect.objectContaining({code: 'INVALID_SORT_ORDER', exit: 2}))
  })
})

describe('a table property', () => {
  test('is a whole number or the default, and anything else is refused by name', () => {
    expect(numberProperty({a: '5'}, 'a', 1)).toBe(5)
    expect(numberProperty({}, 'a', 1)).toBe(1)
    for (const text of ['-1', '1.5', 'many', '1e400'])
      expect(() => numberProperty({'x.y': text}, 'x.y', 1)).toThrow(
        expect.objectContaining({code: 'INVALID_PROPERTY', message: expect.stringContaining('x.y')}),
      )
  })

  test('is true only when it says so', () => {
    expect([booleanProperty({a: 'TRUE'}, 'a', false), booleanProperty({a: 'yes'}, 'a', true), booleanProperty({}, 'a', true)]).toEqual([
      true,
      false,
      true,
    ])
  })
})
