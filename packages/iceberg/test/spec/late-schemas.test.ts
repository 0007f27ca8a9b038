import {describe, expect, test} from '@jest/globals'
import {isPhloError} from '@phlo/core'
import {parseJson, parseTableMetadata, serializeTableMetadata} from '@phlo/iceberg'
import fc from 'fast-check'

const PATH = 's3://lake/t/metadata/00001-a.metadata.json'

/** Files from this size on have their schemas parsed when they are asked for. */
const LARGE = 2 ** 20

interface Given {
  readonly schemas: readonly unknown[]
  readonly [key: string]: unknown
}

/** A metadata file that is large by one of its properties. */
const fileOf = ({schemas, ...more}: Given) => ({
  'x-before': {schemas: [{fields: [1, {fields: []}]}], fields: ['"fields":[', ']']},
  'format-version': 2,
  'table-uuid': '9c12d441-03fe-4693-9a96-a0705ddf69c1',
  location: 's3://lake/t',
  'last-sequence-number': 0,
  'last-updated-ms': 1,
  'last-column-id': 1000,
  'current-schema-id': schemas.length - 1,
  schemas,
  'partition-specs': [{'spec-id': 0, fields: []}],
  'default-spec-id': 0,
  'last-partition-id': 999,
  'sort-orders': [{'order-id': 0, fields: []}],
  'default-sort-order-id': 0,
  properties: {fields: 'x'.repeat(LARGE), schemas: '[{"fields":['},
  snapshots: [],
  'snapshot-log': [],
  'metadata-log': [],
  refs: {},
  ...more,
})

const bytesOf = (file: unknown, indent?: number) => Buffer.from(JSON.stringify(file, null, indent))

const names = fc.oneof(
  fc.string({minLength: 1, unit: 'binary'}),
  fc.constantFrom('fields', 'schemas', '"fields":[', '\\', '\\"', ']}', '[{'),
)
const field = fc.record({
  name: names,
  required: fc.boolean(),
  type: fc.oneof(
    fc.constantFrom<unknown>('long', 'string', 'decimal(9,2)'),
    names.map((name) => ({type: 'struct', fields: [{id: 900, name, required: false, type: 'int'}]})),
  ),
  doc: names,
  [`x-"\\`]: fc.constantFrom<unknown>(null, 0.1, 7),
})
const fields = fc.array(field, {maxLength: 4}).map((all) => {
  const nested = all.findIndex(({type}) => typeof type === 'object')
  return all.map((one, index) => ({id: index + 1, ...one, type: index === nested || typeof one.type === 'string' ? one.type : 'date'}))
})
const schemas = fc
  .array(fc.tuple(fields, fc.boolean()), {minLength: 1, maxLength: 5})
  .map((all) =>
    all.map(([own, isLast], id) =>
      isLast ? {type: 'struct', 'schema-id': id, fields: own} : {fields: own, 'identifier-field-ids': [], 'schema-id': id, type: 'struct'},
    ),
  )

describe('schemas of a large metadata file', () => {
  test('are what they would be in a small one, however the file is written', () => {
    fc.assert(
      fc.property(schemas, fc.constantFrom(undefined, 1, 3), (given, indent) => {
        const bytes = bytesOf(fileOf({schemas: given}), indent)
        const plain = parseJson(bytes.toString()) as {readonly schemas: unknown}
        const metadata = parseTableMetadata(bytes, PATH)
        expect(metadata.schemas).toEqual(plain.schemas)
        expect(metadata.schemas.map((schema) => Object.keys(schema))).toEqual(given.map((schema) => Object.keys(schema)))
        expect(parseJson(Buffer.from(serializeTableMetadata(parseTableMetadata(bytes, PATH), PATH)).toString())).toEqual(plain)
      }),
      {numRuns: 50},
    )
  })

  test('and of version 1 are, too', () => {
    const only = {type: 'struct', 'schema-id': 0, fields: [{id: 1, name: 'a', required: false, type: 'int'}]}
    const {'last-sequence-number': _, ...file} = fileOf({schemas: [only], schema: only, 'partition-spec': []})
    expect(parseTableMetadata(bytesOf({...file, 'format-version': 1}), PATH).schemas).toEqual([only])
  })

  test('of which a key stands twice are those that stand last', () => {
    const other = {...sound, 'schema-id': 0, fields: [{...sound.fields[0], name: 'other'}]}
    const text = bytesOf(fileOf({schemas: [spoiled({})]})).toString()
    const twice = text.replace('"schemas":[{"type"', `"schemas":[${JSON.stringify(other)}],"schemas":[{"fields":[],"type"`)
    expect(twice.length).toBeGreaterThan(text.length)
    expect(parseTableMetadata(Buffer.from(twice), PATH).schemas).toEqual([spoiled({})])
  })

  const sound = {type: 'struct', 'schema-id': 1, fields: [{id: 1, name: 'a', required: false, type: 'int'}]}
  const spoiled = (more: object) => ({...sound, 'schema-id': 0, fields: [{...sound.fields[0], ...more}]})

  test('that are wrong are refused when they are asked for, each time, with the file and the place', () => {
    const {schemas: [wrong, right] = []} = parseTableMetadata(bytesOf(fileOf({schemas: [spoiled({type: 'lng'}), sound]})), PATH)
    expect(right).toEqual(sound)
    const refused = expect.objectContaining({
      code: 'METADATA_CORRUPT',
      message: expect.stringMatching(`${PATH}.*schemas\\[0\\]\\.fields\\[0\\]`),
    })
    expect(() => wrong?.fields).toThrow(refused)
    expect(() => wrong?.fields).toThrow(refused)
  })

  test('that are no JSON are, too', () => {
    const text = bytesOf(fileOf({schemas: [spoiled({doc: 'broken here'}), sound]})).toString()
    const {schemas: [wrong] = []} = parseTableMetadata(Buffer.from(text.replace('"broken here"', 'broken')), PATH)
    expect(() => wrong?.fields).toThrow(/00001-a.metadata.json cannot be used: it is not JSON/)
  })

  test('and the current one is wrong: refused at once', () => {
    const file = {...fileOf({schemas: [spoiled({type: 'lng'}), sound]}), 'current-schema-id': 0}
    expect(() => parseTableMetadata(bytesOf(file), PATH)).toThrow(/schemas\[0\]\.fields\[0\]\.type is not a type: "lng"/)
  })

  test.each([
    ['is no list', {fields: {}}, 'schemas[0].fields is not a list'],
    ['is a number', {fields: 0}, 'schemas[0].fields is not a list'],
    ['is missing', {fields: undefined}, 'schemas[0].fields is not a list'],
  ])('where fields %s: refused at once', (_, more, problem) => {
    expect(() => parseTableMetadata(bytesOf(fileOf({schemas: [{...sound, 'schema-id': 0, ...more}, sound]})), PATH)).toThrow(problem)
  })

  test('in a file that is cut short anywhere are refused', () => {
    const whole = bytesOf(fileOf({schemas: [spoiled({}), sound]}))
    for (let cut = 1; cut < 400; cut += 7) {
      const error = thrownBy(() => parseTableMetadata(whole.subarray(0, -cut), PATH))
      expect(isPhloError(error) && error.code).toBe('METADATA_CORRUPT')
    }
    const start = whole.indexOf('"current-schema-id"')
    const end = whole.indexOf('"partition-specs"')
    for (let cut = start; cut < end; cut += 11) {
      const short = Buffer.concat([whole.subarray(0, cut), Buffer.alloc(LARGE, ' ')])
      expect(() => parseTableMetadata(short, PATH)).toThrow(/cut short/)
    }
  })
})

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
