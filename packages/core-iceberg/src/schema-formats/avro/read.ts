import type {ColumnPath, ReadSchema, SchemaField, SchemaLoss, SchemaType} from '@phlo/core'
import {stringifyJson} from '@phlo/iceberg'
import {baseType, valueFromJson} from '@phlo/iceberg/schema'
import {NO_ID, numbered} from '../numbered.js'
import {notReadable} from '../unreadable.js'

interface Avro {
  readonly type?: unknown
  readonly name?: string
  readonly namespace?: string
  readonly doc?: unknown
  readonly fields?: readonly Avro[]
  readonly items?: unknown
  readonly values?: unknown
  readonly logicalType?: unknown
  readonly [attribute: string]: unknown
}

/**
 * The table of a record, whoever wrote it. Fields without `field-id` are known by their names.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` for what a table cannot be: a type in itself, a choice of several types
 */
export function tableOfRecord(record: Avro, source: string): ReadSchema {
  const losses: SchemaLoss[] = []
  const fail = (path: ColumnPath, why: string): never => {
    throw notReadable(source, `field ${path.join('.')} ${why}`)
  }
  const known = new Map<string, Avro>()
  const open = new Set<Avro>()
  const nameIn = (name: string, namespace: string) => (name.includes('.') || namespace === '' ? name : `${namespace}.${name}`)
  const fieldsOf = (type: Avro, space: string, path: ColumnPath) =>
    (type.fields ?? []).map((field): SchemaField => {
      const name = String(field['iceberg-field-name'] ?? field.name)
      const own = [...path, name]
      const value = valueOf(field.type, space, own)
      const fallback = defaultOf(value.type, field['default'], own)
      return {id: idOf(field['field-id']), name, ...(typeof field.doc === 'string' && {doc: field.doc}), ...fallback, ...value}
    })
  /** A type or a choice of it and null. */
  const valueOf = (type: unknown, space: string, path: ColumnPath): {readonly type: SchemaType; readonly required: boolean} => {
    const choices = Array.isArray(type) ? type : [type]
    const [choice, other] = choices.filter((one) => one !== 'null')
    if (other !== undefined) fail(path, `is one of ${choices.length} types`)
    if (choice === undefined) return {type: 'unknown', required: false}
    return {type: typeOf(choice, space, path), required: !choices.includes('null')}
  }
  const typeOf = (given: unknown, space: string, path: ColumnPath): SchemaType => {
    const type: Avro = typeof given === 'string' ? (known.get(nameIn(given, space)) ?? known.get(given) ?? {type: given}) : (given as Avro)
    if (typeof type.type === 'object') return typeOf(type.type, space, path)
    if (open.has(type)) return fail(path, `is a ${type.name} in a ${type.name}, which no table can have`)
    const inside = type.namespace ?? (type.name?.includes('.') ? type.name.slice(0, type.name.lastIndexOf('.')) : space)
    if (type.name !== undefined) known.set(nameIn(type.name, inside), type)
    const logical = logicalType(type)
    if (logical) {
      if (logical.lost) losses.push({column: path, what: `${type.logicalType} became ${logical.type}`})
      return logical.type
    }
    switch (type.type) {
      case 'record':
      case 'error': {
        open.add(type)
        const fields = fieldsOf(type, inside, path)
        open.delete(type)
        return {type: 'struct', fields}
      }
      case 'array': {
        const entry = type.logicalType === 'map' ? typeOf(type.items, space, path) : undefined
        if (typeof entry === 'object' && entry.type === 'struct' && entry.fields.length === 2) return mapOf(entry.fields)
        const {type: element, required} = valueOf(type.items, space, [...path, 'element'])
        return {type: 'list', 'element-id': idOf(type['element-id']), element, 'element-required': required}
      }
      case 'map': {
        const {type: value, required} = valueOf(type.values, space, [...path, 'value'])
        const ids = {'key-id': idOf(type['key-id']), 'value-id': idOf(type['value-id'])}
        return {type: 'map', ...ids, key: 'string', value, 'value-required': required}
      }
      case 'enum':
        losses.push({column: path, what: `an enum of ${String(type['symbols']).replaceAll(',', ', ')} became string`})
        return 'string'
      case 'fixed':
        return `fixed[${type['size']}]`
      case 'bytes':
        return 'binary'
      default:
        return String(type.type)
    }
  }
  const defaultOf = (type: SchemaType, value: unknown, path: ColumnPath): Partial<SchemaField> => {
    if (value === undefined || value === null) return {}
    try {
      if (typeof type !== 'string' || !PLAIN.has(baseType(type))) throw new RangeError('only plain values can be defaults')
      valueFromJson(type, value)
      return {'initial-default': value, 'write-default': value}
    } catch {
      losses.push({column: path, what: `the default ${stringifyJson(value)} was left out`})
      return {}
    }
  }
  const space = record.namespace ?? (record.name?.includes('.') ? record.name.slice(0, record.name.lastIndexOf('.')) : '')
  known.set(nameIn(record.name ?? '', space), record)
  open.add(record)
  const fields = fieldsOf(record, space, [])
  const name = nameIn(record.name ?? '', space).split('.')
  return {name, ...(typeof record.doc === 'string' && {doc: record.doc}), ...numbered(fields, source), losses}
}

/** Types whose default values are the same JSON in both specifications. */
const PLAIN: ReadonlySet<string> = new Set(['boolean', 'int', 'long', 'float', 'double', 'string'])

const idOf = (id: unknown) => (typeof id === 'number' ? id : NO_ID)

function mapOf([key, value]: readonly SchemaField[]): SchemaType {
  const [keyId = NO_ID, valueId = NO_ID] = [key?.id, value?.id]
  const types = {key: key?.type ?? 'unknown', value: value?.type ?? 'unknown'}
  return {type: 'map', 'key-id': keyId, 'value-id': valueId, ...types, 'value-required': value?.required ?? false}
}

/** The type that a logical type means, and whether its values have more to them. One that does not fit its type is to be ignored. */
function logicalType({logicalType: logical, type, ...rest}: Avro): {readonly type: string; readonly lost?: boolean} | undefined {
  const on = `${String(type)} ${String(logical)}`
  const zone = rest['adjust-to-utc'] === false ? '' : 'tz'
  switch (on) {
    case 'bytes decimal':
    case 'fixed decimal':
      return {type: `decimal(${rest['precision']},${rest['scale'] ?? 0})`}
    case 'int date':
      return {type: 'date'}
    case 'int time-millis':
      return {type: 'time', lost: true}
    case 'long time-micros':
      return {type: 'time'}
    case 'long timestamp-millis':
      return {type: `timestamp${zone}`, lost: true}
    case 'long timestamp-micros':
      return {type: `timestamp${zone}`}
    case 'long timestamp-nanos':
      return {type: `timestamp${zone}_ns`}
    case 'long local-timestamp-millis':
      return {type: 'timestamp', lost: true}
    case 'long local-timestamp-micros':
      return {type: 'timestamp'}
    case 'long local-timestamp-nanos':
      return {type: 'timestamp_ns'}
    case 'string uuid':
    case 'fixed uuid':
      return {type: 'uuid'}
    case 'fixed duration':
      return {type: 'fixed[12]', lost: true}
    case 'record variant':
      return {type: 'variant'}
    default:
      return undefined
  }
}
