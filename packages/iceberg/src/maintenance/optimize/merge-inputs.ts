import type {FileIO, OperationContext} from '@phlo/core'
import type {DeleteIndex} from '../../deletes/delete-index.js'
import {rowSourceOf} from '../../parquet/file-rows.js'
import type {SourceOf} from '../../parquet/row-groups-to-write.js'
import type {RowPositions} from '../../parquet/surviving-rows.js'
import {currentSchema} from '../../spec/current.js'
import {identityValues} from '../../spec/file-partition.js'
import type {DataFile, ManifestEntry} from '../../spec/manifest.js'
import {withLineageFields} from '../../spec/reserved-fields.js'
import type {Schema, Value} from '../../spec/types.js'
import type {IcebergTable} from '../../table.js'
import type {MergeResources} from './merge-resources.js'
import type {OptimizePlan, PlannedMerge} from './plan-types.js'

/** What rewriting a group needs besides the group. */
export interface RewriteContext {
  readonly table: IcebergTable
  readonly plan: OptimizePlan
  /** The live data files of the plan by path. */
  readonly files: ReadonlyMap<string, ManifestEntry>
  readonly deletes: DeleteIndex
  readonly resources: MergeResources
  /** Told every path before anything is written to it. */
  readonly onStaged: (path: string) => void
  /** Told by which engine rows were sorted; `builtin` is Phlo itself. */
  readonly onSorted: (engine: string) => void
  readonly context: OperationContext
}

/** Data files of one partition, and what is known of their rows. */
export interface MergeInputs {
  readonly io: FileIO
  readonly inputs: readonly DataFile[]
  /** Of what is written: with the columns of row lineage in v3. */
  readonly schema: Schema
  /** The table's. */
  readonly properties: Readonly<Record<string, string>>
  /** The values of identity partition fields by column. */
  readonly identity: ReadonlyMap<number, Value>
  readonly sourceOf: SourceOf
}

/** Files of one partition that are to be written anew. */
export interface FilesToWriteAnew {
  readonly inputs: MergeInputs
  /** One of them. */
  readonly first: DataFile
  readonly outputSpecId: number
  readonly rewrite: RewriteContext
}

/** One of the ways in which files are written anew; what comes out has still to be verified. */
export type WriteAnew = (merge: PlannedMerge, files: FilesToWriteAnew) => Promise<readonly DataFile[]>

/** @param first one of the files */
export function mergeInputs(
  {io, properties, metadata}: IcebergTable,
  entries: readonly ManifestEntry[],
  deleted: ReadonlyMap<string, RowPositions>,
  first: DataFile,
): MergeInputs {
  const hasLineage = metadata['format-version'] > 2
  const sequenceNumbers = new Map(entries.map(({dataFile, sequenceNumber}) => [dataFile.filePath, sequenceNumber]))
  const sourceOf = (file: DataFile): ReturnType<SourceOf> => ({
    ...rowSourceOf(file),
    deleted: deleted.get(file.filePath),
    ...(hasLineage && {lineage: {firstRowId: file.firstRowId, sequenceNumber: sequenceNumbers.get(file.filePath) ?? 0n}}),
  })
  const schema = hasLineage ? withLineageFields(currentSchema(metadata)) : currentSchema(metadata)
  return {io, inputs: entries.map(({dataFile}) => dataFile), schema, properties, identity: identityValues(metadata)(first), sourceOf}
}
