import {type ColumnPath, nearest, usage} from '@phlo/core'
import {isList, isMap, isStruct} from '../spec/schema.js'
import type {StructField, StructType, Type} from '../spec/types.js'

/** A column at any depth, with the way to it. */
export interface Column {
  readonly id: number
  readonly path: ColumnPath
  readonly type: Type
  readonly required: boolean
  /** The struct's field that it is; undefined for what is in a list or a map. */
  readonly field: StructField | undefined
  readonly parent: Column | undefined
  /** It is the key of a map, or in one: maps find their values by it, so that it cannot be changed (spec, "Schema Evolution"). */
  readonly isInKey: boolean
}

/** Every column of a schema, a parent before what is in it. */
export function columnsOf(schema: StructType): readonly Column[] {
  const found: Column[] = []
  const add = (column: Column) => {
    found.push(column)
    visit(column.type, column)
  }
  const visit = (type: Type, parent: Column | undefined) => {
    const inner = (id: number, name: string, child: Type, required: boolean, field?: StructField) =>
      add({
        id,
        path: [...(parent?.path ?? []), name],
        type: child,
        required,
        field,
        parent,
        isInKey: (parent?.isInKey ?? false) || (name === 'key' && field === undefined),
      })
    if (isStruct(type)) for (const field of type.fields) inner(field.id, field.name, field.type, field.required, field)
    else if (isList(type)) inner(type['element-id'], 'element', type.element, type['element-required'])
    else if (isMap(type)) {
      inner(type['key-id'], 'key', type.key, true)
      inner(type['value-id'], 'value', type.value, type['value-required'])
    }
  }
  visit(schema, undefined)
  return found
}

/** The columns by their ids. */
export const columnsById = (schema: StructType): ReadonlyMap<number, Column> =>
  new Map(columnsOf(schema).map((column) => [column.id, column]))

/**
 * The column at a path. Between a list or a map and the fields of its structs, `element` and `value` may be left out, as in Iceberg's
 * Java library; a path whose parts joined by dots are one column's is that column, too.
 *
 * @throws PhloError `COLUMN_NOT_FOUND` (exit 2) with the nearest name
 */
export function columnAt(schema: StructType, path: ColumnPath): Column {
  const columns = columnsOf(schema)
  const found = findColumn(columns, path)
  if (found) return found
  const meant = nearest(
    formatColumnPath(path),
    columns.map((column) => formatColumnPath(column.path)),
  )
  throw usage('COLUMN_NOT_FOUND', `There is no column ${formatColumnPath(path)} in the schema.`, meant ? [`Did you mean ${meant}?`] : [])
}

/** As `columnAt`, of columns at hand; undefined when there is none. */
export function findColumn(columns: readonly Column[], path: ColumnPath): Column | undefined {
  const [exact, short, dotted] = [keyOf(path), keyOf(path), path.join('.')]
  return (
    columns.find((column) => keyOf(column.path) === exact) ??
    columns.find((column) => keyOf(shortPath(column)) === short) ??
    columns.find((column) => column.path.join('.') === dotted)
  )
}

/** A path as one text that no other path has. */
export const keyOf = (path: ColumnPath): string => path.join('\u0000')

/** The path without the `element` and `value` that lead to fields of structs. */
function shortPath(column: Column): ColumnPath {
  const parts: string[] = []
  for (let at: Column | undefined = column; at; at = at.parent) {
    const isBetween = at !== column && at.field === undefined && isStruct(at.type) && !at.isInKey
    if (!isBetween) parts.unshift(at.path.at(-1) as string)
  }
  return parts
}

/**
 * Reads `address.zip`; a name that holds dots, blanks or backquotes is put in backquotes: `` `a.b`.c ``.
 *
 * @throws PhloError `INVALID_COLUMN` (exit 2)
 */
export function parseColumnPath(text: string): ColumnPath {
  const whole = text.trim()
  if (!/^(?:`(?:[^`]|``)+`|[^`.]+)(?:\.(?:`(?:[^`]|``)+`|[^`.]+))*$/su.test(whole)) {
    throw usage(
      'INVALID_COLUMN',
      `${JSON.stringify(text)} is not the name of a column: write a, a.b, or \`a.b\` for one whose name has a dot.`,
    )
  }
  return (whole.match(/`(?:[^`]|``)+`|[^`.]+/gsu) ?? []).map((part) =>
    part.startsWith('`') ? part.slice(1, -1).replaceAll('``', '`') : part,
  )
}

/** The path as `parseColumnPath` reads it. */
export function formatColumnPath(path: ColumnPath): string {
  return path.map((part) => (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(part) ? part : `\`${part.replaceAll('`', '``')}\``)).join('.')
}
