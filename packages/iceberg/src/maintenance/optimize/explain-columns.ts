import {formatCount, type OperationContext} from '@phlo/core'
import {readDeleteIndex} from '../../deletes/delete-index.js'
import {deletedRows} from '../../deletes/deleted-rows.js'
import {type ColumnWay, explainMerge} from '../../parquet/explain-merge.js'
import {assertReadable} from '../../parquet/readable.js'
import type {IcebergTable} from '../../table.js'
import {mergeInputs} from './merge-inputs.js'
import type {OptimizePlan, PlannedGroup, PlannedMerge} from './plan-types.js'
import {entryOf, plannedFiles} from './planned-files.js'

/** Which way the columns of a file go into the new one. */
export interface FileWays {
  readonly columns: readonly ColumnWay[]
  /** A clause that tells it of all columns together. */
  readonly summary: string
}

/** Tells of each file that a plan rewrites, by its path, which way its columns go: footers are read, and the deletes that apply. */
export async function explainColumns(
  table: IcebergTable,
  plan: OptimizePlan,
  context: OperationContext,
): Promise<ReadonlyMap<string, FileWays>> {
  const found = new Map<string, FileWays>()
  if (plan.groups.length === 0) return found
  const {signal} = context
  const [files, deletes] = [await plannedFiles(table, plan, signal), await readDeleteIndex(table, {signal})]
  const isKept = plan.options['keepDeletes'] === true
  for (const group of plan.groups) {
    const entriesOf = ({inputs}: PlannedMerge) => inputs.map(({path}) => entryOf(plan, files, path))
    const entries = group.merges.flatMap(entriesOf)
    const why = whyDecoded(group, plan)
    if (why) {
      for (const {dataFile} of entries) found.set(dataFile.filePath, {columns: [], summary: why})
      continue
    }
    for (const {dataFile} of entries) assertReadable(dataFile)
    const deleted = await deletedRows(table, entries, deletes, {signal})
    for (const planned of group.merges) {
      signal.throwIfAborted()
      const own = entriesOf(planned)
      const first = own[0]?.dataFile
      if (!first) continue
      const ways = await explainMerge({...mergeInputs(table, own, isKept ? new Map() : deleted, first), outputs: planned.outputs})
      for (const [path, columns] of ways) {
        const rows = isKept ? (deleted.get(path)?.size ?? 0) : 0
        found.set(path, {columns, summary: `${summaryOf(columns)}${keptRows(rows)}`})
      }
    }
  }
  return found
}

function whyDecoded({specId, outputSpecId}: PlannedGroup, {order}: OptimizePlan): string | undefined {
  if (specId !== outputSpecId) return 'every column is decoded, because rows are divided by another partition spec'
  return order ? 'every column is decoded, because rows are sorted' : undefined
}

function keptRows(rows: number): string {
  if (rows === 0) return ''
  return rows === 1
    ? '; its deleted row stays, and is deleted by its new position'
    : `; its ${formatCount(rows)} deleted rows stay, and are deleted by their new positions`
}

function summaryOf(columns: readonly ColumnWay[]): string {
  const [copied, merged] = [columns.filter(({way}) => way === 'copied'), columns.filter(({way}) => way === 'merged')]
  const decoded = columns.filter(({way}) => way === 'decoded')
  if (copied.length === columns.length) return 'its row groups are copied as they are'
  if (merged.length === columns.length) return 'the pages of its columns are merged'
  const reasons = Map.groupBy(decoded, ({reason}) => reason)
  const told = [...reasons].map(([reason, some]) => `${namesOf(some, columns)} decoded, because ${reason}`)
  return [...(merged.length > 0 ? [`the pages of ${merged.length} columns are merged`] : []), ...told].join('; ')
}

const SHOWN = 5

function namesOf(some: readonly ColumnWay[], all: readonly ColumnWay[]): string {
  if (some.length === all.length) return 'every column is'
  const names = some.slice(0, SHOWN).map(({column}) => column)
  const more = some.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${some.length === 1 ? 'is' : 'are'}`
}
