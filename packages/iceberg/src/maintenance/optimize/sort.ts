import {randomUUID} from 'node:crypto'
import {type MergedFile, mergeFiles} from '../../parquet/merge-files.js'
import {fromTo, type SortedRows} from '../../sort/sort-by-engine.js'
import {writeSortedFiles} from '../../sort/write-sorted.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import {describedFile} from '../../write/describe-file.js'
import {groupRows, sortOrderId} from './group-rows.js'
import type {MergeInputs, WriteAnew} from './merge-inputs.js'
import {sortedByEngine} from './sort-engine.js'

/** Sorts the rows of files of one partition into so many files of the same partition. */
export const sort: WriteAnew = async ({outputs}, {inputs, first, rewrite}) => {
  const {table, plan, onStaged, context} = rewrite
  const {io, schema, properties, sourceOf} = inputs
  const rows = inputs.inputs.reduce((sum, file) => sum + file.recordCount - (sourceOf(file).deleted?.size ?? 0), 0)
  const target = {
    outputs: Math.max(1, Math.min(outputs, rows)),
    newPath: dataFilePaths(table, first, randomUUID()),
    onStaged,
    onRows: (done: number) => context.progress.advance(done),
  }
  const byEngine = await sortedByEngine(inputs, rewrite)
  const sorted = byEngine
    ? await takeOver(byEngine, inputs, {...target, signal: context.signal})
    : await writeSortedFiles(groupRows(inputs, rewrite), {io, schema, properties, rows, ...target})
  const orderId = sortOrderId(plan.order, table.metadata)
  return sorted.map((file) => ({...describedFile('data', file, first), sortOrderId: orderId}))
}

/** Merges the pages of what an engine sorted into the table's files. */
async function takeOver(
  {io, file, mapping, close}: SortedRows,
  inputs: MergeInputs,
  target: Pick<Parameters<typeof mergeFiles>[0], 'outputs' | 'newPath' | 'onStaged' | 'onRows' | 'signal'>,
): Promise<readonly MergedFile[]> {
  const {schema, identity} = inputs
  const properties = {...inputs.properties, 'schema.name-mapping.default': mapping}
  try {
    return await mergeFiles({...target, io: fromTo(io, inputs.io), inputs: [file], schema, properties, identity})
  } finally {
    await close()
  }
}
