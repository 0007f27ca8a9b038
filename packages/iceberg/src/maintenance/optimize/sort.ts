import {randomUUID} from 'node:crypto'
import {writeSortedFiles} from '../../sort/write-sorted.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import {describedFile} from '../../write/describe-file.js'
import {groupRows, sortOrderId} from './group-rows.js'
import type {WriteAnew} from './merge-inputs.js'

/** Sorts the rows of files of one partition into so many files of the same partition. */
export const sort: WriteAnew = async ({outputs}, {inputs, first, rewrite}) => {
  const {table, plan, onStaged, context} = rewrite
  const {io, schema, properties, sourceOf} = inputs
  const rows = inputs.inputs.reduce((sum, file) => sum + file.recordCount - (sourceOf(file).deleted?.size ?? 0), 0)
  const sorted = await writeSortedFiles(groupRows(inputs, rewrite), {
    io,
    schema,
    properties,
    rows,
    outputs,
    newPath: dataFilePaths(table, first, randomUUID()),
    onStaged,
    onRows: (done) => context.progress.advance(done),
  })
  const orderId = sortOrderId(plan.order, table.metadata)
  return sorted.map((file) => ({...describedFile('data', file, first), sortOrderId: orderId}))
}
