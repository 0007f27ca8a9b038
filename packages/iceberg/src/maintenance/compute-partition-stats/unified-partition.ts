import {currentSchema} from '../../spec/current.js'
import type {DataFile} from '../../spec/manifest.js'
import {type BoundPartitionField, partitionFields, schemasCurrentFirst} from '../../spec/partition-spec.js'
import {fieldsById} from '../../spec/schema.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {Value} from '../../spec/types.js'

/** One tuple for the partitions of all specs (spec, "Partition Statistics File", "unified partition type"). */
export interface UnifiedPartition {
  /** By field id. Empty when no spec has a partition field whose column there still is. */
  readonly fields: readonly BoundPartitionField[]
  /** A file's partition as the unified tuple: null for the fields that its spec has not. */
  of(file: Pick<DataFile, 'specId' | 'partition'>): readonly Value[]
}

/**
 * The partition fields of all specs, as far as the current schema has their columns. A field that several specs have has the name
 * and the type of the newest, and that of an older one where the newest only voids it (v1).
 */
export function unifiedPartition(metadata: TableMetadata): UnifiedPartition {
  const columns = fieldsById(currentSchema(metadata))
  const schemas = schemasCurrentFirst(metadata)
  const bySpec = new Map(metadata['partition-specs'].map((spec) => [spec['spec-id'], partitionFields(spec, schemas)]))
  const unified = new Map<number, BoundPartitionField>()
  for (const [, fields] of [...bySpec].sort(([a], [b]) => b - a)) {
    for (const field of fields.filter(({sourceId}) => columns.has(sourceId))) {
      const known = unified.get(field.id)
      if (!known) unified.set(field.id, field)
      else if (known.transform.kind === 'void' && field.transform.kind !== 'void') unified.set(field.id, {...field, name: known.name})
    }
  }
  const fields = [...unified.values()].sort((a, b) => a.id - b.id)
  const places = new Map(
    Array.from(bySpec, ([specId, own]) => [specId, fields.map(({id}) => own.findIndex((field) => field.id === id))] as const),
  )
  return {
    fields,
    of: ({specId, partition}) => (places.get(specId) ?? []).map((place) => (place < 0 ? null : (partition[place] ?? null))),
  }
}
