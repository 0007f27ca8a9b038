import {ExitCode, type InputFile, nearest, PhloError, refused, usage} from '@phlo/core'
import type {FileMetaData} from 'hyparquet'
import {safeName} from '../../parquet/elements.js'
import {commonDepth, definitionLevelMap, type FileLeaf, fileLeaves} from '../../parquet/file-leaves.js'
import {type Leaf, leavesOf} from '../../parquet/leaves.js'
import {mappingByName, type NameMapping} from '../../parquet/name-mapping.js'
import {convertValues} from '../../parquet/promote.js'
import {fieldsById, isStruct} from '../../spec/schema.js'
import type {Schema} from '../../spec/types.js'
import {assertSameType} from './column-types.js'

/** A column of the table and where it is in a file. */
export interface MatchedColumn {
  readonly leaf: Leaf
  readonly column: FileLeaf
}

export interface MatchedFile {
  readonly columns: readonly MatchedColumn[]
  /** Columns of the table that the file does not have. */
  readonly missing: readonly Leaf[]
  /** Whether the columns are told by their ids, and not by their names. */
  readonly hasIds: boolean
}

export interface MatchContext {
  readonly schema: Schema
  /** All of the table's, for the names that columns had. */
  readonly schemas: readonly Schema[]
  readonly mapping: NameMapping | undefined
}

/**
 * Finds the columns of a table in a Parquet file, by field id or else by name, and makes sure that each can be read as what the
 * table says it is.
 *
 * @throws PhloError `COLUMN_NOT_IN_TABLE` (exit 2); `COLUMN_RENAMED`, `COLUMN_TYPE_DIFFERS`, `PARQUET_UNSUPPORTED` (exit 6), each
 *   naming file and column
 */
export function matchColumns(file: InputFile, footer: FileMetaData, {schema, schemas, mapping}: MatchContext): MatchedFile {
  const hasIds = footer.schema.some((element) => element.field_id !== undefined)
  const leaves = new Map(leavesOf(schema).map((leaf) => [leaf.fieldId, leaf]))
  const columns: MatchedColumn[] = []
  for (const column of fileLeaves(footer, mapping ?? mappingByName(schema))) {
    const leaf = column.fieldId === undefined ? undefined : leaves.get(column.fieldId)
    if (!leaf) throw notInTable(file, column, schema)
    // Of a variant, whose columns are its own business, the one is looked at that has its nulls.
    if (leaf.type === 'variant' && isVariantPart(column)) {
      if (column.element.name === 'metadata') columns.push({leaf, column})
      continue
    }
    const twin = columns.find((other) => other.leaf === leaf)
    if (twin) throw differs(file, `columns ${nameOf(twin.column)} and ${nameOf(column)} would both be column ${leaf.name} of the table`)
    if (hasIds) assertNames(file, column, leaf, schemas)
    if (!definitionLevelMap(column, leaf) || !isSamePath(column, leaf)) {
      throw differs(file, `column ${nameOf(column)} is nested otherwise than column ${leaf.name} of the table`)
    }
    assertSameType(file, column, leaf)
    convertValues(file, column, leaf, [])
    columns.push({leaf, column})
  }
  const missing = [...leaves.values()].filter((leaf) => columns.every((matched) => matched.leaf !== leaf))
  return {columns, missing, hasIds}
}

/**
 * Makes sure that no required column is missing or null: a value that no file has cannot be made up. What a folder says of the
 * column counts (`given`), and so does an `initial-default`.
 *
 * @throws PhloError `COLUMN_MISSING`, `NULL_IN_REQUIRED_COLUMN` (exit 2)
 */
export function assertRequired(
  file: InputFile,
  {columns, missing}: MatchedFile,
  schema: Schema,
  given: (fieldId: number) => boolean,
  nullsOf: (column: FileLeaf) => number | undefined,
): void {
  const defaults = new Set(schema.fields.filter((field) => (field['initial-default'] ?? null) !== null).map(({id}) => id))
  for (const leaf of missing) {
    const depth = columns.reduce((deepest, {column}) => Math.max(deepest, commonDepth(column, leaf)), 0)
    const absent = leaf.path[depth]
    if (absent?.repetition !== 'REQUIRED' || given(leaf.fieldId) || (depth === 0 && defaults.has(absent.fieldId ?? -1))) continue
    throw usage('COLUMN_MISSING', `${file.path} lacks column ${leaf.name}, which the table requires.`)
  }
  for (const {leaf, column} of columns) {
    const mayLack = leaf.path.some(({repetition}, depth) => repetition === 'REQUIRED' && column.path[depth]?.repetition === 'OPTIONAL')
    if (!mayLack) continue
    const nulls = nullsOf(column)
    if (nulls === 0) continue
    const what = nulls === undefined ? 'may have nulls (it has no statistics that deny it)' : 'has nulls'
    throw new PhloError(`Column ${leaf.name} of ${file.path} ${what}, and the table requires it.`, {
      code: 'NULL_IN_REQUIRED_COLUMN',
      exit: ExitCode.usage,
    })
  }
}

const isVariantPart = ({schemaPath}: FileLeaf) => schemaPath.some(({element}) => element.logical_type?.type === 'VARIANT')

/** The dotted name as the file has it. */
export const nameOf = ({schemaPath}: FileLeaf) =>
  schemaPath
    .slice(1)
    .map(({element}) => element.name)
    .join('.')

function notInTable({path}: InputFile, column: FileLeaf, schema: Schema): PhloError {
  const name = nameOf(column)
  const meant = nearest(
    name,
    leavesOf(schema).map((leaf) => leaf.name),
  )
  const id = column.fieldId === undefined ? '' : ` (field id ${column.fieldId})`
  return usage(
    'COLUMN_NOT_IN_TABLE',
    `Column ${name}${id} of ${path} is not a column of the table.`,
    meant ? [`did you mean ${meant}?`] : [],
  )
}

/** Ids of another table's file mean other columns. They are this table's when the names are, too: those of now or of before. */
function assertNames(file: InputFile, {path}: FileLeaf, leaf: Leaf, schemas: readonly Schema[]): void {
  for (const {fieldId, element} of path) {
    if (fieldId === undefined) continue
    const names = schemas.flatMap((schema) => ownName(schema, fieldId))
    if (names.length === 0 || names.some((name) => name === element.name || safeName(name) === element.name)) continue
    throw refused(
      'COLUMN_RENAMED',
      `Field ${fieldId} of ${file.path} is called ${element.name}, and in the table it is ${names[0]} (column ${leaf.name}): its ids are perhaps those of another table.`,
    )
  }
}

/** The name of a struct's field without those of its parents; nothing for what is inside of a list or map, whose names are free. */
function ownName(schema: Schema, fieldId: number): readonly string[] {
  const fields = fieldsById(schema)
  const field = fields.get(fieldId)
  if (!field) return []
  const parent = field.parentId === undefined ? undefined : fields.get(field.parentId)
  if (parent && !isStruct(parent.type)) return []
  return [parent ? field.name.slice(parent.name.length + 1) : field.name]
}

const isSamePath = (column: FileLeaf, leaf: Leaf) =>
  leaf.path.every(({fieldId}, depth) => {
    const own = column.path[depth]?.fieldId
    return own === undefined || fieldId === undefined || own === fieldId
  })

const differs = ({path}: InputFile, what: string) => refused('COLUMN_TYPE_DIFFERS', `${path} does not fit the table: ${what}.`)
