import {checkSchema} from './check-schema.js'
import {isLate} from './late-schemas.js'
import {checkStringMap, checkUnique, type FieldReader, fieldReader, type JsonObject} from './metadata-checks.js'

/** Checks metadata that has been normalised, all that operations rely on; throws `METADATA_CORRUPT` naming the field. */
export function checkTableMetadata(reader: FieldReader, path: string): void {
  reader.string('table-uuid')
  if (reader.string('location') === '') reader.fail('location', 'is empty')
  reader.int('last-updated-ms')
  reader.int('last-column-id')
  reader.int('last-partition-id')
  reader.bigint('last-sequence-number')
  checkSchemas(reader, path)
  checkSpecs(reader)
  checkSortOrders(reader)
  checkStringMap(reader, 'properties')
  checkSnapshots(reader)
  checkRefs(reader, path)
  checkLogs(reader)
  checkStatistics(reader)
  if (reader.int('format-version') >= 3) reader.bigint('next-row-id')
}

function checkSchemas(reader: FieldReader, path: string): void {
  const schemas = reader.list('schemas')
  const ids = schemas.map((schema) => schema.int('schema-id'))
  checkUnique(reader, 'schemas', ids)
  const currentId = reader.int('current-schema-id')
  for (const [index, schema] of schemas.entries()) {
    // Others are checked when they are asked for.
    if (isLate(schema.object) && ids[index] !== currentId) continue
    checkSchema(schema, `schemas[${index}]`, path)
  }
  requireAmong(reader, 'current-schema-id', ids, 'schemas')
}

function checkSpecs(reader: FieldReader): void {
  const specs = reader.list('partition-specs')
  const ids = specs.map((spec) => spec.int('spec-id'))
  checkUnique(reader, 'partition-specs', ids)
  requireAmong(reader, 'default-spec-id', ids, 'partition-specs')
  for (const spec of specs) {
    const fields = spec.list('fields')
    const fieldIds = fields.map((field) => field.int('field-id'))
    checkUnique(spec, 'fields', fieldIds)
    for (const field of fields) {
      field.string('name')
      checkTransform(field)
    }
  }
}

function checkSortOrders(reader: FieldReader): void {
  const orders = reader.list('sort-orders')
  const ids = orders.map((order) => order.int('order-id'))
  checkUnique(reader, 'sort-orders', ids)
  requireAmong(reader, 'default-sort-order-id', ids, 'sort-orders')
  for (const field of orders.flatMap((order) => order.list('fields'))) {
    checkTransform(field)
    checkOneOf(field, 'direction', ['asc', 'desc'])
    checkOneOf(field, 'null-order', ['nulls-first', 'nulls-last'])
  }
}

function checkTransform(field: FieldReader): void {
  field.string('transform')
  // A transform of several columns has source-ids instead (spec, "Partition Specs").
  if (!Array.isArray(field.object['source-ids'])) field.int('source-id')
}

function checkSnapshots(reader: FieldReader): void {
  const snapshots = reader.list('snapshots')
  checkUnique(
    reader,
    'snapshots',
    snapshots.map((snapshot) => snapshot.bigint('snapshot-id')),
  )
  for (const snapshot of snapshots) {
    snapshot.optionalBigint('parent-snapshot-id')
    snapshot.bigint('sequence-number')
    snapshot.int('timestamp-ms')
    snapshot.optionalInt('schema-id')
    snapshot.optionalBigint('first-row-id')
    snapshot.optionalBigint('added-rows')
    checkStringMap(snapshot, 'summary')
    const manifests = snapshot.object['manifests']
    const listed = Array.isArray(manifests) && manifests.every((manifest) => typeof manifest === 'string')
    if (snapshot.optionalString('manifest-list') === undefined && !listed) snapshot.fail('manifest-list', 'is missing')
  }
}

function checkRefs(reader: FieldReader, path: string): void {
  const ids = new Set(reader.list('snapshots').map((snapshot) => snapshot.bigint('snapshot-id')))
  const current = reader.optionalBigint('current-snapshot-id')
  if (current !== undefined && !ids.has(current)) reader.fail('current-snapshot-id', `is ${current}, which is not among the snapshots`)
  const refs = reader.object['refs'] as JsonObject
  for (const [name, value] of Object.entries(refs)) {
    const ref = fieldReader(value, `refs.${name}`, path)
    const id = ref.bigint('snapshot-id')
    if (!ids.has(id)) ref.fail('snapshot-id', `is ${id}, which is not among the snapshots`)
    checkOneOf(ref, 'type', ['branch', 'tag'])
    for (const key of ['min-snapshots-to-keep', 'max-snapshot-age-ms', 'max-ref-age-ms']) ref.optionalInt(key)
    if (name === 'main' && id !== current) ref.fail('snapshot-id', `is ${id}, but current-snapshot-id is ${current ?? 'not set'}`)
  }
}

function checkLogs(reader: FieldReader): void {
  for (const entry of reader.list('snapshot-log')) {
    entry.bigint('snapshot-id')
    entry.int('timestamp-ms')
  }
  for (const entry of reader.list('metadata-log')) {
    entry.string('metadata-file')
    entry.int('timestamp-ms')
  }
}

function checkStatistics(reader: FieldReader): void {
  for (const file of [...reader.list('statistics'), ...reader.list('partition-statistics')]) {
    file.bigint('snapshot-id')
    file.string('statistics-path')
    file.int('file-size-in-bytes')
  }
}

function requireAmong(reader: FieldReader, key: string, ids: readonly number[], listKey: string): void {
  const id = reader.int(key)
  if (!ids.includes(id)) reader.fail(key, `is ${id}, which is not among ${listKey}`)
}

function checkOneOf(reader: FieldReader, key: string, values: readonly string[]): void {
  const value = reader.string(key)
  if (!values.includes(value)) reader.fail(key, `is ${JSON.stringify(value)}, not ${values.join(' or ')}`)
}
