import {defineOperation, formatTableName, type OperationContext, type OperationPlan, type OperationResult, refused, usage} from '@phlo/core'
import {commitTable, type Proposal} from '../../commit/commit-table.js'
import {NEWEST_FORMAT_VERSION} from '../../spec/table-metadata-json.js'
import type {IcebergTable} from '../../table.js'
import {assertWritable, planHeader, planOutdated} from '../plan-header.js'
import {consequencesOf} from './consequences.js'

export interface UpgradeOptions {
  /** 2 or 3, not below the table's own. */
  readonly formatVersion: number
}

export interface UpgradePlan extends OperationPlan {
  readonly operation: 'upgrade'
  readonly from: number
  readonly to: number
  /** What the upgrade means, a sentence each. */
  readonly consequences: readonly string[]
}

/**
 * @throws PhloError `INVALID_OPTION` (exit 2); `FORMAT_VERSION_DOWNGRADE`, `SNAPSHOTS_WITHOUT_LIST` (exit 6)
 */
async function planUpgrade(table: IcebergTable, {formatVersion: to}: UpgradeOptions, context: OperationContext): Promise<UpgradePlan> {
  const name = formatTableName(table.name)
  const from = table.metadata['format-version']
  if (!Number.isInteger(to) || to < 1 || to > NEWEST_FORMAT_VERSION) {
    throw usage('INVALID_OPTION', `Format version ${to} is not one that a table can be upgraded to: choose 2 or ${NEWEST_FORMAT_VERSION}.`)
  }
  if (to < from) {
    throw refused('FORMAT_VERSION_DOWNGRADE', `${name} has format version ${from}, and cannot go back to ${to}: what it holds may need it.`)
  }
  const noop = to === from
  if (!noop) assertUpgradable(table, name)
  return {
    ...planHeader('upgrade', table, {formatVersion: to}, context),
    operation: 'upgrade',
    noop,
    summary: noop ? `nothing to do: ${name} has format version ${to}` : `upgrade ${name} from format version ${from} to ${to}`,
    from,
    to,
    consequences: noop ? [] : consequencesOf(table.metadata, to),
  }
}

/** Only version 1 allows snapshots that list their manifests in the metadata. */
function assertUpgradable(table: IcebergTable, name: string): void {
  assertWritable(table)
  const old = table.metadata.snapshots.find((snapshot) => snapshot['manifest-list'] === undefined)
  if (!old) return
  throw refused(
    'SNAPSHOTS_WITHOUT_LIST',
    `${name} has a snapshot without a manifest list, ${old['snapshot-id']}, which only format version 1 allows.`,
    [`phlo table expire-snapshots ${name} --snapshot-id ${old['snapshot-id']}`],
  )
}

async function executeUpgrade(table: IcebergTable, plan: UpgradePlan, context: OperationContext): Promise<OperationResult> {
  if (plan.noop) return {summary: plan.summary, snapshotId: null}
  await commitTable(table, async (base) => proposeUpgrade(base, plan), context)
  return {summary: `${plan.table.name} has format version ${plan.to}; it had ${plan.from}`, snapshotId: null}
}

function proposeUpgrade({metadata}: IcebergTable, plan: UpgradePlan): Proposal<null> {
  const version = metadata['format-version']
  if (version !== plan.from) throw planOutdated(plan, `it has format version ${version} now.`)
  return {
    requirements: [{type: 'assert-table-uuid', uuid: plan.table.uuid}],
    updates: [{action: 'upgrade-format-version', 'format-version': plan.to}],
    staged: [],
    landed: (fresh) => fresh['format-version'] >= plan.to,
    result: null,
  }
}

/**
 * Brings a table to a newer format version: one change of its metadata, which touches no file and no snapshot, and cannot be taken
 * back (spec, "Appendix E: Format version changes"). Commits that land meanwhile do not disturb it.
 */
export const upgrade = defineOperation<UpgradeOptions, UpgradePlan, OperationResult, IcebergTable>({
  name: 'upgrade',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planUpgrade,
  execute: executeUpgrade,
})
