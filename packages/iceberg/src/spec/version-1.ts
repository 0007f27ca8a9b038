import {createHash} from 'node:crypto'
import {type FieldReader, fieldReader, type JsonObject} from './metadata-checks.js'

/** The id before the first partition field's (spec, "Partition Evolution": ids start at 1000). */
export const LAST_PARTITION_ID_OF_NONE = 999

/**
 * Brings metadata of version 1 into the shape of the later ones (spec, "Appendix E", version 2): the single `schema` and
 * `partition-spec` become lists, partition fields get the ids that the reference implementation gave them, sequence numbers
 * are 0. The fields that only version 1 has are left out; writing puts them back.
 */
export function normaliseVersion1(reader: FieldReader, path: string): JsonObject {
  const {schema: _, 'partition-spec': __, ...rest} = reader.object
  const specs = partitionSpecs(reader, path)
  const highest = Math.max(LAST_PARTITION_ID_OF_NONE, ...specs.flatMap((spec) => spec.fields.map((field) => field['field-id'])))
  return {
    ...rest,
    'table-uuid': reader.optionalString('table-uuid') ?? uuidOf(reader.string('location')),
    'last-sequence-number': reader.optionalBigint('last-sequence-number') ?? 0n,
    ...schemas(reader, path),
    'partition-specs': specs,
    'default-spec-id': reader.optionalInt('default-spec-id') ?? specs[0]?.['spec-id'] ?? 0,
    'last-partition-id': reader.optionalInt('last-partition-id') ?? highest,
    'sort-orders': reader.has('sort-orders') ? reader.object['sort-orders'] : [{'order-id': 0, fields: []}],
    'default-sort-order-id': reader.optionalInt('default-sort-order-id') ?? 0,
  }
}

function schemas(reader: FieldReader, path: string): JsonObject {
  if (reader.has('schemas')) return {schemas: reader.object['schemas'], 'current-schema-id': reader.int('current-schema-id')}
  if (!reader.has('schema')) return reader.fail('schema', 'is missing')
  const schema = fieldReader(reader.object['schema'], 'schema', path)
  const id = schema.optionalInt('schema-id') ?? 0
  return {schemas: [{...schema.object, 'schema-id': id}], 'current-schema-id': id}
}

interface SpecWithIds {
  readonly 'spec-id': number
  readonly fields: readonly {readonly 'field-id': number}[]
}

function partitionSpecs(reader: FieldReader, path: string): readonly SpecWithIds[] {
  if (reader.has('partition-specs')) {
    return reader
      .list('partition-specs')
      .map((spec) => ({...spec.object, 'spec-id': spec.int('spec-id'), fields: fieldsWithIds(spec, 'fields')}))
  }
  if (!reader.has('partition-spec')) return reader.fail('partition-spec', 'is missing')
  return [
    {'spec-id': 0, fields: fieldsWithIds(fieldReader({'partition-spec': reader.object['partition-spec']}, '', path), 'partition-spec')},
  ]
}

function fieldsWithIds(spec: FieldReader, key: string): SpecWithIds['fields'] {
  return spec.list(key).map((field, index) => ({
    ...field.object,
    'field-id': field.optionalInt('field-id') ?? LAST_PARTITION_ID_OF_NONE + 1 + index,
  }))
}

/** Old tables have no uuid. The one that they are given has to be the same at every load, or no commit would find its table. */
function uuidOf(location: string): string {
  const bytes = createHash('sha256').update(location).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
