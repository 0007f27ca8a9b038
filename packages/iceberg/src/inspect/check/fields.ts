import {type BoundPartitionField, partitionFields, schemasCurrentFirst} from '../../spec/partition-spec.js'
import {DELETED_FILE_PATH, DELETED_POSITION, LAST_UPDATED, ROW_ID} from '../../spec/reserved-fields.js'
import {allFields} from '../../spec/schema.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {Type} from '../../spec/types.js'

/** A column that files may have. */
export interface KnownField {
  readonly type: Type
  /** Not inside of a struct, a list or a map. */
  readonly isTop: boolean
}

/** What the metadata knows of columns and partitions. */
export interface KnownFields {
  /** Of the current schema where it has the column, else of an older one; the columns that the specification reserves too. */
  readonly field: (id: number) => KnownField | undefined
  /** Of a partition spec; undefined for one that is not there. */
  readonly partition: (specId: number) => readonly BoundPartitionField[] | undefined
  readonly sortOrders: ReadonlySet<number>
  /** The lowest sequence number of a snapshot that was made in format version 3; above all others when there is none. */
  readonly firstOfVersion3: bigint
}

const RESERVED = new Map(
  [DELETED_FILE_PATH, DELETED_POSITION, ROW_ID, LAST_UPDATED].map(({id, type}): [number, KnownField] => [id, {type, isTop: true}]),
)

export function knownFields(metadata: TableMetadata): KnownFields {
  const schemas = schemasCurrentFirst(metadata)
  const fields = new Map(RESERVED)
  // The current schema is the last to be entered, so that its types are the ones that stay.
  for (const {id, type, parentId} of schemas.toReversed().flatMap(allFields)) fields.set(id, {type, isTop: parentId === undefined})
  const partitions = new Map(metadata['partition-specs'].map((spec) => [spec['spec-id'], partitionFields(spec, schemas)]))
  const withRowIds = metadata.snapshots.filter((snapshot) => snapshot['first-row-id'] !== undefined)
  return {
    field: (id) => fields.get(id),
    partition: (specId) => partitions.get(specId),
    sortOrders: new Set(metadata['sort-orders'].map((order) => order['order-id'])),
    firstOfVersion3: withRowIds.reduce(
      // biome-ignore lint/complexity/useMathMinMax: Math.min knows no bigints
      (least, {'sequence-number': number}) => (number < least ? number : least),
      metadata['last-sequence-number'] + 1n,
    ),
  }
}
