import {usage} from '@phlo/core'
import {allFields, isList, isStruct} from '../spec/schema.js'
import {numberProperty} from '../spec/table-properties.js'
import type {Schema, Type} from '../spec/types.js'

/** How much is recorded of a column: nothing, counts, or counts and bounds of at most `length` characters or bytes. */
export type MetricsMode = {readonly kind: 'none' | 'counts' | 'full'} | {readonly kind: 'truncate'; readonly length: number}

/** The mode of each column, by field id. */
export type MetricsConfig = (fieldId: number) => MetricsMode

const DEFAULT: MetricsMode = {kind: 'truncate', length: 16}
const MOST_INFERRED = 100

/**
 * What the table's `write.metadata.metrics.*` properties ask for. Without a default of its own a table records nothing of the
 * columns after the first 100 (`max-inferred-column-defaults`), as Iceberg's Java library does.
 *
 * @throws PhloError `INVALID_PROPERTY`
 */
export function metricsConfig(properties: Readonly<Record<string, string>>, schema: Schema): MetricsConfig {
  const fallback = properties['write.metadata.metrics.default']
  const most = numberProperty(properties, 'write.metadata.metrics.max-inferred-column-defaults', MOST_INFERRED)
  const base = fallback === undefined ? DEFAULT : parseMode('write.metadata.metrics.default', fallback)
  const names = new Map(allFields(schema).map(({id, name}) => [id, name]))
  const modes = new Map<number, MetricsMode>()
  for (const [index, id] of inferenceOrder(schema).entries()) {
    const key = `write.metadata.metrics.column.${names.get(id)}`
    const own = properties[key]
    if (own !== undefined) modes.set(id, parseMode(key, own))
    else modes.set(id, fallback === undefined && index >= most ? {kind: 'none'} : base)
  }
  return (fieldId) => modes.get(fieldId) ?? {kind: 'none'}
}

/** The leaves in the order in which they have a default: those of a struct itself before those that are deeper in it. */
function inferenceOrder(type: Type): readonly number[] {
  if (typeof type === 'string') return []
  const inner: readonly (readonly [number, Type])[] = isStruct(type)
    ? type.fields.map((field) => [field.id, field.type])
    : isList(type)
      ? [[type['element-id'], type.element]]
      : [
          [type['key-id'], type.key],
          [type['value-id'], type.value],
        ]
  return [...inner.flatMap(([id, own]) => (typeof own === 'string' ? [id] : [])), ...inner.flatMap(([, own]) => inferenceOrder(own))]
}

function parseMode(key: string, text: string): MetricsMode {
  const mode = text.trim().toLowerCase()
  if (mode === 'none' || mode === 'counts' || mode === 'full') return {kind: mode}
  const length = Number(/^truncate\((\d+)\)$/.exec(mode)?.[1])
  if (length > 0) return {kind: 'truncate', length}
  throw usage(
    'INVALID_PROPERTY',
    `Table property ${key} is ${JSON.stringify(text)}; it has to be none, counts, full or truncate(<length>).`,
  )
}
