import {refused} from '@phlo/core'
import type {DefaultOf} from '../parquet/defaults.js'
import type {Leaf, LeafValues, PathNode, PhysicalValue} from '../parquet/leaves.js'
import type {Cursor} from './cursor.js'
import type {FileField, FileRecord, FileType} from './file-type.js'
import {valueReader, variantReader} from './read-value.js'
import {branchOf, isEmptyType, skipper, takeBlockCount} from './skip-value.js'

/** Takes records apart into columns. */
export interface Shredder {
  /** Rows since the last `take`. */
  readonly rows: number
  /** Reads the next record. Throws a RangeError for one that is damaged; the shredder is then of no use any more. */
  read(cursor: Cursor): void
  /** The columns of the rows so far, by field id. */
  take(): ReadonlyMap<number, LeafValues>
}

/** A node of the table's columns: those that are wanted, as the tree that their paths make. */
interface Wanted extends PathNode {
  readonly name: string
  readonly children: Wanted[]
  column?: Column
}

interface Column {
  readonly leaf: Leaf
  values: PhysicalValue[]
  definition: number[]
  repetition: number[]
}

/** Reads what a place of the file holds, below so many levels, into the columns. */
type Read = (cursor: Cursor, definition: number, repetition: number) => void

/**
 * Makes records into leaves, by field id, with the levels that Parquet would have for them (Dremel); columns that the file lacks
 * are null or what `defaultOf` says.
 *
 * @throws PhloError `AVRO_UNSUPPORTED` (exit 6) naming file and column when the file's type cannot be the table's
 */
export function shredder(path: string, record: FileRecord, leaves: readonly Leaf[], defaultOf: DefaultOf): Shredder {
  const columns: Column[] = leaves.map((leaf) => ({leaf, values: [], definition: [], repetition: []}))
  const read = structReader(treeOf(columns), record.fields, {path, defaultOf, repetition: 0})
  let rows = 0
  return {
    get rows() {
      return rows
    },
    read(cursor) {
      read(cursor, 0, 0)
      rows += 1
    },
    take() {
      const taken = new Map(columns.map((column) => [column.leaf.fieldId, valuesOf(column, rows)]))
      for (const column of columns) Object.assign(column, {values: [], definition: [], repetition: []})
      rows = 0
      return taken
    },
  }
}

function valuesOf({leaf, values, definition, repetition}: Column, rows: number): LeafValues {
  return {
    leaf,
    values,
    ...(definition.some((level) => level < leaf.maxDefinitionLevel) && {definitionLevels: Uint8Array.from(definition)}),
    ...(leaf.maxRepetitionLevel > 0 && {repetitionLevels: Uint8Array.from(repetition)}),
    rows,
  }
}

function treeOf(columns: readonly Column[]): readonly Wanted[] {
  const roots: Wanted[] = []
  for (const column of columns) {
    let siblings = roots
    let last: Wanted | undefined
    for (const node of column.leaf.path) {
      last = siblings.find(({fieldId}) => fieldId === node.fieldId)
      if (!last) {
        last = {...node, name: column.leaf.name, children: []}
        siblings.push(last)
      }
      siblings = last.children
    }
    if (last) last.column = column
  }
  return roots
}

interface Context {
  readonly path: string
  readonly defaultOf: DefaultOf
  /** Lists and maps around. */
  readonly repetition: number
}

/** Reads the fields of a struct in the order of the file, and fills in those that it lacks. */
function structReader(wanted: readonly Wanted[], fields: readonly FileField[], context: Context): Read {
  const found = fields.map(({id, type}) => {
    const node = id === undefined ? undefined : wanted.find(({fieldId}) => fieldId === id)
    return {node, read: node ? fieldReader(node, type, context) : skipper(type)}
  })
  const steps = found.map(({read}) => read)
  const missing = wanted.filter((candidate) => !found.some(({node}) => node === candidate)).map((node) => filler(node, context.defaultOf))
  return (cursor, definition, repetition) => {
    for (const step of steps) step(cursor, definition, repetition)
    for (const fill of missing) fill(definition, repetition)
  }
}

/** For a column that the file lacks: its default within a struct that is there. */
function filler(node: Wanted, defaultOf: DefaultOf): (definition: number, repetition: number) => void {
  const {column} = node
  const value = column && defaultOf(column.leaf)
  if (column && value !== undefined) {
    const own = Number(node.repetition === 'OPTIONAL')
    return (definition, repetition) => push(column, value, definition + own, repetition)
  }
  return absent(node)
}

function push({values, definition, repetition}: Column, value: PhysicalValue, level: number, repeat: number): void {
  values.push(value)
  definition.push(level)
  repetition.push(repeat)
}

/** Nulls for all columns of a node. */
function absent(node: Wanted): (definition: number, repetition: number) => void {
  const columns: Column[] = []
  const collect = ({column, children}: Wanted) => {
    if (column) columns.push(column)
    children.forEach(collect)
  }
  collect(node)
  return (definition, repetition) => {
    for (const column of columns) push(column, null, definition, repetition)
  }
}

function fieldReader(node: Wanted, type: FileType, context: Context): Read {
  const fill = absent(node)
  const nulls: Read = (_, definition, repetition) => {
    if (node.repetition === 'REQUIRED') throw new RangeError(`column ${node.name} is null, which the table does not allow`)
    fill(definition, repetition)
  }
  if (isNull(type)) return nulls
  const own = Number(node.repetition === 'OPTIONAL')
  if (type.kind !== 'union') {
    const read = presentReader(node, type, context)
    return (cursor, definition, repetition) => read(cursor, definition + own, repetition)
  }
  if (type.branches.filter((branch) => !isNull(branch)).length > 1) throw unsupported(node, 'a union of several types', context)
  const branches = type.branches.map((branch) => fieldReader(node, branch, context))
  return (cursor, definition, repetition) => branchOf(branches, cursor)(cursor, definition, repetition)
}

const isNull = (type: FileType) => type.kind === 'primitive' && type.type === 'null'

/** Reads a value that is not null; `definition` counts it. */
function presentReader(node: Wanted, type: Exclude<FileType, {kind: 'union'}>, context: Context): Read {
  const {column, children} = node
  const [repeated] = children
  if (column) {
    const take =
      type.kind === 'primitive' ? valueReader(type, column.leaf.type) : column.leaf.type === 'variant' ? variantReader(type) : undefined
    if (!take) throw unsupported(node, describe(type), context)
    return (cursor, definition, repetition) => push(column, take(cursor), definition, repetition)
  }
  if (repeated?.repetition !== 'REPEATED') {
    if (type.kind !== 'record') throw unsupported(node, describe(type), context)
    return structReader(children, type.fields, context)
  }
  if (type.kind !== 'repeated') throw unsupported(node, describe(type), context)
  const own = context.repetition + 1
  const read = structReader(repeated.children, type.entries, {...context, repetition: own})
  const fill = absent(node)
  const isEmpty = type.entries.every((entry) => isEmptyType(entry.type))
  return (cursor, definition, repetition) => {
    let repeat = repetition
    let count = takeBlockCount(cursor, isEmpty)
    if (count === 0) fill(definition, repetition)
    for (; count !== 0; count = takeBlockCount(cursor, isEmpty)) {
      for (let element = 0; element < count; element++) {
        read(cursor, definition + 1, repeat)
        repeat = own
      }
    }
  }
}

function describe(type: Exclude<FileType, {kind: 'union'}>): string {
  if (type.kind !== 'primitive') return type.kind === 'record' ? 'a record' : 'a list or map'
  return type.logicalType ? `${type.type} ${type.logicalType}` : type.type
}

function unsupported({name, column}: Wanted, stored: string, {path}: Context) {
  const wanted = column ? column.leaf.type : 'a nested column'
  return refused('AVRO_UNSUPPORTED', `Column ${name} of ${path} is stored as ${stored}, which is not read as ${wanted}.`)
}
