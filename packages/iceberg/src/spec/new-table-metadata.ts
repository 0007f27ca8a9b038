import {randomUUID} from 'node:crypto'
import {refused} from '@phlo/core'
import {minimumFormatVersion} from './primitive-types.js'
import {allFields, assignFreshIds, highestFieldId} from './schema.js'
import type {PartitionSpec, SortOrder, TableMetadata} from './table-metadata.js'
import {NEWEST_FORMAT_VERSION} from './table-metadata-json.js'
import type {Schema} from './types.js'
import {LAST_PARTITION_ID_OF_NONE} from './version-1.js'

export interface NewTable {
  readonly schema: Schema
  /** Its source ids are those of `schema`. Default: unpartitioned. */
  readonly partitionSpec?: PartitionSpec
  /** Its source ids are those of `schema`. Default: unsorted. */
  readonly sortOrder?: SortOrder
  readonly location: string
  readonly properties?: Readonly<Record<string, string>>
  /** Default 2. */
  readonly formatVersion?: number
  readonly uuid?: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * Metadata of a table that does not exist yet (spec, "Table Metadata Fields"). Field ids, partition field ids (from 1000 on)
 * and the ids of schema, spec and order are assigned anew, and the spec and the order follow the fields that they name.
 *
 * @throws PhloError `UNSUPPORTED_FORMAT_VERSION`, also when a type needs a newer version than the one asked for
 */
export function newTableMetadata(table: NewTable): TableMetadata {
  const version = table.formatVersion ?? 2
  if (!Number.isInteger(version) || version < 1 || version > NEWEST_FORMAT_VERSION) {
    throw refused('UNSUPPORTED_FORMAT_VERSION', `Format version ${version} is not supported: choose 1 to ${NEWEST_FORMAT_VERSION}.`)
  }
  assertTypesOfVersion(table.schema, version)
  const schema: Schema = {...assignFreshIds(table.schema), 'schema-id': 0}
  const newId = idsAfter(table.schema, schema)
  const fields = (table.partitionSpec?.fields ?? []).map((field, index) => ({
    ...field,
    'source-id': newId(field['source-id']),
    'field-id': LAST_PARTITION_ID_OF_NONE + 1 + index,
  }))
  const sortFields = (table.sortOrder?.fields ?? []).map((field) => ({...field, 'source-id': newId(field['source-id'])}))
  const orderId = sortFields.length === 0 ? 0 : 1
  return {
    'format-version': version,
    'table-uuid': table.uuid ?? randomUUID(),
    location: table.location.replace(/(?<=[^/:])\/+$/, ''),
    'last-sequence-number': 0n,
    'last-updated-ms': table.now,
    'last-column-id': highestFieldId(schema),
    schemas: [schema],
    'current-schema-id': 0,
    'partition-specs': [{'spec-id': 0, fields}],
    'default-spec-id': 0,
    'last-partition-id': LAST_PARTITION_ID_OF_NONE + fields.length,
    'sort-orders': [{'order-id': orderId, fields: sortFields}],
    'default-sort-order-id': orderId,
    properties: table.properties ?? {},
    snapshots: [],
    'snapshot-log': [],
    'metadata-log': [],
    refs: {},
    ...(version >= 3 && {'next-row-id': 0n}),
  }
}

/** Refuses a schema with a type that tables of this format version cannot have (spec, "Primitive Types"). */
export function assertTypesOfVersion(schema: Schema, version: number): void {
  for (const {name, type} of allFields(schema)) {
    if (typeof type === 'string' && minimumFormatVersion(type) > version) {
      throw refused(
        'UNSUPPORTED_FORMAT_VERSION',
        `Column ${name} is a ${type}, which needs format version 3; the table has version ${version}.`,
      )
    }
  }
}

function idsAfter(before: Schema, after: Schema): (id: number) => number {
  const newIds = new Map(allFields(before).map(({id, name}) => [id, allFields(after).find((field) => field.name === name)?.id]))
  return (id) => {
    const found = newIds.get(id)
    if (found === undefined) throw new RangeError(`column ${id} is not in the schema`)
    return found
  }
}
