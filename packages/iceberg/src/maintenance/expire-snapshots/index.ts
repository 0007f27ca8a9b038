import {defineOperation, type Explanation, type OperationContext} from '@phlo/core'
import type {IcebergTable} from '../../table.js'
import {executeExpire} from './execute.js'
import {type ExpireOptions, resolveExpireOptions} from './options.js'
import {planExpire} from './plan.js'
import type {ExpirePlan, ExpireResult} from './plan-types.js'
import {decideRetention} from './retention.js'

/** Why each snapshot stays or goes. */
async function* explainExpire(
  {metadata, properties}: IcebergTable,
  given: ExpireOptions,
  context: OperationContext,
): AsyncIterable<Explanation> {
  const {expiredSnapshots, reasons} = decideRetention(metadata, resolveExpireOptions(given, properties), context.clock.now())
  const gone = new Set(expiredSnapshots)
  for (const snapshot of metadata.snapshots) {
    const id = snapshot['snapshot-id']
    yield {subject: String(id), kind: 'snapshot', touched: gone.has(id), reason: reasons.get(id) ?? ''}
  }
}

/** Forgets old snapshots and deletes the files that only they reach. */
export const expireSnapshots = defineOperation<ExpireOptions, ExpirePlan, ExpireResult, IcebergTable>({
  name: 'expire-snapshots',
  format: 'iceberg',
  permission: 'table:maintain',
  plan: planExpire,
  execute: executeExpire,
  explain: explainExpire,
})

export type {ExpireOptions} from './options.js'
export type {ExpiredFiles, ExpirePlan, ExpireResult} from './plan-types.js'
