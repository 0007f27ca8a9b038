import {expect, test} from '@jest/globals'
import {checkedViewMetadata} from '../../src/spec/view-metadata.js'

const schema = {type: 'struct', 'schema-id': 0, fields: [{id: 1, name: 'id', required: false, type: 'long'}]}
const version = {'version-id': 1, 'schema-id': 0, 'timestamp-ms': 5, summary: {}, representations: [], 'default-namespace': []}
const metadata = {
  'view-uuid': 'u',
  'format-version': 1,
  location: 'file:///v',
  schemas: [schema],
  'current-version-id': 1,
  versions: [version],
  'version-log': [{'timestamp-ms': 5, 'version-id': 1}],
  unknown: {kept: true},
}

test('metadata of a view is what its file says, with what is not known', () => {
  expect(checkedViewMetadata(metadata, 'v.json')).toEqual({...metadata, properties: {}})
})

test.each([
  ['no object', [], 'is not a JSON object'],
  ['no uuid', {...metadata, 'view-uuid': undefined}, 'view-uuid is missing'],
  ['a current version that it does not have', {...metadata, 'current-version-id': 2}, 'current-version-id is not among versions'],
  ['a version twice', {...metadata, versions: [version, version]}, 'versions has 1 twice'],
  ['a schema that it does not have', {...metadata, versions: [{...version, 'schema-id': 7}]}, 'versions[0].schema-id is not among schemas'],
  ['SQL that is no text', {...metadata, versions: [{...version, representations: [{type: 'sql', sql: 7}]}]}, 'representations[0].sql'],
  ['a property that is no text', {...metadata, properties: {a: 1}}, 'properties'],
])('metadata of a view with %s cannot be used', (_, json, said) => {
  const read = () => checkedViewMetadata(json, 'v.json')
  expect(read).toThrow(expect.objectContaining({code: 'METADATA_CORRUPT', message: expect.stringContaining(said)}))
})

test('metadata of a view of a later version is refused', () => {
  const read = () => checkedViewMetadata({...metadata, 'format-version': 2}, 'v.json')
  expect(read).toThrow(expect.objectContaining({code: 'UNSUPPORTED_FORMAT_VERSION', exit: 6}))
})
