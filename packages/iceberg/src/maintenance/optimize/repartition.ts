import {writeDataFiles} from '../../write/write-data-files.js'
import {groupRows, sortOrderId} from './group-rows.js'
import type {WriteAnew} from './merge-inputs.js'
import {sortedByEngine} from './sort-engine.js'

/** Writes the rows of files of one partition into the partitions of another spec, in order where the plan has one. */
export const repartition: WriteAnew = async (_, {inputs, rewrite, outputSpecId}) => {
  const {table, plan, onStaged, context} = rewrite
  const sorted = await sortedByEngine(inputs, rewrite)
  try {
    return await writeDataFiles(
      table,
      sorted?.batches() ?? groupRows(inputs, rewrite),
      {signal: context.signal, onStaged, onRows: (rows) => context.progress.advance(rows)},
      {
        schema: inputs.schema,
        specId: outputSpecId,
        fileSize: Number(plan.options['targetFileSize']),
        sortOrderId: sortOrderId(plan.order, table.metadata),
      },
    )
  } finally {
    await sorted?.close()
  }
}
