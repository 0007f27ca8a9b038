import {formatCount, formatTableName, type OperationContext, type OperationPlan} from '@phlo/core'
import {deadDeletes} from '../../deletes/dead-deletes.js'
import {error, type Finding} from '../../inspect/check/finding.js'
import {assertBranch, headOf} from '../../refs.js'
import {type DataFile, fileIdentity} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'
import {assertNotEncrypted, planHeader} from '../plan-header.js'
import {metadataProblems} from './metadata-problems.js'
import type {MendedFile, RepairedFile, RepairOptions, RepairPlan} from './plan-types.js'
import {type Survey, surveyTable} from './survey.js'

/**
 * Looks at every manifest and every file of the head, and decides what is mended. Reads footers, no pages.
 *
 * @throws PhloError `MANIFEST_LOST`, `TABLE_ENCRYPTED` (exit 6)
 */
export async function planRepair(table: IcebergTable, options: RepairOptions, context: OperationContext): Promise<RepairPlan> {
  assertBranch(table)
  assertNotEncrypted(table, 'repairing it')
  const problems = await metadataProblems(table)
  const survey = await surveyTable(table, context)
  const files = [...survey.wrong.values()].map(
    ({entry, mended, changes}): MendedFile => ({...repaired(entry.dataFile), changes, rowsAfter: mended.recordCount}),
  )
  const manifests = survey.manifests
    .filter((examined) => examined.problems.length > 0)
    .map(({manifest, problems: found}) => ({path: manifest.manifestPath, problems: found}))
  const {dropped, dangling, left} = await missingFiles(table, survey, options)
  const totals = wrongTotals(table, survey)
  const isHealthy = [files, manifests, dropped, dangling, totals, problems.metadataLog, problems.statistics].every(
    ({length}) => length === 0,
  )
  const plan = {files, manifests, dropped, dangling, totals, ...problems, left: [...survey.left, ...left]}
  const noop = isHealthy && !problems.logIsUnordered
  return {
    ...planHeader('repair', table, {...options}, context),
    operation: 'repair',
    noop,
    summary: noop ? nothingToDo(plan.left) : summaryOf(plan),
    ...plan,
  }
}

export const repaired = ({filePath, contentOffset, content, recordCount}: DataFile): RepairedFile => ({
  path: filePath,
  ...(contentOffset !== undefined && {offset: contentOffset}),
  content,
  rows: recordCount,
})

/** The identity of a planned file, as `fileIdentity` has it. */
export const identityOf = ({path, offset}: RepairedFile): string =>
  fileIdentity({filePath: path, ...(offset !== undefined && {contentOffset: offset})})

async function missingFiles(
  table: IcebergTable,
  {missing, manifests}: Survey,
  options: RepairOptions,
): Promise<Pick<RepairPlan, 'dropped' | 'dangling' | 'left'>> {
  const gone = [...missing.values()].map(({dataFile}) => dataFile)
  const isDropped = ({content}: DataFile) => (content === 'data' ? options.dropMissing : options.dropMissingDeletes) === true
  const dropped = gone.filter(isDropped)
  const paths = new Set(dropped.filter(({content}) => content === 'data').map(({filePath}) => filePath))
  const known = manifests.map(({manifest}) => manifest)
  const dead = paths.size > 0 ? await deadDeletes(table, paths, {known}) : []
  const planned = new Set(dropped.map(fileIdentity))
  const dangling = dead.filter((file) => !planned.has(fileIdentity(file)))
  const out = new Set([...dropped, ...dangling].map(fileIdentity))
  return {
    dropped: dropped.map(repaired),
    dangling: dangling.map(repaired),
    left: gone.filter((file) => !out.has(fileIdentity(file))).map((file) => missingFile(file, formatTableName(table.name))),
  }
}

function missingFile({filePath: path, content}: DataFile, name: string): Finding {
  if (content === 'data') return error('FILE_MISSING', path, `${path} does not exist.`, `phlo table repair ${name} --drop-missing`)
  const message = `The delete file ${path} does not exist; without it, the rows that it deletes are back.`
  return error('FILE_MISSING', path, message, `phlo table repair ${name} --drop-missing-deletes`)
}

const TOTALS = ['total-records', 'total-data-files', 'total-delete-files'] as const

/** What the head's summary states and is not so; what it does not state is not wrong. */
function wrongTotals(table: IcebergTable, {totals}: Survey): readonly string[] {
  const stated = headOf(table)?.summary ?? {}
  return TOTALS.filter((key) => stated[key] !== undefined && stated[key] !== totals[key]).map(
    (key) => `${key} ${stated[key]} to ${totals[key]}`,
  )
}

function nothingToDo(left: readonly Finding[]): string {
  return left.length === 0
    ? 'nothing to repair: every file is what the table says'
    : `nothing that can be mended this way, and ${formatCount(left.length)} ${left.length === 1 ? 'finding' : 'findings'} left`
}

function summaryOf(plan: Omit<RepairPlan, keyof OperationPlan | 'left'>): string {
  const count = (files: readonly unknown[], one: string, many: string) =>
    files.length === 0 ? [] : [`${formatCount(files.length)} ${files.length === 1 ? one : many}`]
  const mended = [
    ...count(plan.files, 'entry', 'entries'),
    ...count(plan.manifests, 'manifest in the manifest list', 'manifests in the manifest list'),
    ...count(plan.totals, 'total of the summary', 'totals of the summary'),
    ...(plan.logIsUnordered || plan.metadataLog.length > 0 ? ['the metadata log'] : []),
    ...count(plan.statistics, 'reference to statistics', 'references to statistics'),
  ]
  const dropped = [
    ...count(
      plan.dropped.filter(({content}) => content === 'data'),
      'missing data file',
      'missing data files',
    ),
    ...count(
      plan.dropped.filter(({content}) => content !== 'data'),
      'missing delete file',
      'missing delete files',
    ),
    ...count(plan.dangling, 'delete file that dangles then', 'delete files that dangle then'),
  ]
  return [
    ...(mended.length > 0 ? [`mend ${mended.join(', ')}`] : []),
    ...(dropped.length > 0 ? [`take ${dropped.join(', ')} out of the table`] : []),
  ].join('; ')
}
