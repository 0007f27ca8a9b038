import type {ArrowBatch} from './execution-engine.js'
import type {Json} from './json.js'
import type {LakehouseTable} from './lakehouse-table.js'
import type {Clock, Logger} from './operation.js'

/** What a check is handed; it imports nothing else. */
export interface CheckServices {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  /** Rows of the table, projected to these columns, as Arrow record batches. */
  scan(table: LakehouseTable, options: {readonly columns?: readonly string[]; readonly where?: string}): AsyncIterable<ArrowBatch>
}

export interface CheckOutcome {
  readonly status: 'passed' | 'failed' | 'not-evaluated'
  /** A sentence with the figures. */
  readonly reason: string
  readonly measured?: {readonly [key: string]: Json | undefined}
}

/**
 * A check of a table's quality.
 *
 * @example
 * export default defineQualityCheck({
 *   name: 'not-empty', evidence: 'metadata',
 *   async run({table}) { return {status: 'passed', reason: `${table.location} has rows`} },
 * })
 */
export interface QualityCheck {
  readonly $type: '@phlo/quality-check'
  readonly contract: 1
  readonly name: string
  /** What it has to read: metadata costs next to nothing, rows cost a scan. */
  readonly evidence: 'metadata' | 'rows'
  run(
    input: {readonly table: LakehouseTable; readonly options: Readonly<Record<string, Json>>},
    services: CheckServices,
  ): Promise<CheckOutcome>
}

/** Marks a check with the tag and contract by which the host recognises it. */
export function defineQualityCheck(check: Omit<QualityCheck, '$type' | 'contract'>): QualityCheck {
  return {$type: '@phlo/quality-check', contract: 1, ...check}
}
