import type {OperationContext} from '@phlo/core'
import {defaultsOf} from '../../parquet/defaults.js'
import {fileRows, rowSourceOf} from '../../parquet/file-rows.js'
import type {Leaf} from '../../parquet/leaves.js'
import {nameMapping} from '../../parquet/name-mapping.js'
import {assertReadable} from '../../parquet/readable.js'
import {withDeletedRows} from '../../scan/read.js'
import {type ValueSketch, valueSketch} from '../../sketch/sketch-values.js'
import {identityValues} from '../../spec/file-partition.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {Schema} from '../../spec/types.js'
import type {IcebergTable} from '../../table.js'

/**
 * Sketches the values of some columns over the live rows of a snapshot, deleted ones left out. In memory are the columns of one row
 * group, and 128 KiB for each column.
 *
 * @throws PhloError `FORMAT_NOT_READ`, `FILE_ENCRYPTED` (exit 6), `PARQUET_CORRUPT`
 */
export async function sketchColumns(
  table: IcebergTable,
  {snapshot, schema, leaves}: {readonly snapshot: Snapshot; readonly schema: Schema; readonly leaves: readonly Leaf[]},
  {signal, progress}: OperationContext,
): Promise<ReadonlyMap<number, ValueSketch>> {
  const {io, metadata, properties} = table
  const sketches = new Map(leaves.map((leaf) => [leaf.fieldId, valueSketch(leaf.type)]))
  const mapping = nameMapping(properties)
  const identities = identityValues(metadata)
  for await (const {task, deleted} of withDeletedRows(table, {snapshot, signal})) {
    const {dataFile} = task.entry
    assertReadable(dataFile)
    const layout = {leaves, mapping, defaultOf: defaultsOf(schema, identities(dataFile))}
    for await (const {read} of fileRows(io, {...rowSourceOf(dataFile), deleted}, layout, signal)) {
      for (const leaf of leaves) sketches.get(leaf.fieldId)?.addAll(read(leaf))
    }
    progress.advance()
  }
  return sketches
}
