import {currentSchema, partitionSpecById} from '../spec/current.js'
import type {PartitionField, PartitionSpec, SortField, TableMetadata} from '../spec/table-metadata.js'
import type {Schema} from '../spec/types.js'

/** What an evolution works on: how a table's rows are described, as it will be. */
export interface Draft {
  readonly formatVersion: number
  readonly schema: Schema
  /** The highest column id that was ever given; no id is given twice. */
  readonly lastColumnId: number
  readonly partitionFields: readonly PartitionField[]
  readonly lastPartitionId: number
  readonly sortFields: readonly SortField[]
  readonly properties: Readonly<Record<string, string>>
  /** Every partition spec that there ever was, for the ids of fields that come back. */
  readonly earlierSpecs: readonly PartitionSpec[]
  /** No snapshot was ever made, so that there is no row that a change could disagree with. */
  readonly isEmpty: boolean
}

/** A table as it is, to be changed. */
export function draftOf(metadata: TableMetadata): Draft {
  const order = metadata['sort-orders'].find((candidate) => candidate['order-id'] === metadata['default-sort-order-id'])
  return {
    formatVersion: metadata['format-version'],
    schema: currentSchema(metadata),
    lastColumnId: metadata['last-column-id'],
    partitionFields: partitionSpecById(metadata, metadata['default-spec-id']).fields,
    lastPartitionId: metadata['last-partition-id'],
    sortFields: order?.fields ?? [],
    properties: metadata.properties,
    earlierSpecs: metadata['partition-specs'],
    isEmpty: metadata.snapshots.length === 0,
  }
}
