import type {ColumnPath} from '@phlo/core'
import {type MappedField, mappedField} from '../spec/name-mapping-json.js'
import type {StructField} from '../spec/types.js'
import type {Column} from './columns.js'

const MAPPING = 'schema.name-mapping.default'

/** Table properties whose names end in a column's, as engines write them. */
const BY_COLUMN = [
  'write.metadata.metrics.column.',
  'write.parquet.bloom-filter-enabled.column.',
  'write.parquet.bloom-filter-fpp.column.',
  'write.parquet.bloom-filter-ndv.column.',
  'write.parquet.stats-enabled.column.',
]

type Properties = Readonly<Record<string, string>>

/** The properties with a new column in the name mapping, where the table has one: files without ids may be added later (spec, "Column Projection"). */
export function withMappedColumn(properties: Properties, parent: ColumnPath, field: StructField): Properties {
  const mapping = readMapping(properties)
  if (!mapping) return properties
  return {...properties, [MAPPING]: JSON.stringify(mapped(mapping, parent, (fields) => [...freed(fields, field.name), mappedField(field)]))}
}

/** The properties after a column was renamed: the mapping keeps its old names and has the new one, and what was set for it by name goes along. */
export function withMappedName(properties: Properties, column: Column, to: string): Properties {
  const from = column.path.join('.')
  const renamed = [...column.path.slice(0, -1), to].join('.')
  const moved = Object.fromEntries(Object.entries(properties).map(([key, value]) => [renamedKey(key, from, renamed), value]))
  const mapping = readMapping(moved)
  if (!mapping) return moved
  const own = ({'field-id': id}: MappedField) => id === column.id
  const named = mapped(mapping, column.path.slice(0, -1), (fields) => [
    ...freed(
      fields.filter((field) => !own(field)),
      to,
    ),
    ...fields.filter(own).map((field) => ({...field, names: [...new Set([...field.names, to])]})),
  ])
  return {...moved, [MAPPING]: JSON.stringify(named)}
}

function renamedKey(key: string, from: string, to: string): string {
  const prefix = BY_COLUMN.find((candidate) => key.startsWith(candidate))
  if (!prefix) return key
  const column = key.slice(prefix.length)
  if (column === from) return prefix + to
  return column.startsWith(`${from}.`) ? prefix + to + column.slice(from.length) : key
}

/** The columns that such properties name. */
export function columnsNamedIn(properties: Properties): readonly {readonly property: string; readonly column: string}[] {
  return Object.keys(properties).flatMap((property) => {
    const prefix = BY_COLUMN.find((candidate) => property.startsWith(candidate))
    return prefix ? [{property, column: property.slice(prefix.length)}] : []
  })
}

/** A name that another column gets now does not lead to an older one any more. */
const freed = (fields: readonly MappedField[], name: string): readonly MappedField[] =>
  fields.map((field) => (field.names.includes(name) ? {...field, names: field.names.filter((other) => other !== name)} : field))

function mapped(
  fields: readonly MappedField[],
  path: ColumnPath,
  change: (fields: readonly MappedField[]) => readonly MappedField[],
): readonly MappedField[] {
  const [name, ...rest] = path
  if (name === undefined) return change(fields)
  return fields.map((field) => (field.names.includes(name) ? {...field, fields: mapped(field.fields ?? [], rest, change)} : field))
}

/** A mapping that cannot be read is for the one who wrote it. */
function readMapping(properties: Properties): readonly MappedField[] | undefined {
  const text = properties[MAPPING]
  if (text === undefined) return undefined
  try {
    const mapping: unknown = JSON.parse(text)
    return Array.isArray(mapping) ? mapping : undefined
  } catch {
    return undefined
  }
}
