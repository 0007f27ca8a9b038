import {formatBytes, formatCount, hasCode, type OperationContext} from '@phlo/core'
import {commitTable, type Proposal} from '../../commit/commit-table.js'
import {NO_FILES} from '../../commit/manifests.js'
import {proposeSnapshot} from '../../commit/propose-snapshot.js'
import {partitionNames} from '../../spec/file-partition.js'
import type {DataFile} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planOutdated} from '../plan-header.js'
import {undoCommit} from '../undo-commit.js'
import {type DuplicateCheck, duplicateCheck} from './duplicates.js'
import {targetOf} from './inspect-file.js'
import {inspectFiles} from './plan.js'
import type {AddFilesPlan, AddFilesResult} from './plan-types.js'
import {listSources, type SourceFile} from './sources.js'

const NAME_MAPPING = 'schema.name-mapping.default'

/**
 * Looks at every planned file again and adds all of them in one `append` snapshot. What others commit meanwhile stays.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5) when a file, the schema, the partition spec or the name mapping is no longer what the
 *   plan saw; `FILE_ALREADY_IN_TABLE` (exit 6) when somebody else has added one of them
 */
export async function executeAddFiles(table: IcebergTable, plan: AddFilesPlan, context: OperationContext): Promise<AddFilesResult> {
  if (plan.noop) return {summary: plan.summary, snapshotId: null, addedDataFiles: 0, changedPartitions: 0, rows: 0, addedBytes: 0}
  assertWritable(table)
  assertSameTable(table, plan)
  const files = await inspectAgain(table, plan, context)
  const isChecked = plan.options['checkDuplicates'] !== false
  const check: DuplicateCheck = isChecked ? duplicateCheck(plan.files.map(({path}) => path)) : async () => {}
  const {result: snapshot} = await commitTable(table, (base) => propose(base, plan, files, check, context), context)
  const changedPartitions = new Set(plan.files.map(({partition}) => partition)).size
  return {
    summary: `added ${formatCount(files.length)} files with ${formatCount(plan.rows)} rows (${formatBytes(plan.bytes)}) in ${formatCount(changedPartitions)} partitions`,
    snapshotId: String(snapshot['snapshot-id']),
    ...undoCommit(plan.table, snapshot['parent-snapshot-id']),
    addedDataFiles: files.length,
    changedPartitions,
    rows: plan.rows,
    addedBytes: plan.bytes,
  }
}

/** What the files were checked against has to be what they are added to. */
function assertSameTable({metadata, properties}: IcebergTable, plan: AddFilesPlan): void {
  if (metadata['current-schema-id'] !== plan.schemaId) throw planOutdated(plan, 'its schema has changed.')
  if (metadata['default-spec-id'] !== plan.specId) throw planOutdated(plan, 'its partition spec has changed.')
  const mapping = properties[NAME_MAPPING]
  if (plan.nameMapping !== null && mapping !== undefined && mapping !== plan.nameMapping) {
    throw planOutdated(plan, `its ${NAME_MAPPING} has been set to another one.`)
  }
}

async function inspectAgain(table: IcebergTable, plan: AddFilesPlan, context: OperationContext): Promise<readonly DataFile[]> {
  const inspected = await inspectFiles(table, await plannedSources(table, plan, context), targetOf(table), context)
  const partitionOf = partitionNames(table.metadata)
  const needsMapping = plan.nameMapping === null && targetOf(table).mapping === undefined
  return inspected.map(({dataFile, hasIds}, index) => {
    const {path, rows, partition} = plan.files[index] as AddFilesPlan['files'][number]
    if (dataFile.recordCount !== rows) throw planOutdated(plan, `${path} has ${formatCount(dataFile.recordCount)} rows now.`)
    if (partitionOf(dataFile) !== partition) throw planOutdated(plan, `${path} belongs to another partition now.`)
    if (needsMapping && !hasIds) throw planOutdated(plan, `${path} has no field ids any more, or the table no name mapping.`)
    return dataFile
  })
}

/** The planned files as they are on the store, with the folders in which the plan found them. */
async function plannedSources(table: IcebergTable, plan: AddFilesPlan, context: OperationContext): Promise<readonly SourceFile[]> {
  const sources = (plan.options['sources'] ?? []) as readonly string[]
  const listed = await listSources(table.io, sources, table.location, context).catch((error: unknown) => {
    throw hasCode(error, 'SOURCE_NOT_FOUND') ? planOutdated(plan, error.message) : error
  })
  const found = new Map(listed.map((source) => [source.path, source]))
  return plan.files.map(({path, size}) => {
    const source = found.get(path)
    if (source?.size !== size) throw planOutdated(plan, `${path} ${source ? `has ${formatCount(source.size)} bytes now` : 'is gone'}.`)
    return source
  })
}

async function propose(
  base: IcebergTable,
  plan: AddFilesPlan,
  files: readonly DataFile[],
  check: DuplicateCheck,
  context: OperationContext,
): Promise<Proposal<Snapshot>> {
  assertSameTable(base, plan)
  const proposal = await proposeSnapshot(
    base,
    {operation: 'append', added: files.map((dataFile) => ({dataFile})), removed: NO_FILES, validate: check},
    context,
  )
  if (plan.nameMapping === null || base.properties[NAME_MAPPING] !== undefined) return proposal
  const {requirements, updates} = proposal
  return {
    ...proposal,
    // The mapping is made of this schema: a commit that changed it meanwhile has to be seen.
    requirements: [...requirements, {type: 'assert-current-schema-id', 'current-schema-id': plan.schemaId}],
    updates: [{action: 'set-properties', updates: {[NAME_MAPPING]: plan.nameMapping}}, ...updates],
  }
}
