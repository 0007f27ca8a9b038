import {gzipSync} from 'node:zlib'
import {describe, expect, test} from '@jest/globals'
import {newTableMetadata, parseJson, parseTableMetadata, serializeTableMetadata} from '@phlo/iceberg'
import fc from 'fast-check'

const PATH = 's3://lake/t/metadata/00001-a.metadata.json'
const BIG = 9223372036854775807n

/** A metadata file of each version with fields that nobody knows at every level. */
function sample(version: number): Record<string, unknown> {
  const schema = {
    type: 'struct',
    'schema-id': 0,
    'x-schema': [1],
    fields: [
      {id: 1, name: 'id', required: true, type: 'long', 'x-field': {deep: true}},
      {
        id: 2,
        name: 'tags',
        required: false,
        type: {type: 'list', 'element-id': 3, element: 'string', 'element-required': true, 'x-list': 1},
      },
    ],
  }
  const snapshot = {
    'snapshot-id': BIG,
    'timestamp-ms': 1700000000000,
    'manifest-list': 's3://lake/t/metadata/snap.avro',
    summary: {operation: 'append', 'x-summary': 'kept'},
    'x-snapshot': 1,
  }
  const fields = [{'source-id': 1, 'field-id': 1000, name: 'id_bucket', transform: 'bucket[4]', 'x-partition': null}]
  return {
    'format-version': version,
    'table-uuid': '9c12d441-03fe-4693-9a96-a0705ddf69c1',
    location: 's3://lake/t',
    ...(version === 1 ? {schema, 'partition-spec': fields} : {'last-sequence-number': 34}),
    'last-updated-ms': 1700000000000,
    'last-column-id': 3,
    schemas: [schema],
    'current-schema-id': 0,
    'partition-specs': [{'spec-id': 0, fields, 'x-spec': 'x'}],
    'default-spec-id': 0,
    'last-partition-id': 1000,
    'sort-orders': [{'order-id': 0, fields: [], 'x-order': 0.5}],
    'default-sort-order-id': 0,
    properties: {'read.split.target-size': '134217728'},
    'current-snapshot-id': BIG,
    snapshots: [
      {
        ...snapshot,
        ...(version > 1 && {'sequence-number': 34}),
        ...(version > 2 && {'first-row-id': 0, 'added-rows': 5, 'key-id': 'k'}),
      },
    ],
    'snapshot-log': [{'snapshot-id': BIG, 'timestamp-ms': 1700000000000, 'x-log': 'x'}],
    'metadata-log': [{'metadata-file': 's3://lake/t/metadata/00000-b.metadata.json', 'timestamp-ms': 1600000000000, 'x-log': 'x'}],
    refs: {main: {'snapshot-id': BIG, type: 'branch', 'max-ref-age-ms': 10, 'x-ref': 'x'}},
    statistics: [
      {
        'snapshot-id': BIG,
        'statistics-path': 's3://lake/t/metadata/1.puffin',
        'file-size-in-bytes': 413,
        'file-footer-size-in-bytes': 42,
        'blob-metadata': [{type: 'ndv', 'snapshot-id': BIG, 'x-blob': 1}],
      },
    ],
    ...(version > 2 && {'next-row-id': 5, 'encryption-keys': [{'key-id': 'k', 'encrypted-key-metadata': 'aGVsbG8='}]}),
    'x-top': {'nested-list': [1, 0.1, 'a']},
  }
}

const bytesOf = (value: unknown) =>
  Buffer.from(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `#${item}` : item)).replace(/"#(-?\d+)"/g, '$1'))
const through = (bytes: Uint8Array) => parseJson(Buffer.from(serializeTableMetadata(parseTableMetadata(bytes, PATH), PATH)).toString())

describe('table metadata', () => {
  test.each([1, 2, 3])('of version %p comes out as it went in, with what nobody knows', (version) => {
    const bytes = bytesOf(sample(version))
    expect(through(bytes)).toEqual(parseJson(bytes.toString()))
  })

  test('keeps 64-bit ids exact', () => {
    const metadata = parseTableMetadata(bytesOf(sample(2)), PATH)
    expect(metadata['current-snapshot-id']).toBe(BIG)
    expect(metadata['last-sequence-number']).toBe(34n)
    expect(metadata.refs['main']?.['snapshot-id']).toBe(BIG)
  })

  test('of version 1 may have one schema, one spec without field ids, no uuid and no refs', () => {
    const {schemas: _, 'partition-specs': __, 'table-uuid': ___, refs: ____, 'sort-orders': _____, ...old} = sample(1)
    const file = {...old, 'partition-spec': [{'source-id': 1, name: 'id_bucket', transform: 'bucket[4]'}]}
    const metadata = parseTableMetadata(bytesOf(file), PATH)
    expect(metadata.schemas).toHaveLength(1)
    expect(metadata['partition-specs'][0]?.fields[0]?.['field-id']).toBe(1000)
    expect(metadata.refs['main']).toEqual({'snapshot-id': BIG, type: 'branch'})
    expect(metadata['table-uuid']).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
    expect(parseTableMetadata(bytesOf(file), PATH)['table-uuid']).toBe(metadata['table-uuid'])
  })

  test.each([-1, null, undefined])('has no current snapshot when current-snapshot-id is %p', (id) => {
    const {refs: _, ...file}: Record<string, unknown> = {...sample(2), 'current-snapshot-id': id}
    expect(parseTableMetadata(bytesOf(file), PATH)).not.toHaveProperty('current-snapshot-id')
  })

  test('is read gzipped whatever its name, and written gzipped when its name says so', () => {
    const metadata = parseTableMetadata(gzipSync(bytesOf(sample(2))), PATH)
    for (const name of ['a.gz.metadata.json', 'a.metadata.json.gz']) {
      const bytes = serializeTableMetadata(metadata, name)
      expect([bytes[0], bytes[1]]).toEqual([0x1f, 0x8b])
      expect(parseTableMetadata(bytes, name)).toEqual(metadata)
    }
  })

  test('that Phlo makes is read back as it was made', () => {
    const type = fc.constantFrom('boolean', 'long', 'decimal(9,2)', 'string', 'fixed[4]')
    const columns = fc.uniqueArray(fc.tuple(fc.string({minLength: 1}), type), {minLength: 1, selector: ([name]) => name})
    const properties = fc.dictionary(fc.string(), fc.string())
    fc.assert(
      fc.property(columns, properties, fc.constantFrom(1, 2, 3), (names, given, formatVersion) => {
        const fields = names.map(([name, of], index) => ({id: index + 7, name, required: false, type: of}))
        const metadata = newTableMetadata({
          schema: {type: 'struct', fields},
          location: 's3://lake/t/',
          properties: {...given},
          formatVersion,
          now: 5,
        })
        expect(parseTableMetadata(serializeTableMetadata(metadata, PATH), PATH)).toEqual(metadata)
      }),
    )
  })
})

describe('table metadata that cannot be used names the file and what is wrong', () => {
  const corrupt = (bytes: Uint8Array, problem: string | RegExp) => {
    const message = typeof problem === 'string' ? expect.stringContaining(problem) : expect.stringMatching(problem)
    expect(() => parseTableMetadata(bytes, PATH)).toThrow(expect.objectContaining({code: 'METADATA_CORRUPT', exit: 3, message}))
    expect(() => parseTableMetadata(bytes, PATH)).toThrow(PATH)
  }

  test.each(Object.keys(sample(2)).filter((key) => /^(table-uuid|loc|last|sch|curr.*schema|part|def|sort|format)/.test(key)))(
    'without %s',
    (key) => {
      const {[key]: _, ...rest} = sample(2)
      corrupt(bytesOf(rest), key.replace(/^(schemas|partition-specs|sort-orders)$/, 'which is not among $1'))
    },
  )

  test('empty, cut short at any byte, not JSON, not an object', () => {
    corrupt(Buffer.alloc(0), 'empty')
    corrupt(Buffer.from('PAR1'), 'not JSON')
    corrupt(Buffer.from('[]'), 'not a JSON object')
    corrupt(Buffer.from('7'), 'not a JSON object')
    corrupt(Buffer.from('1.0'), 'not a JSON object')
    const whole = bytesOf(sample(3))
    for (let length = 1; length < whole.length; length += 97) corrupt(whole.subarray(0, length), 'cut short')
    corrupt(gzipSync(whole).subarray(0, 100), 'gzip')
    corrupt(Buffer.from([0x7b, 0xff, 0x7d]), 'UTF-8')
  })

  test.each([
    ['format-version', '2', 'format-version is not an integer'],
    ['last-updated-ms', 1.5, 'last-updated-ms is not an integer'],
    ['last-sequence-number', '1', 'last-sequence-number is not a 64-bit integer'],
    ['current-snapshot-id', 5, 'current-snapshot-id is 5, which is not among the snapshots'],
    ['current-snapshot-id', 2n ** 63n, '64-bit'],
    ['refs', {main: {'snapshot-id': 5, type: 'branch'}}, 'refs.main.snapshot-id'],
    ['refs', [], 'refs is not an object'],
    ['snapshots', {}, 'snapshots is not a list'],
    ['snapshots', [null], 'snapshots[0] is not an object'],
    ['schemas', [{type: 'struct', 'schema-id': 0, fields: [{id: 1, name: 'a', required: true, type: 'lng'}]}], 'schemas[0].fields[0].type'],
    ['properties', {a: 1}, 'properties has a value that is not a string, at "a"'],
    ['default-spec-id', 9, 'default-spec-id is 9'],
  ])('with %s = %p', (key, value, problem) => {
    corrupt(bytesOf({...sample(2), [key]: value}), problem)
  })

  test.each([0, 4])('of format version %p is refused', (version) => {
    const refused = expect.objectContaining({code: 'UNSUPPORTED_FORMAT_VERSION', exit: 6, message: expect.stringContaining(PATH)})
    expect(() => parseTableMetadata(bytesOf({...sample(2), 'format-version': version}), PATH)).toThrow(refused)
  })
})
