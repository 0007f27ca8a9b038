import {unavailable} from '@phlo/core'
import type {PartitionSpec, TableMetadata} from './table-metadata.js'
import type {Schema} from './types.js'

/**
 * The schema that new files are written with.
 *
 * @throws PhloError `METADATA_CORRUPT` when the metadata names one that it does not have
 */
export function currentSchema(metadata: TableMetadata): Schema {
  const id = metadata['current-schema-id']
  return found(
    metadata.schemas.find((schema) => (schema['schema-id'] ?? 0) === id),
    `schema ${id}`,
  )
}

/** The schema with this id, or the current one where a snapshot names none or one that is gone. */
export function schemaById(metadata: TableMetadata, id: number | undefined): Schema {
  return metadata.schemas.find((schema) => id !== undefined && schema['schema-id'] === id) ?? currentSchema(metadata)
}

/**
 * A partition spec by its id.
 *
 * @throws PhloError `METADATA_CORRUPT`
 */
export function partitionSpecById(metadata: TableMetadata, id: number): PartitionSpec {
  return found(
    metadata['partition-specs'].find((spec) => spec['spec-id'] === id),
    `partition spec ${id}`,
  )
}

function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw unavailable('METADATA_CORRUPT', `The table's metadata refers to ${what}, which it does not have.`)
  return value
}
