import type {Json} from './json.js'

/** One thing that happened. */
export interface AuditEvent {
  /** ISO 8601. */
  readonly at: string
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly outcome: 'done' | 'denied' | 'failed'
  readonly details?: {readonly [key: string]: Json | undefined}
}

/** Keeps a record that cannot be changed unnoticed. `record` has to be durable when it resolves. */
export interface AuditLogger {
  readonly $type: '@phlo/audit'
  readonly contract: 1
  readonly name: string
  record(event: AuditEvent): Promise<void>
  query(filter: {
    readonly from?: string
    readonly to?: string
    readonly principal?: string
    readonly resource?: string
  }): AsyncIterable<AuditEvent>
  /** Proves that nothing was changed or removed; names the first event that does not fit. */
  verify(): Promise<{readonly ok: true; readonly events: number} | {readonly ok: false; readonly firstBad: string}>
}
