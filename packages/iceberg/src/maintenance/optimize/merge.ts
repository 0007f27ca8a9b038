import {randomUUID} from 'node:crypto'
import {mergeFiles} from '../../parquet/merge-files.js'
import {dataFilePaths} from '../../write/data-file-path.js'
import {describedFile} from '../../write/describe-file.js'
import type {WriteAnew} from './merge-inputs.js'

/** Merges files of one partition into so many files of the same partition. */
export const merge: WriteAnew = async ({outputs}, {inputs, first, rewrite}) => {
  const {table, onStaged, context, resources} = rewrite
  const decoded = new Set<string>()
  const merged = await mergeFiles({
    ...inputs,
    outputs,
    newPath: dataFilePaths(table, first, randomUUID()),
    signal: context.signal,
    onRows: (rows) => context.progress.advance(rows),
    onStaged,
    onDecoded: ({name}) => decoded.add(name),
    memory: resources.columnMemory,
    threads: resources.threads,
  })
  if (decoded.size > 0) context.log.debug(`decoded, which \`table explain optimize\` gives the reasons for: ${[...decoded].join(', ')}`)
  // Unsorted, since a merge keeps no order between files.
  return merged.map((file) => ({...describedFile('data', file, first), sortOrderId: 0}))
}
