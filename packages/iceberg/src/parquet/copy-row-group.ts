import type {FileIO} from '@phlo/core'
import type {ColumnMetaData, RowGroup} from 'hyparquet'
import {readRanges} from '../io/ranges.js'
import {columnBounds} from './copied-metrics.js'
import {definitionLevelMap} from './file-leaves.js'
import type {Leaf} from './leaves.js'
import {isLineage} from './lineage.js'
import {positionOf, type Segment} from './merge-plan.js'
import {physicalType} from './physical.js'
import {survivingRows} from './surviving-rows.js'
import type {CopiedChunk} from './write-file.js'

/** Whether a row group is large enough and every column of it is stored just as the schema wants it. */
export function isCopyable({input, rowGroup, from, to}: Segment, leaves: readonly Leaf[], least: number): boolean {
  const group = input.footer.row_groups[rowGroup] as RowGroup
  if (from !== 0 || to !== Number(group.num_rows) || Number(group.total_byte_size) < least) return false
  if (input.leaves.length !== leaves.length) return false
  if (survivingRows(input.source.deleted, positionOf({input, rowGroup, from, to}), to)) return false
  return leaves.every((leaf, index) => {
    const column = input.leaves[index]
    const chunk = group.columns[index]?.meta_data
    if (!column || !chunk || column.fieldId !== leaf.fieldId || chunk.statistics?.null_count === undefined) return false
    // A row id that is inherited would be another one in another file.
    if (isLineage(leaf) && Number(chunk.statistics.null_count) > 0) return false
    const stored = physicalType(leaf.type)
    const sameType = chunk.type === stored?.type && (stored?.length === undefined || column.element.type_length === stored.length)
    const levels = definitionLevelMap(column, leaf)
    const isUnit = leaf.type.startsWith('timestamp')
      ? column.element.logical_type?.type === 'TIMESTAMP' &&
        column.element.logical_type.unit === (leaf.type.endsWith('_ns') ? 'NANOS' : 'MICROS')
      : true
    return sameType && isUnit && levels?.every((level, depth) => level === depth) === true && levels.length === leaf.maxDefinitionLevel + 1
  })
}

export async function* copiedChunks(io: FileIO, {input, rowGroup}: Segment, leaves: readonly Leaf[]): AsyncIterable<CopiedChunk> {
  const group = input.footer.row_groups[rowGroup] as RowGroup
  const file = await io.open(input.file.filePath, {size: input.file.fileSizeInBytes})
  try {
    for (const [index, leaf] of leaves.entries()) {
      const chunk = group.columns[index]
      const data = chunk?.meta_data as ColumnMetaData
      const start = Number(data.dictionary_page_offset || data.data_page_offset)
      const [bytes] = await readRanges(file, [{start, length: Number(data.total_compressed_size)}])
      yield {leaf, chunk: chunk as NonNullable<typeof chunk>, bytes: bytes as Uint8Array, metrics: columnBounds(input, leaf, data)}
    }
  } finally {
    await file.close()
  }
}
