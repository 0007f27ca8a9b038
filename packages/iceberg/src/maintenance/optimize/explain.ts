import type {Explanation, OperationContext} from '@phlo/core'
import {readManifestList} from '../../avro/manifest-list.js'
import {headOf} from '../../refs.js'
import {rowOrder} from '../../sort/row-order.js'
import type {IcebergTable} from '../../table.js'
import {assertOptimizable, filesByPartition} from './candidates.js'
import {explainColumns} from './explain-columns.js'
import {type OptimizeOptions, resolveOptions} from './options.js'
import {planOptimize} from './plan.js'
import {type Candidate, judgeFile, judgeGroup, packGroups} from './select.js'

/** Why each live data file is or is not rewritten: its size first, then its group; and which way its columns go. */
export async function* explainOptimize(table: IcebergTable, given: OptimizeOptions, context: OperationContext): AsyncIterable<Explanation> {
  const options = resolveOptions(given, table.properties)
  assertOptimizable(table)
  const order = rowOrder(options, table.metadata, options.outputSpecId ?? table.metadata['default-spec-id'])
  const head = headOf(table)
  const manifests = head ? await readManifestList(table.io, head, table.metadata['format-version']) : []
  const ways = await explainColumns(table, await planOptimize(table, given, context), context)
  for (const {partition, files} of await filesByPartition(table, manifests, options, order)) {
    const candidates = files.filter((file) => judgeFile(file, options).candidate)
    const groups = packGroups(candidates, options.maxFileGroupSize)
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
    const own = ways.get(candidate.file.path)
    return {
      subject: candidate.file.path,
      kind: 'data-file',
      touched: group?.rewrite ?? false,
      reason: [reason, group?.reason, own?.summary].filter((part) => part !== undefined).join('; '),
      ...(own && own.columns.length > 0 && {columns: own.columns}),
    }
  }
}
