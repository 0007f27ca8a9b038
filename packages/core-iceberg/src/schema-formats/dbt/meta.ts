import {isPhloError, type SchemaField, type SchemaType} from '@phlo/core'
import {defaultFromText, isPrimitiveType} from '@phlo/iceberg/schema'
import {columnsIn} from '../columns.js'
import {NO_ID} from '../numbered.js'
import {plainValue} from '../yaml.js'
import {type Fields, isMap} from '../yaml-part.js'

/** The key of `meta` with what dbt has no field for. */
export const META = 'iceberg'

/** What `meta` says of a column: its id, its type in words of Iceberg, its defaults, and below it the columns that it has. */
export function columnMeta(field: SchemaField): Fields {
  const {type, id} = field
  if (typeof type === 'string') {
    const [initial, write] = [field['initial-default'] ?? null, field['write-default'] ?? null]
    return {
      id,
      type,
      ...(initial !== null && {'initial-default': plainValue(initial)}),
      ...(write !== null && {'write-default': plainValue(write)}),
    }
  }
  return {
    id,
    type: type.type,
    columns: columnsIn(type).map((child) => ({
      name: child.name,
      ...columnMeta(child),
      ...(child.required && {required: true}),
      ...(child.doc !== undefined && {description: child.doc}),
    })),
  }
}

/** The type that `meta` tells; undefined when it is none. */
export function typeOfMeta(meta: Fields): SchemaType | undefined {
  const {type, columns} = meta
  if (typeof type !== 'string') return undefined
  if (!Array.isArray(columns)) return isPrimitiveType(type) ? type : undefined
  const fields = columns.map((column) => (isMap(column) ? fieldOfMeta(column) : undefined))
  if (fields.length === 0 || fields.some((field) => field === undefined)) return undefined
  const [first, second] = fields as readonly SchemaField[]
  if (type === 'struct') return {type, fields: fields as readonly SchemaField[]}
  if (type === 'list' && first) return {type, 'element-id': first.id, element: first.type, 'element-required': first.required}
  if (type !== 'map' || !first || !second) return undefined
  return {type, 'key-id': first.id, key: first.type, 'value-id': second.id, value: second.type, 'value-required': second.required}
}

function fieldOfMeta(column: Fields): SchemaField | undefined {
  const {name, required, description} = column
  const type = typeOfMeta(column)
  if (typeof name !== 'string' || name === '' || type === undefined) return undefined
  return {
    id: idOfMeta(column),
    name,
    required: required === true,
    type,
    ...(typeof description === 'string' && {doc: description}),
    ...defaultsOfMeta(column, type),
  }
}

export const idOfMeta = ({id}: Fields): number => (typeof id === 'bigint' && id > 0n && id < 2n ** 31n ? Number(id) : NO_ID)

/** The defaults that are values of the type: YAML has values of its own. */
export function defaultsOfMeta(meta: Fields, type: SchemaType): Pick<SchemaField, 'initial-default' | 'write-default'> {
  const read = (key: 'initial-default' | 'write-default') => {
    const value = meta[key] ?? null
    if (value === null) return {}
    try {
      return {[key]: defaultFromText(type, String(value), 'of the file')}
    } catch (error) {
      if (!isPhloError(error)) throw error
      return {}
    }
  }
  return {...read('initial-default'), ...read('write-default')}
}
