import type {ColumnPath, SchemaType} from '@phlo/core'
import {sqlType} from '../sql/types.js'

/** Engines that dbt runs on tables of Iceberg, in whose words data types are: dbt hands them on as they are. */
export const ENGINES = ['spark', 'trino'] as const
export type Engine = (typeof ENGINES)[number]

/** A type as an engine has it, without the docs and the nullability of what is inside: the nearest, since the exact one is told beside. */
export const dataType = (type: SchemaType, path: ColumnPath, engine: Engine): string =>
  sqlType(bare(type), path, {dialect: engine, lose: () => {}, names: (fields) => fields.map(({name}) => name), declare: () => ''})

function bare(type: SchemaType): SchemaType {
  if (typeof type === 'string') return type
  if (type.type === 'struct') {
    return {type: 'struct', fields: type.fields.map((field) => ({id: field.id, name: field.name, required: false, type: bare(field.type)}))}
  }
  if (type.type === 'list') return {...type, element: bare(type.element), 'element-required': false}
  return {...type, key: bare(type.key), value: bare(type.value), 'value-required': false}
}
