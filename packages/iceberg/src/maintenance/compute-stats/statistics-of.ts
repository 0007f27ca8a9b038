import {currentSchema} from '../../spec/current.js'
import {fieldsById} from '../../spec/schema.js'
import type {Snapshot, StatisticsFile, TableMetadata} from '../../spec/table-metadata.js'
import type {ColumnNdv} from './plan-types.js'

/** The type of the blobs (Puffin spec, "apache-datasketches-theta-v1 blob type"). */
export const THETA = 'apache-datasketches-theta-v1'

/** A blob as the metadata describes it (spec, "Blob Metadata"). */
interface DescribedBlob {
  readonly type?: unknown
  readonly fields?: unknown
  readonly properties?: {readonly ndv?: unknown}
}

/** The statistics file of a snapshot, of which there is one at most. */
export function statisticsOf(metadata: TableMetadata, snapshot: Snapshot): StatisticsFile | undefined {
  return metadata.statistics?.find((file) => file['snapshot-id'] === snapshot['snapshot-id'])
}

/** Ids of the columns of which a statistics file has a sketch. */
export function sketchedFields(file: StatisticsFile | undefined): ReadonlySet<number> {
  return new Set(file?.['blob-metadata'].flatMap((blob) => sketchedField(blob as DescribedBlob) ?? []))
}

/** The column that a blob is a sketch of; undefined for any other blob. */
export function sketchedField({type, fields}: DescribedBlob): number | undefined {
  if (type !== THETA || !Array.isArray(fields) || fields.length !== 1) return undefined
  return Number(fields[0])
}

/** The distinct values that a snapshot's statistics tell of, by column of the current schema; whoever computed them. */
export function distinctValues(metadata: TableMetadata, snapshot: Snapshot): readonly ColumnNdv[] {
  const columns = fieldsById(currentSchema(metadata))
  return (statisticsOf(metadata, snapshot)?.['blob-metadata'] ?? []).flatMap((blob) => {
    const {properties} = blob as DescribedBlob
    const column = columns.get(sketchedField(blob as DescribedBlob) ?? -1)
    const ndv = Number(properties?.ndv ?? Number.NaN)
    return column && Number.isFinite(ndv) ? [{id: column.id, name: column.name, ndv}] : []
  })
}
