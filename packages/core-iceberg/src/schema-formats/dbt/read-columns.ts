import type {ColumnPath, SchemaField, SchemaLoss, SchemaType} from '@phlo/core'
import {NO_ID} from '../numbered.js'
import {typeOfWords} from '../type-of-words.js'
import {type Fields, isMap, type Part, partOf} from '../yaml-part.js'
import {dataType, ENGINES, type Engine} from './data-types.js'
import {renderedText} from './jinja.js'
import {COLUMN_KEYS} from './keys.js'
import {defaultsOfMeta, idOfMeta, META, typeOfMeta} from './meta.js'
import {rulesOf} from './rules.js'

/** What reading the columns of a table keeps in mind. */
export interface Reading {
  readonly source: string
  readonly engine: Engine | undefined
  readonly losses: SchemaLoss[]
  readonly key: ColumnPath[]
  /** What is told once for the table. */
  readonly leftOut: Set<string>
}

/** A column as the file has it. */
interface Listed {
  readonly path: ColumnPath
  readonly part: Part
  readonly meta: Fields | undefined
  readonly type: string | undefined
}

/** With those that are told as fields of it, by names with dots. */
interface Node extends Listed {
  readonly name: string
  readonly children: readonly Node[]
}

/** What is told under the key of Phlo; as it will be once dbt has rendered it. */
export function metaOf(part: Part): Fields | undefined {
  const {meta = part.value('meta')} = part.map('config')
  const own = isMap(meta) ? meta[META] : undefined
  return isMap(own) ? (rendered(own) as Fields) : undefined
}

function rendered(value: unknown): unknown {
  if (typeof value === 'string') return renderedText(value) ?? value
  if (Array.isArray(value)) return value.map(rendered)
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rendered(item)])) : value
}

/** The text of a key as dbt renders it; what only dbt can render is told and left out. */
export function textOf(part: Part, key: string, lose: (what: string) => void): string | undefined {
  const text = part.text(key)
  if (text === undefined) return undefined
  const plain = renderedText(text)
  if (plain === undefined) lose(`the ${key === 'description' ? 'doc' : key} ${JSON.stringify(text)} is left out, which dbt renders`)
  return plain
}

/** The fields of a list of columns, in their order. */
export function fieldsOf(columns: readonly unknown[], where: string, reading: Reading): readonly SchemaField[] {
  const listed = columns.map((column, index) => listedOf(column, `${where}: column ${index + 1}`, reading))
  return nodesOf(listed).map((node) => fieldOf(node, [], reading))
}

function listedOf(column: unknown, place: string, {source, losses}: Reading): Listed {
  const part = partOf(column, place, source, COLUMN_KEYS)
  const written = part.text('name')
  if (written === undefined || written === '') return part.fail(' has no name')
  const name = renderedText(written)
  if (name === undefined || name === '') return part.fail(` has the name ${written}, which only dbt can render`)
  const meta = metaOf(part)
  // What is quoted, or was written by Phlo, is a name, whatever dots it has.
  const isName = meta !== undefined || part.flag('quote') || name.split('.').includes('')
  const type = textOf(part, 'data_type', (what) => void losses.push({column: [name], what}))
  return {path: isName ? [name] : name.split('.'), part, meta, type}
}

const HOLDERS = /^\s*(?:array|list|object|record|repeated|row|struct)\b/i

/** The columns that are in no other, each with what is in it. */
function nodesOf(listed: readonly Listed[]): readonly Node[] {
  const holders = new Map(listed.filter(({type}) => HOLDERS.test(type ?? 'struct')).map((one) => [JSON.stringify(one.path), one]))
  const parents = Map.groupBy(listed, ({path}) => nearest(path, holders))
  const within = (parent: Listed | undefined): readonly Node[] =>
    (parents.get(parent) ?? []).map((one) => ({...one, name: one.path.slice(parent?.path.length ?? 0).join('.'), children: within(one)}))
  return within(undefined)
}

/** The nearest column that holds others and has the beginning of the name. */
function nearest(path: ColumnPath, holders: ReadonlyMap<string, Listed>): Listed | undefined {
  for (let length = path.length - 1; length > 0; length--) {
    const found = holders.get(JSON.stringify(path.slice(0, length)))
    if (found) return found
  }
  return undefined
}

function fieldOf(node: Node, above: ColumnPath, reading: Reading): SchemaField {
  const {part, meta, name} = node
  const path = [...above, name]
  const lose = (what: string) => void reading.losses.push({column: path, what})
  const rules = rulesOf(part)
  if (rules.isKey) reading.key.push(path)
  if (rules.hasOtherTests) reading.leftOut.add('data tests besides not_null are left out')
  for (const what of rules.leftOut) lose(what)
  const type = ownType(node, path, reading) ?? nestedType(node, path, reading) ?? wordsType(node, path, reading)
  const doc = textOf(part, 'description', lose)
  return {
    id: meta ? idOfMeta(meta) : NO_ID,
    name,
    required: rules.isRequired,
    type,
    ...(doc !== undefined && {doc}),
    ...(meta && defaultsOfMeta(meta, type)),
  }
}

/** The exact type that Phlo told, unless somebody has changed the data type since. */
function ownType({meta, type}: Listed, path: ColumnPath, {engine}: Reading): SchemaType | undefined {
  const own = meta && typeOfMeta(meta)
  if (own === undefined || type === undefined) return own
  const engines = engine === undefined ? ENGINES : [engine]
  return engines.some((one) => dataType(own, path, one) === type) ? own : undefined
}

/** A struct, or a list of such, of which the data type is one word, and the fields are columns of their own. */
function nestedType({type = 'struct', children}: Node, path: ColumnPath, reading: Reading): SchemaType | undefined {
  if (children.length === 0 || !/^\s*\w+\s*$/.test(type)) return undefined
  const isList = /^\s*(?:array|list|repeated)\s*$/i.test(type)
  const at = isList ? [...path, 'element'] : path
  const struct: SchemaType = {type: 'struct', fields: children.map((child) => fieldOf(child, at, reading))}
  return isList ? {type: 'list', 'element-id': NO_ID, element: struct, 'element-required': false} : struct
}

function wordsType({type, children}: Node, path: ColumnPath, {losses, engine}: Reading): SchemaType {
  if (type === undefined) {
    losses.push({column: path, what: 'a column without a data_type became string'})
    return 'string'
  }
  const found = typeOfWords(type, path, {dialect: engine, isOwn: false})
  if (!found) losses.push({column: path, what: `${JSON.stringify(type)}, which is not known, became string`})
  losses.push(...(found?.losses ?? []))
  return described(found?.type ?? 'string', children, path, losses)
}

/** The type with what is said of those of its fields that are told as columns of their own. */
function described(type: SchemaType, children: readonly Node[], path: ColumnPath, losses: SchemaLoss[]): SchemaType {
  if (children.length === 0) return type
  if (typeof type !== 'string' && type.type === 'list') {
    return {...type, element: described(type.element, children, [...path, 'element'], losses)}
  }
  const fields = typeof type !== 'string' && type.type === 'struct' ? type.fields : []
  for (const {name} of children) {
    if (fields.every((field) => field.name !== name))
      losses.push({column: path, what: `the column ${name} in it is left out, which its data_type does not have`})
  }
  if (fields.length === 0) return type
  return {
    type: 'struct',
    fields: fields.map((field) => {
      const child = children.find(({name}) => name === field.name)
      if (!child) return field
      const at = [...path, field.name]
      const doc = textOf(child.part, 'description', (what) => void losses.push({column: at, what}))
      const required = field.required || rulesOf(child.part).isRequired
      return {...field, required, type: described(field.type, child.children, at, losses), ...(doc !== undefined && {doc})}
    }),
  }
}
