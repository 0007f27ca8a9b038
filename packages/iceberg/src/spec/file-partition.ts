import type {DataFile} from './manifest.js'
import {partitionFields, partitionPath, schemasCurrentFirst} from './partition-spec.js'
import type {TableMetadata} from './table-metadata.js'
import type {Value} from './types.js'

type Partitioned = Pick<DataFile, 'specId' | 'partition'>

/** The same text for the same partition of the same spec, for maps and sets. */
export function partitionKey({specId, partition}: Partitioned): string {
  const values = partition.map((value) =>
    value instanceof Uint8Array ? `x${Buffer.from(value).toString('hex')}` : `${typeof value}:${String(value)}`,
  )
  return JSON.stringify([specId, ...values])
}

/** Names a file's partition as people know it, `ts_month=2024-01`; an empty text for an unpartitioned file. */
export function partitionNames(metadata: TableMetadata): (file: Partitioned) => string {
  const schemas = schemasCurrentFirst(metadata)
  const fields = new Map(metadata['partition-specs'].map((spec) => [spec['spec-id'], partitionFields(spec, schemas)]))
  return ({specId, partition}) => partitionPath(fields.get(specId) ?? [], partition)
}

/** The values of a file's identity partition fields by source column: what its rows have there, also when the file lacks the column. */
export function identityValues(metadata: TableMetadata): (file: Partitioned) => ReadonlyMap<number, Value> {
  const schemas = schemasCurrentFirst(metadata)
  const fields = new Map(metadata['partition-specs'].map((spec) => [spec['spec-id'], partitionFields(spec, schemas)]))
  return ({specId, partition}) =>
    new Map(
      (fields.get(specId) ?? []).flatMap(({transform, sourceId}, index) =>
        transform.kind === 'identity' ? [[sourceId, partition[index] ?? null] as const] : [],
      ),
    )
}
