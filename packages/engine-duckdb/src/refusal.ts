import {formatBytes, type SortFileRequest} from '@phlo/core'

/** Types of Iceberg that come out of DuckDB's Parquet reader and writer as other types, or with fewer digits. */
const CHANGED: readonly {readonly pattern: RegExp; readonly why: string}[] = [
  {pattern: /^timestamptz_ns$/, why: 'cuts its nanoseconds off'},
  {pattern: /^fixed\[/, why: 'writes it as binary of any length'},
  {pattern: /^variant$/, why: 'has a type of its own for it'},
  {pattern: /^(geometry|geography)\b/, why: 'has a type of its own for it'},
]

/** With less, DuckDB is often out of memory before it has spilled anything. Bytes. */
const LEAST_MEMORY = 128 * 1024 ** 2

/** Why DuckDB does not give rows of these columns back to the last bit, or has no room to; undefined when it does. */
export function refusal({columns, memoryLimit}: Pick<SortFileRequest, 'columns' | 'memoryLimit'>): string | undefined {
  if (memoryLimit < LEAST_MEMORY)
    return `DuckDB needs ${formatBytes(LEAST_MEMORY)} of memory for itself, and has ${formatBytes(memoryLimit)}`
  for (const {path, type} of columns) {
    const changed = CHANGED.find(({pattern}) => pattern.test(type))
    if (changed) return `DuckDB ${changed.why}: column ${path.join('.')} is a ${type}`
  }
  return undefined
}
