import type {Json} from './json.js'
import type {LakehouseTable} from './lakehouse-table.js'

/** A span of work; ended once. */
export interface OperationSpan {
  setAttribute(name: string, value: string | number | boolean): void
  /** With an error the span is marked as failed. */
  end(error?: unknown): void
}

/** Makes spans, in OpenTelemetry's sense. Without a plugin it does nothing. */
export interface OperationTracer {
  readonly name: string
  startSpan(name: string, attributes?: Readonly<Record<string, string | number | boolean>>): OperationSpan
}

/** Receives what operations report about themselves. Must not throw and must not slow an operation down. */
export interface ObservabilityProvider {
  readonly $type: '@phlo/observability'
  readonly contract: 1
  readonly name: string
  readonly tracer: OperationTracer
  recordOperation(operation: {
    readonly name: string
    readonly table: string
    readonly outcome: 'done' | 'failed' | 'interrupted'
    /** Milliseconds. */
    readonly duration: number
    readonly result?: {readonly [key: string]: Json | undefined}
  }): void
  incrementCounter(name: string, by: number, attributes?: Readonly<Record<string, string>>): void
  /** Sends what is still in memory; called once before the process ends. */
  flush(): Promise<void>
}

/** Facts about one table that cost no more than its metadata to find. */
export interface TableFacts {
  readonly rows: number
  readonly dataFiles: number
  readonly deleteFiles: number
  /** Bytes of all live data files. */
  readonly bytes: number
  readonly snapshots: number
  readonly [key: string]: Json | undefined
}

/** Collects facts about a table, for metrics, cost and schedulers. */
export interface MetadataCollector {
  readonly $type: '@phlo/metadata-collector'
  readonly contract: 1
  readonly name: string
  collect(table: LakehouseTable): Promise<TableFacts>
}
