import type {Explanation, OperationContext} from '@phlo/core'
import {readManifestList} from '../../avro/manifest-list.js'
import {headOf} from '../../refs.js'
import {rowOrder} from '../../sort/row-order.js'
import type {IcebergTable} from '../../table.js'
import {assertOptimizable, filesByPartition} from './candidates.js'
import {explainColumns} from './explain-columns.js'
import {type OptimizeOptions, resolveOptions} from './options.js'
import {planOptimize} from './plan.js'
import {inputPaths} from './planned-files.js'
import {type Candidate, judgeFile, judgeGroup, packGroups} from './select.js'

/** Why each live data file is or is not rewritten: its size first, then its group; and which way its columns go. */
export async function* explainOptimize(table: IcebergTable, given: OptimizeOptions, context: OperationContext): AsyncIterable<Explanation> {
  const options = resolveOptions(given, table.properties)
  assertOptimizable(table)
  const order = rowOrder(options, table.metadata, options.outputSpecId ?? table.metadata['default-spec-id'])
  const head = headOf(table)
  const manifests = head ? await readManifestList(table.io, head, table.metadata['format-version']) : []
  const plan = await planOptimize(table, given, context)
  const planned = inputPaths(plan.groups)
  const ways = await explainColumns(table, plan, context)
  for (const {partition, files} of await filesByPartition(table, manifests, options, order, context)) {
    const candidates = files.filter((file) => judgeFile(file, options).candidate)
    const groups = packGroups(candidates, options.maxFileGroupSize)
    const reasonOf = new Map(groups.flatMap((group) => group.map((candidate) => [candidate, explainGroup(group)] as const)))
    for (const candidate of files) yield explainFile(candidate, reasonOf.get(candidate))
    const touched = files.filter(({file}) => planned.has(file.path)).length
    yield {
      subject: partition === '' ? '(unpartitioned)' : partition,
      kind: 'partition',
      touched: touched > 0,
      reason: `${touched} of ${files.length} files are rewritten`,
    }
  }

  function explainGroup(group: readonly Candidate[]): string {
    const {rewrite, reason} = judgeGroup(group, options)
    const [first] = group
    const most = options.maxFilesToRewrite
    if (!rewrite || most === null || !first || planned.has(first.file.path)) return reason
    return group.length > most
      ? `${reason}; no run rewrites a group of ${group.length} files (max-files-to-rewrite ${most})`
      : `${reason}; it is left for a later run (max-files-to-rewrite ${most})`
  }

  function explainFile(candidate: Candidate, ofGroup: string | undefined): Explanation {
    const {reason} = judgeFile(candidate, options)
    const own = ways.get(candidate.file.path)
    return {
      subject: candidate.file.path,
      kind: 'data-file',
      touched: planned.has(candidate.file.path),
      reason: [reason, ofGroup, own?.summary].filter((part) => part !== undefined).join('; '),
      ...(own && own.columns.length > 0 && {columns: own.columns}),
    }
  }
}
