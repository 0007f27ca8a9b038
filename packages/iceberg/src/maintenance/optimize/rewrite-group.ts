import {randomUUID} from 'node:crypto'
import type {OperationContext} from '@phlo/core'
import {type MergedFile, mergeFiles} from '../../parquet/merge-files.js'
import {verifyMerge} from '../../parquet/verify.js'
import {assertReadable} from '../../scan/plan.js'
import {currentSchema} from '../../spec/current.js'
import {identityValues} from '../../spec/file-partition.js'
import type {DataFile} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import {planOutdated} from '../plan-header.js'
import type {OptimizePlan, PlannedGroup, PlannedMerge} from './plan-types.js'

/** What a group was replaced by; verified, staged, and not committed yet. */
export interface RewrittenGroup {
  readonly removed: readonly DataFile[]
  readonly added: readonly DataFile[]
}

/**
 * Merges the files of a group as the plan says and verifies what came out against what went in. `onStaged` is told every path
 * before anything is written to it.
 */
export async function rewriteGroup(
  table: IcebergTable,
  plan: OptimizePlan,
  group: PlannedGroup,
  files: ReadonlyMap<string, DataFile>,
  onStaged: (path: string) => void,
  context: OperationContext,
): Promise<RewrittenGroup> {
  const removed: DataFile[] = []
  const added: DataFile[] = []
  for (const merge of group.merges) {
    const inputs = merge.inputs.map(({path}) => inputOf(plan, files, path))
    for (const input of inputs) assertReadable(input)
    const outputs = await mergeAndVerify(table, plan, merge, inputs, onStaged, context)
    removed.push(...inputs)
    added.push(...outputs)
  }
  return {removed, added}
}

function inputOf(plan: OptimizePlan, files: ReadonlyMap<string, DataFile>, path: string): DataFile {
  const file = files.get(path)
  if (!file) throw planOutdated(plan, `${path} is no longer one of its data files.`)
  return file
}

async function mergeAndVerify(
  table: IcebergTable,
  plan: OptimizePlan,
  merge: PlannedMerge,
  inputs: readonly DataFile[],
  onStaged: (path: string) => void,
  context: OperationContext,
): Promise<readonly DataFile[]> {
  const [first] = inputs
  if (!first) return []
  const {io, properties, metadata} = table
  const schema = currentSchema(metadata)
  const identity = identityValues(metadata)(first)
  const newPath = dataFilePaths(table, first, randomUUID())
  const outputs = await mergeFiles({
    io,
    inputs,
    schema,
    outputs: merge.outputs,
    newPath,
    identity,
    properties,
    signal: context.signal,
    onRows: (rows) => context.progress.advance(rows),
    onStaged,
  })
  await verifyMerge({io, inputs, outputs, schema, properties, identity, full: plan.options['verify'] === 'full'})
  return outputs.map((output) => dataFileOf(output, first))
}

/** The merged file as a manifest describes it: unsorted, since a merge keeps no order between files. */
function dataFileOf({path, size, recordCount, metrics, splitOffsets}: MergedFile, {specId, partition}: DataFile): DataFile {
  return {
    content: 'data',
    filePath: path,
    fileFormat: 'PARQUET',
    specId,
    partition,
    recordCount,
    fileSizeInBytes: size,
    ...metrics,
    splitOffsets,
    sortOrderId: 0,
  }
}
