import type {Explanation, OperationContext} from '@phlo/core'
import {rowOrder} from '../../sort/row-order.js'
import type {IcebergTable} from '../../table.js'
import {assertOptimizable, candidateGroups, filesByPartition} from './candidates.js'
import {type OptimizeOptions, resolveOptions} from './options.js'
import {type Candidate, judgeFile, judgeGroup} from './select.js'

/** Why each live data file is or is not rewritten: its size first, then its group. */
export async function* explainOptimize(
  table: IcebergTable,
  given: OptimizeOptions,
  _context: OperationContext,
): AsyncIterable<Explanation> {
  const options = resolveOptions(given, table.properties)
  assertOptimizable(table)
  const order = rowOrder(options, table.metadata, options.outputSpecId ?? table.metadata['default-spec-id'])
  for (const {partition, files} of await filesByPartition(table, options, order)) {
    const groups = candidateGroups(files, (file) => judgeFile(file, options).candidate, options)
    const groupOf = new Map(groups.flatMap((group) => group.map((candidate) => [candidate, judgeGroup(group, options)] as const)))
    let touched = 0
    for (const candidate of files) {
      const explanation = explainFile(candidate, groupOf)
      if (explanation.touched) touched += 1
      yield explanation
    }
    yield {
      subject: partition === '' ? '(unpartitioned)' : partition,
      kind: 'partition',
      touched: touched > 0,
      reason: `${touched} of ${files.length} files are rewritten`,
    }
  }

  function explainFile(candidate: Candidate, groupOf: ReadonlyMap<Candidate, {rewrite: boolean; reason: string}>): Explanation {
    const {reason} = judgeFile(candidate, options)
    const group = groupOf.get(candidate)
    return {
      subject: candidate.file.filePath,
      kind: 'data-file',
      touched: group?.rewrite ?? false,
      reason: group ? `${reason}; ${group.reason}` : reason,
    }
  }
}
