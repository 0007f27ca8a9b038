import type {FileIO} from '@phlo/core'
import type {DataFile} from '../spec/manifest.js'
import type {Schema} from '../spec/types.js'
import {isCopyable} from './copy-row-group.js'
import {columnFinder} from './file-leaves.js'
import {type RowSource, rowSourceOf} from './file-rows.js'
import {type Leaf, storedLeavesOf} from './leaves.js'
import {columnWays, mergedIds} from './merge/column-ways.js'
import {divideRows, type MergeInput, type PlannedRowGroup, planRowGroups, type Segment} from './merge-plan.js'
import {nameMapping} from './name-mapping.js'
import {openInput} from './open-input.js'
import {type ParquetWriteOptions, parquetWriteOptions, rowGroupBytesOf} from './write-file.js'

/** A row group that is at least this part of the target is copied. */
const LARGE = 0.25
const LEAF_MEMORY = 16 * 1024 ** 2
const FOOTERS_AT_A_TIME = 16

/** What the table knows of the rows of a data file: those that were deleted, and what they inherit. */
export type SourceOf = (file: DataFile) => RowSource

/** What is to be merged into what. */
export interface FilesToMerge {
  readonly io: FileIO
  /** Parquet and Avro files of one partition, in the order in which their rows come out. */
  readonly inputs: readonly DataFile[]
  /** The schema of what comes out. */
  readonly schema: Schema
  /** So many files come out, fewer only when all rows of one are deleted; the rows are divided evenly. */
  readonly outputs: number
  /** What the table knows of an input besides its description. Default: nothing. */
  readonly sourceOf?: SourceOf
  /** The table's. */
  readonly properties: Readonly<Record<string, string>>
}

export interface RowGroupsToWrite {
  /** Of each output. */
  readonly outputs: readonly (readonly PlannedRowGroup[])[]
  readonly leaves: readonly Leaf[]
  readonly options: ParquetWriteOptions
}

/** Reads the footers of the inputs, and decides which row groups they become and how. */
export async function rowGroupsToWrite(files: FilesToMerge): Promise<RowGroupsToWrite> {
  const {schema, properties} = files
  const rowGroupBytes = rowGroupBytesOf(properties)
  const options = parquetWriteOptions(properties, schema)
  const inputs = await openInputs(files)
  const leaves = storedLeavesOf(schema)
  const limits = {
    rowGroupBytes,
    leafMemory: LEAF_MEMORY,
    canCopy: (segment: Segment) => isCopyable(segment, leaves, rowGroupBytes * LARGE, options),
    mergeable: (segment: Segment) => mergedIds(columnWays([segment], leaves, options)),
  }
  return {outputs: divideRows(inputs, files.outputs).map((segments) => planRowGroups(segments, limits)), leaves, options}
}

async function openInputs({io, inputs, properties, sourceOf = rowSourceOf}: FilesToMerge): Promise<readonly MergeInput[]> {
  const {default: pMap} = await import('p-map')
  const mapping = nameMapping(properties)
  const layout = {mapping, columnsOf: columnFinder(mapping)}
  return pMap(inputs, (file) => openInput(io, file, sourceOf(file), layout), {concurrency: FOOTERS_AT_A_TIME})
}
