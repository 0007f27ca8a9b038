import {readFile} from 'node:fs/promises'
import {messageOf, unavailable, usage} from '@phlo/core'
import type {EvolvePlan} from '@phlo/iceberg'

/** A table that is to be made, in texts of the specification's JSON, whose digits no reader of the plan changes. */
export interface PlannedTable {
  readonly schema: string
  readonly partitionBy: string
  readonly sortBy: string
  readonly properties: Readonly<Record<string, string>>
}

/** What becomes of a declared table. */
export type PlannedSchema = {readonly table: string; readonly source: string} & (
  | {readonly action: 'none'}
  | {readonly action: 'create'; readonly create: PlannedTable}
  | {readonly action: 'change'; readonly change: EvolvePlan}
)

/** What `schema apply` does, as JSON that can be saved, reviewed and done later. */
export interface SchemasPlan {
  readonly $type: '@phlo/schemas-plan'
  readonly contract: 1
  readonly catalog: string
  /** The branch of the whole catalog that it is for, where it has such. */
  readonly ref: string | null
  /** ISO 8601. */
  readonly createdAt: string
  /** In the order of their names, in which they are done. */
  readonly tables: readonly PlannedSchema[]
}

/**
 * Reads a plan that `schema apply --plan-out` saved.
 *
 * @throws PhloError `PLAN_NOT_FOUND` (exit 3), `INVALID_PLAN` (exit 2)
 */
export async function readSchemasPlan(path: string): Promise<SchemasPlan> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unavailable('PLAN_NOT_FOUND', `The plan ${path} cannot be read: ${messageOf(cause)}.`, {cause})
  })
  let plan: Partial<SchemasPlan>
  try {
    plan = JSON.parse(text) as Partial<SchemasPlan>
  } catch (cause) {
    throw usage('INVALID_PLAN', `${path} is not JSON: ${messageOf(cause)}.`)
  }
  if (plan?.$type === '@phlo/schemas-plan' && plan.contract === 1 && Array.isArray(plan.tables)) return plan as SchemasPlan
  throw usage('INVALID_PLAN', `${path} is not a plan of schemas.`, ['phlo schema apply -f <files> --plan-out <file>'])
}
