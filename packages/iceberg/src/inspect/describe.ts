import {formatTableName} from '@phlo/core'
import {headOf} from '../refs.js'
import {currentSchema} from '../spec/current.js'
import {formatSortField, formatTerm} from '../spec/sort-order.js'
import {formatType} from '../spec/type-text.js'
import type {StructField} from '../spec/types.js'
import type {IcebergTable} from '../table.js'

export interface ColumnDescription {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly doc: string | null
}

/** A table as `table show` tells it. 64-bit ids are decimal strings. */
export interface TableDescription {
  readonly table: string
  readonly catalog: string
  readonly formatVersion: number
  readonly uuid: string
  readonly location: string
  readonly metadataLocation: string
  readonly columns: readonly ColumnDescription[]
  /** `month(at), bucket[16](id)`; empty when unpartitioned. */
  readonly partitionSpec: string
  /** `at desc nulls last`; empty when unsorted. */
  readonly sortOrder: string
  readonly snapshot: {readonly id: string; readonly operation: string; readonly timestamp: number} | null
  readonly properties: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly updatedAt: number
}

/** Describes the table at its ref. Reads nothing but its metadata. */
export function describeTable(table: IcebergTable): TableDescription {
  const {metadata} = table
  const schema = currentSchema(metadata)
  const head = headOf(table)
  const spec = metadata['partition-specs'].find((candidate) => candidate['spec-id'] === metadata['default-spec-id'])
  const order = metadata['sort-orders'].find((candidate) => candidate['order-id'] === metadata['default-sort-order-id'])
  return {
    table: formatTableName(table.name),
    catalog: table.catalog,
    formatVersion: metadata['format-version'],
    uuid: metadata['table-uuid'],
    location: table.location,
    metadataLocation: table.metadataLocation,
    columns: schema.fields.map(columnOf),
    partitionSpec: (spec?.fields ?? []).map((field) => formatTerm(schema, field)).join(', '),
    sortOrder: (order?.fields ?? []).map((field) => formatSortField(schema, field)).join(', '),
    snapshot: head ? {id: String(head['snapshot-id']), operation: head.summary?.operation ?? '', timestamp: head['timestamp-ms']} : null,
    properties: metadata.properties,
    updatedAt: metadata['last-updated-ms'],
  }
}

/** A column as it is told. */
export const columnOf = ({id, name, type, required, doc}: StructField): ColumnDescription => ({
  id,
  name,
  type: formatType(type),
  required,
  doc: doc ?? null,
})

/** A branch or tag, as `table refs` shows it. Ages are milliseconds. */
export interface RefRow {
  readonly name: string
  readonly type: 'branch' | 'tag'
  readonly snapshotId: string
  readonly maxRefAge: number | null
  readonly maxSnapshotAge: number | null
  readonly minSnapshotsToKeep: number | null
}

/** The branches and tags of a table, main first. */
export function refRows({metadata}: IcebergTable): readonly RefRow[] {
  return Object.entries(metadata.refs)
    .map(([name, ref]) => ({
      name,
      type: ref.type,
      snapshotId: String(ref['snapshot-id']),
      maxRefAge: ref['max-ref-age-ms'] ?? null,
      maxSnapshotAge: ref['max-snapshot-age-ms'] ?? null,
      minSnapshotsToKeep: ref['min-snapshots-to-keep'] ?? null,
    }))
    .sort((a, b) => Number(b.name === 'main') - Number(a.name === 'main') || a.name.localeCompare(b.name))
}
