import {describe, expect, test} from '@jest/globals'
import {newTableMetadata, type Schema, type Snapshot, type TableMetadata, type TableRequirement, type TableUpdate} from '@phlo/iceberg'
import {applyUpdates} from '../../src/catalog/apply-updates.js'
import {checkRequirements} from '../../src/catalog/requirements.js'

const schema: Schema = {type: 'struct', fields: [{id: 1, name: 'id', required: true, type: 'long'}]}
const wider: Schema = {type: 'struct', fields: [...schema.fields, {id: 2, name: 'name', required: false, type: 'string'}]}
const fresh = (formatVersion = 2): TableMetadata => newTableMetadata({schema, location: '/t', formatVersion, now: 100})
const apply = (metadata: TableMetadata, ...updates: TableUpdate[]) => applyUpdates(metadata, updates, {now: 1000})

const snapshot = (id: bigint, given: Partial<Snapshot> = {}): Snapshot => ({
  'snapshot-id': id,
  'sequence-number': id,
  'timestamp-ms': Number(id) * 100,
  'manifest-list': `/t/metadata/snap-${id}.avro`,
  ...(id > 1n && {'parent-snapshot-id': id - 1n}),
  ...given,
})
const add = (id: bigint, given?: Partial<Snapshot>): TableUpdate => ({action: 'add-snapshot', snapshot: snapshot(id, given)})
const point = (id: bigint, name = 'main', type: 'branch' | 'tag' = 'branch'): TableUpdate => ({
  action: 'set-snapshot-ref',
  'ref-name': name,
  type,
  'snapshot-id': id,
})
/** A table with snapshots 1 to `count`, each committed by itself. */
const withHistory = (count: number) => {
  let metadata = fresh()
  for (let id = 1n; id <= count; id++) metadata = apply(metadata, add(id), point(id))
  return metadata
}
const logged = (metadata: TableMetadata) => metadata['snapshot-log'].map((entry) => entry['snapshot-id'])

describe('updates of a schema, spec or order', () => {
  test('give a schema an id of its own, and use the same one twice', () => {
    const added = apply(fresh(), {action: 'add-schema', schema: wider}, {action: 'set-current-schema', 'schema-id': -1})
    expect(added.schemas.map((each) => each['schema-id'])).toEqual([0, 1])
    expect([added['current-schema-id'], added['last-column-id']]).toEqual([1, 2])
    const back = apply(added, {action: 'add-schema', schema}, {action: 'set-current-schema', 'schema-id': -1})
    expect([back['current-schema-id'], back.schemas.length, back['last-column-id']]).toEqual([0, 2, 2])
    const without = apply(back, {action: 'remove-schemas', 'schema-ids': [1]})
    expect(without.schemas).toHaveLength(1)
  })

  test('give partition fields ids, the same to the same field', () => {
    const bucket = {'source-id': 1, name: 'b', transform: 'bucket[4]'}
    const spec = (...fields: object[]) => ({action: 'add-spec', spec: {'spec-id': 9, fields}}) as unknown as TableUpdate
    const one = apply(fresh(), spec(bucket), {action: 'set-default-spec', 'spec-id': -1})
    const two = apply(one, spec({'source-id': 1, name: 'v', transform: 'truncate[2]'}, bucket))
    expect(two['partition-specs'].map((each) => each.fields.map((field) => field['field-id']))).toEqual([[], [1000], [1001, 1000]])
    expect([two['default-spec-id'], two['last-partition-id']]).toEqual([1, 1001])
    expect(apply(two, spec(bucket))).toBe(two)
    expect(apply(two, {action: 'remove-partition-specs', 'spec-ids': [0, 2]})['partition-specs']).toHaveLength(1)
  })

  test('give a sort order an id above 0, which is the unsorted one', () => {
    const field = {'source-id': 1, transform: 'identity', direction: 'asc' as const, 'null-order': 'nulls-first' as const}
    const sorted = apply(
      fresh(),
      {action: 'add-sort-order', 'sort-order': {'order-id': 0, fields: [field]}},
      {action: 'set-default-sort-order', 'sort-order-id': -1},
    )
    expect(sorted['default-sort-order-id']).toBe(1)
    const unsorted = apply(
      sorted,
      {action: 'add-sort-order', 'sort-order': {'order-id': 5, fields: []}},
      {action: 'set-default-sort-order', 'sort-order-id': -1},
    )
    expect(unsorted['default-sort-order-id']).toBe(0)
  })
})

describe('updates of snapshots', () => {
  test('add one and make it current', () => {
    const metadata = withHistory(2)
    expect(metadata['current-snapshot-id']).toBe(2n)
    expect(metadata['last-sequence-number']).toBe(2n)
    expect(metadata['snapshot-log']).toEqual([
      {'snapshot-id': 1n, 'timestamp-ms': 100},
      {'snapshot-id': 2n, 'timestamp-ms': 200},
    ])
  })

  test('take row ids in version 3, and not those of others', () => {
    const rows = (first: bigint) => ({'first-row-id': first, 'added-rows': 5n})
    const one = apply(fresh(3), add(1n, rows(0n)), point(1n))
    expect(one['next-row-id']).toBe(5n)
    expect(() => apply(one, add(2n, rows(3n)))).toThrow(expect.objectContaining({code: 'COMMIT_CONFLICT'}))
    expect(() => apply(one, add(2n))).toThrow('has no first-row-id')
  })

  test('remove one with its refs and statistics, and the log up to it', () => {
    const file = {'statistics-path': '/t/s.puffin', 'file-size-in-bytes': 1}
    const more = {'file-footer-size-in-bytes': 1, 'blob-metadata': []}
    const before = apply(
      withHistory(4),
      point(2n, 'old', 'tag'),
      {action: 'set-statistics', statistics: {...file, ...more, 'snapshot-id': 2n}},
      {action: 'set-statistics', statistics: {...file, ...more, 'snapshot-id': 3n}},
      {action: 'set-partition-statistics', 'partition-statistics': {...file, 'snapshot-id': 2n}},
    )
    const after = apply(before, {action: 'remove-snapshots', 'snapshot-ids': [2n]})
    expect(after.snapshots.map((each) => each['snapshot-id'])).toEqual([1n, 3n, 4n])
    expect(Object.keys(after.refs)).toEqual(['main'])
    expect(after.statistics?.map((each) => each['snapshot-id'])).toEqual([3n])
    expect(after['partition-statistics']).toEqual([])
    expect(logged(after)).toEqual([3n, 4n])
  })

  test('leave a table without a current snapshot when that is removed', () => {
    const after = apply(withHistory(1), {action: 'remove-snapshots', 'snapshot-ids': [1n]})
    expect(after).not.toHaveProperty('current-snapshot-id')
    expect(after.refs).toEqual({})
    expect(logged(after)).toEqual([])
  })

  test('keep a snapshot that was current only within the commit out of the log', () => {
    expect(logged(apply(withHistory(1), add(2n), point(2n), add(3n), point(3n)))).toEqual([1n, 3n])
  })

  test('go back in history with a log that does not', () => {
    const back = apply(withHistory(2), point(1n))
    expect(back['snapshot-log'].at(-1)).toEqual({'snapshot-id': 1n, 'timestamp-ms': 1000})
    expect(back['last-updated-ms']).toBe(1000)
  })

  test('set and remove branches and tags', () => {
    const tagged = apply(withHistory(2), point(1n, 'v1', 'tag'))
    expect(tagged.refs['v1']).toEqual({type: 'tag', 'snapshot-id': 1n})
    expect(logged(tagged)).toEqual([1n, 2n])
    expect(apply(tagged, {action: 'remove-snapshot-ref', 'ref-name': 'v1'}).refs).not.toHaveProperty('v1')
  })
})

describe('other updates', () => {
  test('set and remove properties, the location and the uuid', () => {
    const set = apply(fresh(), {action: 'set-properties', updates: {a: '1', b: '2'}}, {action: 'remove-properties', removals: ['a', 'zz']})
    expect(set.properties).toEqual({b: '2'})
    const moved = apply(fresh(), {action: 'set-location', location: '/u'}, {action: 'assign-uuid', uuid: 'u'})
    expect([moved.location, moved['table-uuid']]).toEqual(['/u', 'u'])
  })

  test('upgrade the format version, one way', () => {
    expect(apply(fresh(2), {action: 'upgrade-format-version', 'format-version': 3})).toMatchObject({'format-version': 3, 'next-row-id': 0n})
  })

  test('that change nothing give back the very same metadata', () => {
    const before = withHistory(1)
    const nothing: TableUpdate[] = [
      {action: 'set-properties', updates: {}},
      {action: 'remove-properties', removals: ['x']},
      {action: 'upgrade-format-version', 'format-version': 2},
      {action: 'add-schema', schema},
      {action: 'remove-snapshots', 'snapshot-ids': [99n]},
      {action: 'remove-snapshot-ref', 'ref-name': 'x'},
      {action: 'remove-statistics', 'snapshot-id': 1n},
      point(1n),
    ]
    expect(apply(before, ...nothing)).toBe(before)
  })

  test('never set the time back', () => {
    const before = {...fresh(), 'last-updated-ms': 5000}
    expect(apply(before, {action: 'set-properties', updates: {a: 'b'}})['last-updated-ms']).toBe(5000)
  })

  test('keep as many files in the metadata log as the table says', () => {
    let metadata = apply(fresh(), {action: 'set-properties', updates: {'write.metadata.previous-versions-max': '2'}})
    for (const file of ['a', 'b', 'c']) {
      metadata = applyUpdates(metadata, [{action: 'set-properties', updates: {file}}], {now: 1, previousLocation: file})
    }
    expect(metadata['metadata-log'].map((entry) => entry['metadata-file'])).toEqual(['b', 'c'])
  })
})

describe('an update that cannot be made is refused', () => {
  test.each([
    ['a current schema that is not there', {action: 'set-current-schema', 'schema-id': 7}],
    ['the schema added last when none was', {action: 'set-current-schema', 'schema-id': -1}],
    ['a default spec that is not there', {action: 'set-default-spec', 'spec-id': 7}],
    ['a default order that is not there', {action: 'set-default-sort-order', 'sort-order-id': 7}],
    ['removal of the current schema', {action: 'remove-schemas', 'schema-ids': [0]}],
    ['removal of the default spec', {action: 'remove-partition-specs', 'spec-ids': [0]}],
    [
      'a spec of a column that is not there',
      {action: 'add-spec', spec: {'spec-id': 1, fields: [{'source-id': 9, 'field-id': 1000, name: 'x', transform: 'identity'}]}},
    ],
    ['an older format version', {action: 'upgrade-format-version', 'format-version': 1}],
    ['a format version of the future', {action: 'upgrade-format-version', 'format-version': 4}],
    ['a snapshot that is there', add(1n)],
    [
      'a snapshot without a manifest list',
      {action: 'add-snapshot', snapshot: {'snapshot-id': 8n, 'sequence-number': 8n, 'timestamp-ms': 1}},
    ],
    ['a ref to a snapshot that is not there', point(9n)],
    ['a main that is a tag', point(1n, 'main', 'tag')],
    ['what nobody knows', {action: 'defragment'}],
  ] as [string, TableUpdate][])('%s', (_, update) => {
    expect(() => apply(withHistory(1), update)).toThrow(expect.objectContaining({code: 'INVALID_UPDATE', exit: 6}))
  })

  test('as a conflict when somebody else took its sequence number', () => {
    expect(() => apply(withHistory(3), add(9n, {'sequence-number': 3n}))).toThrow(
      expect.objectContaining({code: 'COMMIT_CONFLICT', exit: 5}),
    )
  })
})

describe('a requirement', () => {
  const metadata = apply(withHistory(1), point(1n, 'b'))
  const held: TableRequirement[] = [
    {type: 'assert-table-uuid', uuid: metadata['table-uuid'].toUpperCase()},
    {type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': 1n},
    {type: 'assert-ref-snapshot-id', ref: 'none', 'snapshot-id': null},
    {type: 'assert-last-assigned-field-id', 'last-assigned-field-id': 1},
    {type: 'assert-current-schema-id', 'current-schema-id': 0},
    {type: 'assert-last-assigned-partition-id', 'last-assigned-partition-id': 999},
    {type: 'assert-default-spec-id', 'default-spec-id': 0},
    {type: 'assert-default-sort-order-id', 'default-sort-order-id': 0},
  ]

  test('that holds lets the commit through', () => {
    checkRequirements(metadata, held)
    checkRequirements(undefined, [{type: 'assert-create'}])
    expect(() => checkRequirements(undefined, held)).toThrow('the table does not exist')
  })

  test.each([
    {type: 'assert-create'},
    {type: 'assert-table-uuid', uuid: 'other'},
    {type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': null},
    {type: 'assert-ref-snapshot-id', ref: 'b', 'snapshot-id': 2n},
    {type: 'assert-ref-snapshot-id', ref: 'none', 'snapshot-id': 1n},
    {type: 'assert-last-assigned-field-id', 'last-assigned-field-id': 2},
    {type: 'assert-current-schema-id', 'current-schema-id': 1},
    {type: 'assert-last-assigned-partition-id', 'last-assigned-partition-id': 1000},
    {type: 'assert-default-spec-id', 'default-spec-id': 1},
    {type: 'assert-default-sort-order-id', 'default-sort-order-id': 1},
    {type: 'assert-weather'},
  ])('that does not hold is a conflict: $type', (requirement) => {
    const conflict = expect.objectContaining({code: 'COMMIT_CONFLICT', exit: 5, message: expect.stringContaining(requirement.type)})
    expect(() => checkRequirements(metadata, [requirement as TableRequirement])).toThrow(conflict)
  })
})
