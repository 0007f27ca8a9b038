import {formatCount, type OperationContext} from '@phlo/core'
import {commitTable} from '../../commit/commit-table.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planOutdated} from '../plan-header.js'
import {undoCommit} from '../undo-commit.js'
import {identityOf} from './plan.js'
import type {RepairPlan, RepairResult} from './plan-types.js'
import {proposeRepair} from './propose.js'
import {type Survey, surveyTable} from './survey.js'

/**
 * Looks at the planned files once more, and mends them in one snapshot; what is wrong with the metadata alone makes none.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when a planned file or manifest is no longer what it was; `VERIFICATION_FAILED` (exit 6)
 */
export async function executeRepair(table: IcebergTable, plan: RepairPlan, context: OperationContext): Promise<RepairResult> {
  const figures = figuresOf(plan)
  if (plan.noop) return {summary: plan.summary, snapshotId: null, ...figures}
  assertWritable(table)
  const survey = await surveyTable(table, context, new Set([...plan.files, ...plan.dropped].map(identityOf)))
  assertAsPlanned(plan, survey)
  // No requirement of a commit is about statistics or the metadata log: what came while this read is seen only by looking.
  const {result: snapshot} = await commitTable(await table.refresh(), (base) => proposeRepair(base, plan, survey, context), context)
  return {
    summary: summaryOf(figures, plan),
    snapshotId: snapshot ? String(snapshot['snapshot-id']) : null,
    ...(snapshot && undoCommit(plan.table, snapshot['parent-snapshot-id'])),
    ...figures,
  }
}

type Figures = Omit<RepairResult, 'summary' | 'snapshotId' | 'undo'>

function figuresOf({files, manifests, dropped, dangling, left}: RepairPlan): Figures {
  const data = dropped.filter(({content}) => content === 'data')
  return {
    mendedFiles: files.length,
    mendedManifests: manifests.length,
    droppedDataFiles: data.length,
    droppedDeleteFiles: dropped.length - data.length + dangling.length,
    droppedRows: data.reduce((sum, {rows}) => sum + rows, 0),
    changedRows: files.reduce((sum, {content, rows, rowsAfter}) => sum + (content === 'data' ? rowsAfter - rows : 0), 0),
    left,
  }
}

function assertAsPlanned(plan: RepairPlan, {wrong, missing}: Survey): void {
  for (const file of plan.files) {
    const found = wrong.get(identityOf(file))
    if (found?.changes.join() !== file.changes.join()) throw planOutdated(plan, `${file.path} is no longer what it was.`)
  }
  for (const file of plan.dropped) {
    if (!missing.has(identityOf(file))) throw planOutdated(plan, `${file.path} is back, or no longer in the table.`)
  }
}

function summaryOf(figures: Figures, plan: RepairPlan): string {
  const {mendedFiles, mendedManifests, droppedDataFiles, droppedDeleteFiles, droppedRows} = figures
  const isAboutMetadata = plan.logIsUnordered || plan.metadataLog.length + plan.statistics.length > 0
  return [
    ...(mendedFiles > 0 ? [`mended ${formatCount(mendedFiles)} entries`] : []),
    ...(mendedManifests > 0 ? [`mended what the manifest list says of ${formatCount(mendedManifests)} manifests`] : []),
    ...(plan.totals.length > 0 ? ['mended the totals of the summary'] : []),
    ...(isAboutMetadata ? ['mended the metadata'] : []),
    ...(droppedDataFiles > 0
      ? [`took ${formatCount(droppedDataFiles)} missing data files with ${formatCount(droppedRows)} rows out of the table`]
      : []),
    ...(droppedDeleteFiles > 0 ? [`took ${formatCount(droppedDeleteFiles)} delete files out of the table`] : []),
  ].join('; ')
}
