import type {Clock, Logger} from '@phlo/core'
import {commitConflict, commitStateUnknown, formatTableName, hasCode, isFileGone, isSettledByLooking, messageOf} from '@phlo/core'
import type {TableRequirement, TableUpdate} from '../catalog/updates.js'
import type {TableMetadata} from '../spec/table-metadata.js'
import {numberProperty} from '../spec/table-properties.js'
import type {IcebergTable} from '../table.js'
import {icebergTable} from '../table.js'

/** What a commit needs of its surroundings; an OperationContext has it. */
export interface CommitContext {
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly log: Logger
}

/** One attempt at a commit, made for one base. */
export interface Proposal<Result> {
  readonly requirements: readonly TableRequirement[]
  readonly updates: readonly TableUpdate[]
  /** Files written for this attempt alone; they are deleted when it certainly did not land. */
  readonly staged: readonly string[]
  /** Tells from a table's metadata whether this attempt landed. */
  readonly landed: (metadata: TableMetadata) => boolean
  readonly result: Result
}

export interface Committed<Result> {
  readonly table: IcebergTable
  readonly result: Result
  /** 1 when the first attempt landed. */
  readonly attempts: number
}

/**
 * Commits optimistically: proposes on the table as it is, and when somebody else was first (`COMMIT_CONFLICT`) proposes again on
 * the fresh head, as often and as long as the table's `commit.retry.*` properties say. `propose` throws any other error when the
 * fresh head no longer allows the change at all, which ends it.
 *
 * When the catalog does not say whether it swapped, the table is loaded (`commit.status-check.*`) to see. What was staged is
 * deleted only when the attempt certainly did not land.
 *
 * @throws PhloError `COMMIT_CONFLICT` after the last retry; `COMMIT_STATE_UNKNOWN` when looking did not settle it
 */
export async function commitTable<Result>(
  table: IcebergTable,
  propose: (base: IcebergTable) => Promise<Proposal<Result>>,
  context: CommitContext,
): Promise<Committed<Result>> {
  const {default: pRetry} = await import('p-retry')
  const {properties} = table
  // An interruption that comes while the catalog commits must not hide what came of it: p-retry would report only the signal.
  let outcome: Committed<Result> | undefined
  let unknown: unknown
  try {
    return await pRetry(
      async (attempt) => {
        const base = attempt === 1 ? table : await table.refresh()
        const proposal = await proposeOn(base, propose)
        try {
          outcome = {...(await swap(base, proposal, context)), attempts: attempt}
          return outcome
        } catch (error) {
          if (hasCode(error, 'COMMIT_STATE_UNKNOWN')) unknown = error
          throw error
        }
      },
      {
        retries: numberProperty(properties, 'commit.retry.num-retries', 4),
        minTimeout: numberProperty(properties, 'commit.retry.min-wait-ms', 100),
        maxTimeout: numberProperty(properties, 'commit.retry.max-wait-ms', 60_000),
        maxRetryTime: numberProperty(properties, 'commit.retry.total-timeout-ms', 1_800_000),
        factor: 2,
        randomize: true,
        signal: context.signal,
        shouldRetry: ({error}) => hasCode(error, 'COMMIT_CONFLICT'),
        onFailedAttempt: ({error, attemptNumber, retriesLeft}) => {
          if (retriesLeft > 0) context.log.debug(`attempt ${attemptNumber} to commit: ${error.message}`)
        },
      },
    )
  } catch (error) {
    if (outcome) return outcome
    throw unknown ?? error
  }
}

/** A snapshot may be expired by somebody else while it is being read: its successor is another base, as after any other conflict. */
async function proposeOn<Result>(
  base: IcebergTable,
  propose: (base: IcebergTable) => Promise<Proposal<Result>>,
): Promise<Proposal<Result>> {
  try {
    return await propose(base)
  } catch (error) {
    if (!isFileGone(error)) throw error
    const {metadataLocation} = await base.refresh()
    if (metadataLocation === base.metadataLocation) throw error
    throw commitConflict(`${formatTableName(base.name)} was changed while it was being read: ${messageOf(error)}`, error)
  }
}

async function swap<Result>(
  base: IcebergTable,
  proposal: Proposal<Result>,
  context: CommitContext,
): Promise<{table: IcebergTable; result: Result}> {
  const {requirements, updates, staged, result} = proposal
  try {
    context.signal.throwIfAborted()
    const loaded = await base.source.commitTable(base.name, requirements, updates)
    return {table: icebergTable(base.source, base.name, loaded, base.ref), result}
  } catch (error) {
    if (isSettledByLooking(error)) return {table: await look(base, proposal, context, error), result}
    if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) await base.io.delete(staged)
    throw error
  }
}

/**
 * Settles an unknown commit by loading the table. Absence proves nothing while the catalog may still be at it, and neither does a
 * catalog that does not answer or an interruption: whatever else goes wrong here, the commit stays unknown.
 */
async function look(base: IcebergTable, {landed}: Proposal<unknown>, context: CommitContext, unknown: unknown): Promise<IcebergTable> {
  const {default: pRetry} = await import('p-retry')
  const {properties} = base
  let found: IcebergTable | undefined
  const attempt = async () => {
    const fresh = await base.refresh()
    if (!landed(fresh.metadata)) throw new RangeError('the table does not show the commit')
    found = fresh
    return fresh
  }
  try {
    return await pRetry(attempt, {
      retries: numberProperty(properties, 'commit.status-check.num-retries', 3),
      minTimeout: numberProperty(properties, 'commit.status-check.min-wait-ms', 1000),
      maxTimeout: numberProperty(properties, 'commit.status-check.max-wait-ms', 60_000),
      maxRetryTime: numberProperty(properties, 'commit.status-check.total-timeout-ms', 1_800_000),
      factor: 2,
      signal: context.signal,
    })
  } catch (error) {
    if (found) return found
    throw commitStateUnknown(
      `The catalog did not say whether it committed to ${formatTableName(base.name)}, and looking did not settle it: ${messageOf(error)}. No file was deleted.`,
      unknown,
    )
  }
}
