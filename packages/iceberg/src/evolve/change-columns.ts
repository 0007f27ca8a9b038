import type {ColumnPath, SchemaChange} from '@phlo/core'
import {assertTypesOfVersion} from '../spec/new-table-metadata.js'
import {baseType} from '../spec/primitive-types.js'
import {assignFreshIds, highestFieldId, isList, isMap, isStruct} from '../spec/schema.js'
import {canPromote, formatType, parseType} from '../spec/type-text.js'
import type {Schema, StructField, Type} from '../spec/types.js'
import {assertColumns} from './assert-columns.js'
import {type Column, columnAt, columnsOf, formatColumnPath} from './columns.js'
import {defaultFromText} from './default-text.js'
import type {Draft} from './draft.js'
import {placed, withField, withFieldsIn, withNullability, withTypeOf} from './edit-schema.js'
import {impossible} from './impossible.js'
import {withMappedColumn, withMappedName} from './named-properties.js'

type Change<Kind extends SchemaChange['kind']> = Extract<SchemaChange, {kind: Kind}>

/** Adds a column, at the end unless it is said otherwise; it and what is in it get ids that no column ever had (spec, "Schema Evolution"). */
export function addColumn(draft: Draft, change: Change<'add'>): Draft {
  const {path, required, doc} = change
  const name = path.at(-1) as string
  const parent = structAt(draft.schema, path.slice(0, -1), path)
  assertNameIsFree(draft.schema, parent?.id, name, undefined)
  const type = parseType(change.type)
  const fallback = change.default === undefined ? undefined : defaultFromText(type, change.default, formatColumnPath(path))
  assertDefaultAllowed(draft, path, type, fallback)
  if (required && fallback === undefined && !draft.isEmpty) {
    throw impossible(`Column ${formatColumnPath(path)} cannot be required without a default value: rows that are there have none for it.`)
  }
  const id = draft.lastColumnId + 1
  const fresh = assignFreshIds({type: 'struct', fields: [{id, name, required, type}]}, id)
  assertColumns(columnsOf(fresh).map((column) => ({...column, path: [...path.slice(0, -1), ...column.path]})))
  const field: StructField = {
    ...(fresh.fields[0] as StructField),
    ...(doc !== undefined && {doc}),
    ...(fallback !== undefined && {'initial-default': fallback, 'write-default': fallback}),
  }
  const schema = withFieldsIn(draft.schema, parent?.id, (fields) => placed(fields, field, change.position ?? 'last'))
  assertTypesOfVersion(schema, draft.formatVersion)
  return {...draft, schema, lastColumnId: highestFieldId(fresh), properties: withMappedColumn(draft.properties, parent?.path ?? [], field)}
}

/** Whatever refers to the column is looked at when all changes are made: one of them may take the reference away. */
export function dropColumn(draft: Draft, {path}: Change<'drop'>): Draft {
  const column = fieldAt(draft.schema, path, 'dropped')
  const schema = withFieldsIn(draft.schema, column.parent?.id, (fields) => fields.filter(({id}) => id !== column.id))
  if (fieldsIn(schema, column.parent).length === 0) {
    throw impossible(
      `Column ${formatColumnPath(path)} is the only one ${column.parent ? `in ${formatColumnPath(column.parent.path)}` : 'of the table'}.`,
    )
  }
  return {...draft, schema}
}

export function renameColumn(draft: Draft, {path, to}: Change<'rename'>): Draft {
  const column = fieldAt(draft.schema, path, 'renamed')
  if (to === '') throw impossible(`Column ${formatColumnPath(path)} cannot be renamed to nothing.`)
  assertNameIsFree(draft.schema, column.parent?.id, to, column.id)
  const schema = withField(draft.schema, column.id, (field) => ({...field, name: to}))
  return {...draft, schema, properties: withMappedName(draft.properties, column, to)}
}

/** Promotes a column to a wider type (spec, "Schema Evolution": valid type promotions). */
export function changeType(draft: Draft, change: Change<'type'>): Draft {
  const column = alterable(columnAt(draft.schema, change.path), 'get another type')
  const name = formatColumnPath(column.path)
  const type = parseType(change.type)
  const [from, to] = [formatType(column.type), formatType(type)]
  if (from === to) return draft
  if (typeof type !== 'string' || typeof column.type !== 'string') {
    throw impossible(`Column ${name} has type ${from}, which cannot become ${to}: change what is in it instead.`, [
      'phlo schema evolve <table> --add "column.field type"',
    ])
  }
  if (!canPromote(column.type, type, draft.formatVersion)) {
    const later = draft.formatVersion < 3 && canPromote(column.type, type, 3)
    throw impossible(
      `Column ${name} has type ${from}, which cannot become ${to}: ${later ? 'that needs format version 3' : 'only int to long, float to double, a decimal of more digits, and from version 3 on date to timestamp are possible'}.`,
      later ? ['phlo table upgrade <table> --format-version 3'] : [],
    )
  }
  const schema = withTypeOf(draft.schema, column.id, () => type)
  return {...draft, schema: withField(schema, column.id, (field) => withDefaultsOf(field, column.type as string, type))}
}

/** A day becomes the beginning of that day; the other promotions leave the JSON of a value as it is. */
function withDefaultsOf(field: StructField, from: string, to: string): StructField {
  if (baseType(from) !== 'date') return field
  const zeros = to === 'timestamp_ns' ? '000000000' : '000000'
  const moment = (day: unknown) => `${day}T00:00:00.${zeros}`
  return {
    ...field,
    ...(field['initial-default'] !== undefined && {'initial-default': moment(field['initial-default'])}),
    ...(field['write-default'] !== undefined && {'write-default': moment(field['write-default'])}),
  }
}

/** Whether rows fit is for the one who knows them: see `nulls-of.ts`. */
export function changeNullability(draft: Draft, {path, required}: Change<'nullability'>): Draft {
  const column = alterable(columnAt(draft.schema, path), required ? 'be required' : 'be optional')
  if (column.required === required) return draft
  if (required && column.type === 'unknown') throw impossible(`Column ${formatColumnPath(path)} of type unknown has nothing but nulls.`)
  return {...draft, schema: withNullability(draft.schema, column.id, required)}
}

export function changeDoc(draft: Draft, {path, doc}: Change<'doc'>): Draft {
  const column = fieldAt(draft.schema, path, 'described', true)
  return {...draft, schema: withField(draft.schema, column.id, ({doc: _, ...field}) => (doc === null ? field : {...field, doc}))}
}

export function changeDefault(draft: Draft, change: Change<'default'>): Draft {
  const column = fieldAt(draft.schema, change.path, 'given a default value')
  const value = change.default === null ? undefined : defaultFromText(column.type, change.default, formatColumnPath(column.path))
  assertDefaultAllowed(draft, column.path, column.type, value)
  const schema = withField(draft.schema, column.id, ({'write-default': _, ...field}) =>
    value === undefined ? field : {...field, 'write-default': value},
  )
  return {...draft, schema}
}

export function moveColumn(draft: Draft, {path, position}: Change<'move'>): Draft {
  const column = fieldAt(draft.schema, path, 'moved')
  const schema = withFieldsIn(draft.schema, column.parent?.id, (fields) => {
    const field = fields.find(({id}) => id === column.id) as StructField
    return placed(fields, field, position)
  })
  return {...draft, schema}
}

/** The struct that new columns go into; undefined: the table itself. A list or map of structs stands for its structs. */
function structAt(schema: Schema, path: ColumnPath, whole: ColumnPath): {readonly id: number; readonly path: ColumnPath} | undefined {
  if (path.length === 0) return undefined
  const column = alterable(columnAt(schema, path), 'get new fields')
  const within = isList(column.type) ? [...path, 'element'] : isMap(column.type) ? [...path, 'value'] : undefined
  if (within) return structAt(schema, within, whole)
  if (isStruct(column.type)) return column
  throw impossible(
    `Column ${formatColumnPath(path)} has type ${formatType(column.type)} and is no struct, so that ${formatColumnPath(whole)} cannot be in it.`,
  )
}

/** A field of a struct, which alone has a name, a place and a description of its own. */
function fieldAt(schema: Schema, path: ColumnPath, what: string, isKeyAllowed = false): Column {
  const column = columnAt(schema, path)
  if (!isKeyAllowed) alterable(column, `be ${what}`)
  if (column.field) return column
  throw impossible(`${formatColumnPath(path)} is what a list or a map holds, and cannot be ${what}.`)
}

function alterable(column: Column, what: string): Column {
  if (!column.isInKey) return column
  throw impossible(`${formatColumnPath(column.path)} is of a map's key, and cannot ${what}: values are found by it.`)
}

function fieldsIn(schema: Schema, parent: Column | undefined): readonly StructField[] {
  if (!parent) return schema.fields
  const type: Type = columnAt(schema, parent.path).type
  return isStruct(type) ? type.fields : []
}

/** Names that differ in case only are one name to most engines. */
function assertNameIsFree(schema: Schema, parentId: number | undefined, name: string, own: number | undefined): void {
  let taken: StructField | undefined
  withFieldsIn(schema, parentId, (fields) => {
    taken = fields.find((field) => field.id !== own && field.name.toLowerCase() === name.toLowerCase())
    return fields
  })
  if (!taken) return
  throw impossible(
    taken.name === name
      ? `There is a column ${name} already.`
      : `There is a column ${taken.name} already, from which ${name} differs in case only: most engines take the two for one.`,
  )
}

function assertDefaultAllowed(draft: Draft, path: ColumnPath, type: Type, value: unknown): void {
  if (value === undefined) return
  const name = formatColumnPath(path)
  if (draft.formatVersion < 3) {
    throw impossible(
      `Column ${name} cannot have a default value: that needs format version 3, and the table has version ${draft.formatVersion}.`,
      ['phlo table upgrade <table> --format-version 3'],
    )
  }
  if (typeof type === 'string' && ['unknown', 'variant', 'geometry', 'geography'].includes(baseType(type))) {
    throw impossible(`Column ${name} has type ${type}, whose default value can only be null.`)
  }
}
