import {defineOperation, ExitCode, formatTableName, type OperationContext, PhloError, refused, usage} from '@phlo/core'
import {headOf} from '../../refs.js'
import type {IcebergTable} from '../../table.js'
import {executeRefChanges, planRefChange, type RefPlan, type RefResult} from './change-refs.js'
import {findSnapshot, snapshotNotFound} from './find-snapshot.js'
import {type RefRetention, type RefState, refState} from './ref-state.js'

export interface DeleteRefOptions {
  readonly type: 'branch' | 'tag'
  readonly name: string
}

export interface CreateRefOptions extends DeleteRefOptions, RefRetention {
  /** The id of a snapshot, a branch, a tag, or a time in ISO 8601. Default: the head of the table's ref. */
  readonly at?: string
}

export interface ReplaceRefOptions extends CreateRefOptions {
  /** Forget the retention that it had; otherwise it is kept where no other is given. */
  readonly clearRetention?: boolean
}

/** @throws PhloError `ALREADY_EXISTS` (exit 5); `INVALID_OPTION`, `SNAPSHOT_NOT_FOUND`, `REF_NOT_FOUND`, `INVALID_TIMESTAMP` (exit 2) */
async function planCreate(table: IcebergTable, options: CreateRefOptions, context: OperationContext): Promise<RefPlan> {
  const {type, name} = options
  const tableName = formatTableName(table.name)
  const existing = refState(table, name)
  if (existing) {
    throw new PhloError(`${tableName} has a ${existing.type} ${name} already, at snapshot ${existing.snapshotId}.`, {
      code: 'ALREADY_EXISTS',
      exit: ExitCode.conflict,
      suggestions: [existing.type === type ? `phlo snapshot ${type} replace ${tableName} ${name}` : `phlo table refs ${tableName}`],
    })
  }
  if (name === '')
    throw usage('INVALID_OPTION', `A ${type} of ${tableName} needs a name.`, [`phlo snapshot ${type} create ${tableName} <name>`])
  if (name === 'main' && type === 'tag')
    throw usage('INVALID_OPTION', 'main is the name of a branch, and cannot be that of a tag.', [
      `phlo snapshot tag create ${tableName} <name>`,
    ])
  return planAt('create-ref', table, options, retentionOf(options), context)
}

/** @throws PhloError `REF_NOT_FOUND` and as for creating (exit 2); `REF_IS_A_TAG`, `REF_IS_A_BRANCH` (exit 6) */
async function planReplace(table: IcebergTable, options: ReplaceRefOptions, context: OperationContext): Promise<RefPlan> {
  const {type: _, snapshotId: __, ...retention} = existingRef(table, options, 'create')
  return planAt('replace-ref', table, options, {...(options.clearRetention ? {} : retention), ...retentionOf(options)}, context)
}

/** @throws PhloError `REF_NOT_FOUND` (exit 2); `REF_IS_A_TAG`, `REF_IS_A_BRANCH`, `MAIN_BRANCH` (exit 6) */
async function planDelete(table: IcebergTable, {type, name}: DeleteRefOptions, context: OperationContext): Promise<RefPlan> {
  const tableName = formatTableName(table.name)
  if (name === 'main') {
    throw refused('MAIN_BRANCH', `main is what readers of ${tableName} see, and cannot be deleted.`, [
      `phlo snapshot set-current ${tableName} --to <snapshot>`,
    ])
  }
  const {snapshotId} = existingRef(table, {type, name}, 'list')
  const summary = `delete ${type} ${name} of ${tableName}, which is at snapshot ${snapshotId}`
  return planRefChange('delete-ref', table, {ref: name, after: null, summary, options: {type, name}}, context)
}

function existingRef(table: IcebergTable, {type, name}: DeleteRefOptions, instead: 'create' | 'list'): RefState {
  const tableName = formatTableName(table.name)
  const existing = refState(table, name)
  if (!existing) {
    throw new PhloError(`${tableName} has no ${type} ${name}.`, {
      code: 'REF_NOT_FOUND',
      exit: ExitCode.usage,
      suggestions: [`phlo snapshot ${type} ${instead} ${tableName}${instead === 'create' ? ` ${name}` : ''}`],
    })
  }
  if (existing.type === type) return existing
  throw refused(`REF_IS_A_${existing.type.toUpperCase()}`, `${name} is a ${existing.type} of ${tableName}, not a ${type}.`, [
    `phlo snapshot ${existing.type} list ${tableName}`,
  ])
}

function planAt(
  operation: 'create-ref' | 'replace-ref',
  table: IcebergTable,
  options: CreateRefOptions,
  retention: RefRetention,
  context: OperationContext,
): RefPlan {
  const {type, name, at} = options
  assertRetention(type, name, options)
  const tableName = formatTableName(table.name)
  const snapshot = at === undefined ? headOf(table) : findSnapshot(table, at)
  if (!snapshot) throw snapshotNotFound(table, `${tableName} has no snapshot yet that a ${type} could be at.`)
  const snapshotId = String(snapshot['snapshot-id'])
  const verb = operation === 'create-ref' ? 'create' : 'replace'
  const summary = `${verb} ${type} ${name} of ${tableName} at snapshot ${snapshotId}`
  return planRefChange(operation, table, {ref: name, after: {type, snapshotId, ...retention}, summary, options: {...options}}, context)
}

function retentionOf({maxRefAge, maxSnapshotAge, minSnapshotsToKeep}: RefRetention): RefRetention {
  return {
    ...(maxRefAge !== undefined && {maxRefAge}),
    ...(maxSnapshotAge !== undefined && {maxSnapshotAge}),
    ...(minSnapshotsToKeep !== undefined && {minSnapshotsToKeep}),
  }
}

/** Spec, "Snapshot References": all are positive; a tag keeps one snapshot, and main itself does not age. */
function assertRetention(type: 'branch' | 'tag', name: string, retention: RefRetention): void {
  for (const [key, value] of Object.entries(retentionOf(retention)) as [keyof RefRetention, number][]) {
    const {what, example} = WORDS[key]
    const invalid = (why: string) => usage('INVALID_OPTION', `${what} ${why}.`, [example])
    if (!(Number.isSafeInteger(value) && value > 0)) throw invalid(`has to be above 0, and is ${value}`)
    if (type === 'tag' && key !== 'maxRefAge') throw invalid(`is for branches, and ${name} is to be a tag`)
    if (name === 'main' && key === 'maxRefAge') throw invalid('is not for main, which never expires')
  }
}

const WORDS = {
  maxRefAge: {what: 'The greatest age of a ref', example: '--max-ref-age 30d'},
  maxSnapshotAge: {what: 'The greatest age of snapshots', example: '--max-snapshot-age 30d'},
  minSnapshotsToKeep: {what: 'The number of snapshots to keep', example: '--min-snapshots-to-keep 10'},
} as const

/** Makes a new branch or tag. One that exists is left alone. */
export const createRef = defineOperation<CreateRefOptions, RefPlan, RefResult, IcebergTable>({
  name: 'create-ref',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planCreate,
  execute: executeRefChanges,
})

/** Moves a branch or tag that exists to any snapshot, and sets its retention. */
export const replaceRef = defineOperation<ReplaceRefOptions, RefPlan, RefResult, IcebergTable>({
  name: 'replace-ref',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planReplace,
  execute: executeRefChanges,
})

/** Deletes a branch or tag, never `main`. Its snapshots stay until they expire. */
export const deleteRef = defineOperation<DeleteRefOptions, RefPlan, RefResult, IcebergTable>({
  name: 'delete-ref',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planDelete,
  execute: executeRefChanges,
})
