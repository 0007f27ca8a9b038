import {isDeepStrictEqual} from 'node:util'
import {assertTypesOfVersion} from '../spec/new-table-metadata.js'
import {fieldsById, highestFieldId} from '../spec/schema.js'
import type {PartitionField, PartitionSpec, SortOrder, TableMetadata} from '../spec/table-metadata.js'
import type {Schema} from '../spec/types.js'
import {type CommitProgress, invalidUpdate} from './commit-progress.js'

/** -1 means what this commit added last. */
export function lastOr(id: number, last: number | undefined, what: string): number {
  if (id !== -1) return id
  if (last === undefined) throw invalidUpdate(`the ${what} added last cannot be set: none was added`)
  return last
}

/** Adds a schema under an id of its own, unless the same one is there. */
export function addSchema(metadata: TableMetadata, schema: Schema, progress: CommitProgress): TableMetadata {
  assertTypesOfVersion(schema, metadata['format-version'])
  const lastColumnId = Math.max(metadata['last-column-id'], highestFieldId(schema))
  const same = metadata.schemas.find((other) => sameSchema(other, schema))
  const id = same?.['schema-id'] ?? nextId(metadata.schemas.map((other) => other['schema-id'] ?? 0))
  progress.lastSchemaId = id
  if (same && lastColumnId === metadata['last-column-id']) return metadata
  const schemas = same ? metadata.schemas : [...metadata.schemas, {...schema, 'schema-id': id}]
  return {...metadata, schemas, 'last-column-id': lastColumnId}
}

function sameSchema(left: Schema, right: Schema): boolean {
  const identifiers = (schema: Schema) => [...(schema['identifier-field-ids'] ?? [])].sort((a, b) => a - b)
  return isDeepStrictEqual(left.fields, right.fields) && isDeepStrictEqual(identifiers(left), identifiers(right))
}

export function removeSchemas(metadata: TableMetadata, ids: readonly number[]): TableMetadata {
  if (ids.includes(metadata['current-schema-id'])) throw invalidUpdate('the current schema cannot be removed')
  const kept = metadata.schemas.filter((schema) => !ids.includes(schema['schema-id'] ?? 0))
  return kept.length === metadata.schemas.length ? metadata : {...metadata, schemas: kept}
}

/** Adds a partition spec, unless one with the same fields is there. Fields without an id get one (spec, "Partition Evolution"). */
export function addSpec(metadata: TableMetadata, spec: PartitionSpec, progress: CommitProgress): TableMetadata {
  const known = metadata['partition-specs']
  const same = known.find((other) => isDeepStrictEqual(other.fields.map(withoutId), spec.fields.map(withoutId)))
  if (same) {
    progress.lastSpecId = same['spec-id']
    return metadata
  }
  const schema = metadata.schemas.find((candidate) => candidate['schema-id'] === metadata['current-schema-id'])
  const columns = fieldsById(schema ?? {type: 'struct', fields: []})
  const earlier = known.flatMap((other) => other.fields)
  let last = metadata['last-partition-id']
  const fields = spec.fields.map((field) => {
    if (field.transform !== 'void' && !columns.has(field['source-id'])) {
      throw invalidUpdate(`partition field ${field.name} is of column ${field['source-id']}, which is not in the current schema`)
    }
    const given = field['field-id'] as number | undefined
    const before = earlier.find((other) => other['source-id'] === field['source-id'] && other.transform === field.transform)
    const id = given ?? before?.['field-id'] ?? last + 1
    last = Math.max(last, id)
    return {...field, 'field-id': id}
  })
  if (metadata['format-version'] === 1 && fields.some((field, index) => field['field-id'] !== 1000 + index)) {
    throw invalidUpdate('partition fields of a table of format version 1 must have the ids 1000, 1001, … in order')
  }
  const id = nextId(known.map((other) => other['spec-id']))
  progress.lastSpecId = id
  return {...metadata, 'partition-specs': [...known, {...spec, 'spec-id': id, fields}], 'last-partition-id': last}
}

const withoutId = ({'field-id': _, ...rest}: PartitionField) => rest

export function removeSpecs(metadata: TableMetadata, ids: readonly number[]): TableMetadata {
  if (ids.includes(metadata['default-spec-id'])) throw invalidUpdate('the default partition spec cannot be removed')
  const kept = metadata['partition-specs'].filter((spec) => !ids.includes(spec['spec-id']))
  return kept.length === metadata['partition-specs'].length ? metadata : {...metadata, 'partition-specs': kept}
}

/** Adds a sort order, unless the same one is there. Order 0 is the unsorted one (spec, "Sorting"). */
export function addSortOrder(metadata: TableMetadata, order: SortOrder, progress: CommitProgress): TableMetadata {
  const known = metadata['sort-orders']
  const same = known.find((other) => isDeepStrictEqual(other.fields, order.fields))
  const unsorted = order.fields.length === 0
  const id = same?.['order-id'] ?? (unsorted ? 0 : Math.max(1, nextId(known.map((other) => other['order-id']))))
  progress.lastOrderId = id
  return same ? metadata : {...metadata, 'sort-orders': [...known, {...order, 'order-id': id}]}
}

const nextId = (ids: readonly number[]) => Math.max(-1, ...ids) + 1
