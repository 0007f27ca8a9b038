import type {FileIO} from '@phlo/core'
import {readFooter} from '../../parquet/footer.js'
import {footerMetrics, splitOffsets} from '../../parquet/footer-metrics.js'
import {columnNulls, columnStatistics} from '../../parquet/footer-statistics.js'
import {type MetricsConfig, metricsConfig} from '../../parquet/metrics-config.js'
import {type NameMapping, nameMapping} from '../../parquet/name-mapping.js'
import {currentSchema, partitionSpecById} from '../../spec/current.js'
import type {DataFile} from '../../spec/manifest.js'
import {type BoundPartitionField, partitionFields, schemasCurrentFirst} from '../../spec/partition-spec.js'
import type {Schema} from '../../spec/types.js'
import type {IcebergTable} from '../../table.js'
import {inferPartition, valuesOfFolders} from './infer-partition.js'
import {assertRequired, matchColumns} from './match-columns.js'
import type {SourceFile} from './sources.js'

/** What files are checked against, once for all of them. */
export interface Target {
  readonly schema: Schema
  readonly schemas: readonly Schema[]
  readonly specId: number
  readonly fields: readonly BoundPartitionField[]
  readonly mapping: NameMapping | undefined
  readonly metrics: MetricsConfig
}

/** A file as the table's manifest would describe it. */
export interface InspectedFile {
  readonly dataFile: DataFile
  readonly hasIds: boolean
  /** Names of the table's columns that it lacks and no folder tells. */
  readonly missingColumns: readonly string[]
}

/** @throws PhloError `INVALID_PROPERTY` for a name mapping or metrics mode that does not parse */
export function targetOf({metadata, properties}: IcebergTable): Target {
  const schema = currentSchema(metadata)
  const schemas = schemasCurrentFirst(metadata)
  const spec = partitionSpecById(metadata, metadata['default-spec-id'])
  return {
    schema,
    schemas,
    specId: spec['spec-id'],
    fields: partitionFields(spec, schemas),
    mapping: nameMapping(properties),
    metrics: metricsConfig(properties, schema),
  }
}

/**
 * Reads the footer of a file, makes sure that the table can have it, and describes it: partition and metrics come from the footer
 * and the file's folders; no data page is read.
 *
 * @throws PhloError naming the file: `PARQUET_CORRUPT`, `PARQUET_ENCRYPTED`, and those of `matchColumns`, `assertRequired`,
 *   `valuesOfFolders` and `inferPartition`
 */
export async function inspectFile(io: FileIO, {path, size, folders}: SourceFile, target: Target): Promise<InspectedFile> {
  const {schema, fields, specId} = target
  const file = await io.open(path, {size})
  try {
    const footer = await readFooter(file)
    const matched = matchColumns(file, footer, target)
    const columns = matched.columns.map(({leaf, column}) => ({leaf, statistics: columnStatistics(file, footer, column, leaf)}))
    const byId = new Map(columns.map((column) => [column.leaf.fieldId, column]))
    const statisticsOf = (fieldId: number) => byId.get(fieldId)
    const partitioned = {path, folders, schema, fields}
    const given = valuesOfFolders(partitioned, statisticsOf)
    assertRequired(
      file,
      matched,
      schema,
      (fieldId) => (given.get(fieldId) ?? null) !== null,
      (column) => columnNulls(footer, column),
    )
    const rows = Number(footer.num_rows)
    const partition = rows === 0 ? fields.map(() => null) : inferPartition(partitioned, given, statisticsOf)
    const dataFile: DataFile = {
      content: 'data',
      filePath: path,
      fileFormat: 'PARQUET',
      specId,
      partition,
      recordCount: rows,
      fileSizeInBytes: file.size,
      ...footerMetrics(columns, target.metrics),
      splitOffsets: splitOffsets(footer),
      sortOrderId: 0,
    }
    return {
      dataFile,
      hasIds: matched.hasIds,
      missingColumns: matched.missing.filter(({fieldId}) => !given.has(fieldId)).map(({name}) => name),
    }
  } finally {
    await file.close()
  }
}
