import {physicalType} from '../../parquet/physical.js'
import type {PrimitiveType, Schema, StructField} from '../../spec/types.js'
import type {PartitionCounts} from './partition-counts.js'
import type {UnifiedPartition} from './unified-partition.js'

/** The columns after the partition: id, name, type, what it counts, and whether it is required before version 3 too. */
export const COLUMNS = [
  {id: 2, name: 'spec_id', type: 'int', of: 'specId', required: true},
  {id: 3, name: 'data_record_count', type: 'long', of: 'dataRecords', required: true},
  {id: 4, name: 'data_file_count', type: 'int', of: 'dataFiles', required: true},
  {id: 5, name: 'total_data_file_size_in_bytes', type: 'long', of: 'dataBytes', required: true},
  {id: 6, name: 'position_delete_record_count', type: 'long', of: 'positionDeleteRecords', required: false},
  {id: 7, name: 'position_delete_file_count', type: 'int', of: 'positionDeleteFiles', required: false},
  {id: 8, name: 'equality_delete_record_count', type: 'long', of: 'equalityDeleteRecords', required: false},
  {id: 9, name: 'equality_delete_file_count', type: 'int', of: 'equalityDeleteFiles', required: false},
  {id: 10, name: 'total_record_count', type: 'long', of: 'records', required: undefined},
  {id: 11, name: 'last_updated_at', type: 'long', of: 'updatedAt', required: undefined},
  {id: 12, name: 'last_updated_snapshot_id', type: 'long', of: 'updatedBy', required: undefined},
  {id: 13, name: 'dv_count', type: 'int', of: 'deletionVectors', required: false},
] as const satisfies readonly {
  id: number
  name: string
  type: PrimitiveType
  of: keyof PartitionCounts | 'records'
  /** Undefined: never. */
  required: boolean | undefined
}[]

const PARTITION = 1
const DELETION_VECTORS = 13

/** The schema of a partition statistics file (spec, "Partition Statistics File"), by format version. */
export function statisticsSchema({fields}: UnifiedPartition, formatVersion: number): Schema {
  const partition = fields
    .filter(({type}) => physicalType(type) !== undefined)
    .map(({id, name, type}): StructField => ({id, name, type, required: false}))
  const columns = COLUMNS.filter(({id}) => formatVersion > 2 || id !== DELETION_VECTORS)
  return {
    type: 'struct',
    fields: [
      {id: PARTITION, name: 'partition', type: {type: 'struct', fields: partition}, required: true},
      ...columns.map(
        ({id, name, type, required}): StructField => ({
          id,
          name,
          type,
          required: required === true || (required === false && formatVersion > 2),
          ...(id === DELETION_VECTORS && {'initial-default': 0, 'write-default': 0}),
        }),
      ),
    ],
  }
}
