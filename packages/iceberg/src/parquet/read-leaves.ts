import type {InputFile} from '@phlo/core'
import {refused} from '@phlo/core'
import type {ColumnMetaData, FileMetaData, RowGroup} from 'hyparquet'
import {readRanges} from '../io/ranges.js'
import {namingColumn} from './damage.js'
import {type Decoded, decodeChunk} from './decode-chunk.js'
import type {DefaultOf} from './defaults.js'
import {commonDepth, definitionLevelMap, type FileLeaf} from './file-leaves.js'
import {corrupt, placeOf} from './footer.js'
import type {Leaf, LeafValues, PhysicalValue} from './leaves.js'
import {convertValues} from './promote.js'
import {readVariant} from './read-variant.js'

/** The part of a footer that tells where the columns are. */
export type RowGroups = Pick<FileMetaData, 'row_groups'>

/** One row group of an open file. */
export interface RowGroupSource {
  readonly file: InputFile
  readonly footer: RowGroups
  readonly leaves: readonly FileLeaf[]
  readonly rowGroup: number
}

/** Gives the values of a leaf, decoded when asked for. */
export type LeafReader = (leaf: Leaf) => LeafValues

/**
 * Reads the bytes of some leaves of one row group, matched by field id, with as few reads as make sense; each is decoded when it
 * is asked for. A column that the file lacks comes out as nulls, with the structure that its siblings give it; `defaultOf` may put
 * a value in their place where the struct around it is there.
 *
 * @throws PhloError `PARQUET_CORRUPT`; `PARQUET_UNSUPPORTED` (exit 6) naming file and column
 */
export async function openRowGroup(
  source: RowGroupSource,
  wanted: readonly Leaf[],
  defaultOf: DefaultOf = () => undefined,
): Promise<LeafReader> {
  const {file, footer, leaves, rowGroup} = source
  const group = footer.row_groups[rowGroup] as RowGroup
  const columns = new Map(
    wanted.map((leaf) => [leaf.fieldId, leaves.find(({fieldId}) => fieldId === leaf.fieldId) ?? siblingOf(leaves, leaf)]),
  )
  const variants = new Map(wanted.filter(({type}) => type === 'variant').map((leaf) => [leaf.fieldId, partsOf(leaves, leaf)]))
  const needed = [...new Set([...columns.values(), ...[...variants.values()].flat()].filter((column) => column !== undefined))]
  const chunks = await readRanges(
    file,
    needed.map((column) => placeOf(chunkOf(group, column))),
  )
  const bytes = new Map(needed.map((column, index) => [column, chunks[index] as Uint8Array]))
  const rows = Number(group.num_rows)
  const decoded = (column: FileLeaf, leaf: Leaf): Decoded => {
    const values = decode(file, column, chunkOf(group, column), bytes.get(column) as Uint8Array)
    const begun = values.repetitionLevels?.reduce((sum, level) => sum + Number(level === 0), 0) ?? values.values.length
    if (begun !== rows) throw corrupt(file, `column ${leaf.name} has ${begun} rows instead of ${rows}`)
    return values
  }
  return (leaf) => {
    const parts = variants.get(leaf.fieldId)
    if (parts && parts.length > 0) {
      return readVariant(
        file,
        leaf,
        parts.map((column) => ({column, ...decoded(column, leaf)})),
        rows,
      )
    }
    const column = columns.get(leaf.fieldId)
    if (!column) return missing(leaf, rows, defaultOf(leaf))
    const values = decoded(column, leaf)
    return column.fieldId === leaf.fieldId
      ? adapt(file, column, leaf, values, rows)
      : structureFor(file, column, leaf, values, {rows, value: defaultOf(leaf)})
  }
}

/** The columns of a variant, whether its group says that it is one or not. */
const partsOf = (leaves: readonly FileLeaf[], {fieldId, path}: Leaf) =>
  leaves.filter((column) => column.path.length > path.length && column.path[path.length - 1]?.fieldId === fieldId)

/** For a column that is not there but whose struct is: another column of that struct, which knows where the struct is null. */
function siblingOf(leaves: readonly FileLeaf[], leaf: Leaf): FileLeaf | undefined {
  const best = leaves.map((column) => ({column, depth: commonDepth(column, leaf)})).sort((a, b) => b.depth - a.depth)[0]
  return best && best.depth > 0 ? best.column : undefined
}

const chunkOf = (group: RowGroup, column: FileLeaf) => group.columns[column.index]?.meta_data as ColumnMetaData

function decode({path}: InputFile, column: FileLeaf, chunk: ColumnMetaData, bytes: Uint8Array): Decoded {
  return namingColumn({path, name: chunk.path_in_schema.join('.')}, () => decodeChunk(column, chunk, bytes))
}

/** Values of the file's column as ones of the table's leaf: its type, and its definition levels where nullability changed. */
function adapt(file: InputFile, column: FileLeaf, leaf: Leaf, decoded: Decoded, rows: number): LeafValues {
  const map = definitionLevelMap(column, leaf)
  if (!map) throw refused('PARQUET_UNSUPPORTED', `Column ${leaf.name} of ${file.path} is nested otherwise than in the table.`)
  const values = convertValues(file, column, leaf, decoded.values)
  const {repetitionLevels} = decoded
  const definitionLevels = decoded.definitionLevels?.map((level) => map[level] ?? 0)
  if (definitionLevels?.every((level) => level === leaf.maxDefinitionLevel)) return {leaf, values, repetitionLevels, rows}
  return {leaf, values, definitionLevels, repetitionLevels, rows}
}

function missing(leaf: Leaf, rows: number, value: ReturnType<DefaultOf>): LeafValues {
  if (value !== undefined && leaf.path.length === 1) return {leaf, values: new Array<PhysicalValue>(rows).fill(value), rows}
  const repetitionLevels = leaf.maxRepetitionLevel > 0 ? new Uint8Array(rows) : undefined
  return {leaf, values: new Array<PhysicalValue>(rows).fill(null), definitionLevels: new Uint8Array(rows), repetitionLevels, rows}
}

/** Nulls, or the default, for a column whose struct the file has: present where the struct is, and repeated as it is. */
function structureFor(
  file: InputFile,
  column: FileLeaf,
  leaf: Leaf,
  decoded: Decoded,
  {rows, value}: {readonly rows: number; readonly value: ReturnType<DefaultOf>},
): LeafValues {
  const depth = commonDepth(column, leaf)
  const shared = leaf.path.slice(0, depth)
  const deepest = shared.filter(({repetition}) => repetition !== 'REQUIRED').length
  const repeats = shared.filter(({repetition}) => repetition === 'REPEATED').length
  const map = definitionLevelMap({...column, path: column.path.slice(0, depth)}, {...leaf, path: shared})
  if (!map) throw refused('PARQUET_UNSUPPORTED', `Column ${leaf.name} of ${file.path} is nested otherwise than in the table.`)
  const isField = value !== undefined && depth === leaf.path.length - 1
  const definition: number[] = []
  const repetition: number[] = []
  const values: PhysicalValue[] = []
  const total = decoded.values.length
  for (let at = 0; at < total; at++) {
    const repeat = decoded.repetitionLevels?.[at] ?? 0
    if (repeat > repeats) continue
    const level = decoded.definitionLevels?.[at] ?? Number.POSITIVE_INFINITY
    const own = Math.min(deepest, map[Math.min(level, map.length - 1)] ?? 0)
    const hasDefault = isField && own === deepest
    definition.push(hasDefault ? leaf.maxDefinitionLevel : own)
    repetition.push(repeat)
    values.push(hasDefault ? value : null)
  }
  const repetitionLevels = leaf.maxRepetitionLevel > 0 ? Uint8Array.from(repetition) : undefined
  return {leaf, values, definitionLevels: Uint8Array.from(definition), repetitionLevels, rows}
}
