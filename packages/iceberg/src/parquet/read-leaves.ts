import type {InputFile} from '@phlo/core'
import {isPhloError, messageOf, refused} from '@phlo/core'
import type {ColumnMetaData, FileMetaData, RowGroup} from 'hyparquet'
import {readRanges} from '../io/ranges.js'
import {type Decoded, decodeChunk} from './decode-chunk.js'
import {commonDepth, definitionLevelMap, type FileLeaf} from './file-leaves.js'
import {corrupt} from './footer.js'
import type {Leaf, LeafValues, PhysicalValue} from './leaves.js'
import {convertValues} from './promote.js'

/** One row group of an open file. */
export interface RowGroupSource {
  readonly file: InputFile
  readonly footer: FileMetaData
  readonly leaves: readonly FileLeaf[]
  readonly rowGroup: number
}

/** Gives the values of a leaf, decoded when asked for. */
export type LeafReader = (leaf: Leaf) => LeafValues

/**
 * Reads the bytes of some leaves of one row group, matched by field id, with as few reads as make sense; each is decoded when it
 * is asked for. A column that the file lacks comes out as nulls, with the structure that its siblings give it; `defaultOf` may put
 * a value in their place.
 *
 * @throws PhloError `PARQUET_CORRUPT`; `PARQUET_UNSUPPORTED` (exit 6) naming file and column
 */
export async function openRowGroup(
  source: RowGroupSource,
  wanted: readonly Leaf[],
  defaultOf: (leaf: Leaf) => Exclude<PhysicalValue, null> | undefined = () => undefined,
): Promise<LeafReader> {
  const {file, footer, leaves, rowGroup} = source
  const group = footer.row_groups[rowGroup] as RowGroup
  const columns = new Map(
    wanted.map((leaf) => [leaf.fieldId, leaves.find(({fieldId}) => fieldId === leaf.fieldId) ?? siblingOf(leaves, leaf)]),
  )
  const needed = [...new Set([...columns.values()].filter((column) => column !== undefined))]
  const chunks = await readRanges(
    file,
    needed.map((column) => rangeOf(chunkOf(group, column))),
  )
  const bytes = new Map(needed.map((column, index) => [column, chunks[index] as Uint8Array]))
  const rows = Number(group.num_rows)
  return (leaf) => {
    const column = columns.get(leaf.fieldId)
    if (!column) return missing(leaf, rows, defaultOf(leaf))
    const values = decode(file, column, chunkOf(group, column), bytes.get(column) as Uint8Array)
    const begun = values.repetitionLevels?.reduce((sum, level) => sum + Number(level === 0), 0) ?? values.values.length
    if (begun !== rows) throw corrupt(file, `column ${leaf.name} has ${begun} rows instead of ${rows}`)
    return column.fieldId === leaf.fieldId ? adapt(file, column, leaf, values, rows) : structureFor(file, column, leaf, values, rows)
  }
}

/** For a column that is not there but whose struct is: another column of that struct, which knows where the struct is null. */
function siblingOf(leaves: readonly FileLeaf[], leaf: Leaf): FileLeaf | undefined {
  const best = leaves.map((column) => ({column, depth: commonDepth(column, leaf)})).sort((a, b) => b.depth - a.depth)[0]
  return best && best.depth > 0 ? best.column : undefined
}

const chunkOf = (group: RowGroup, column: FileLeaf) => group.columns[column.index]?.meta_data as ColumnMetaData

function rangeOf(chunk: ColumnMetaData) {
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset)
  return {start, length: Number(chunk.total_compressed_size)}
}

function decode(file: InputFile, column: FileLeaf, chunk: ColumnMetaData, bytes: Uint8Array): Decoded {
  try {
    return decodeChunk(column, chunk, bytes)
  } catch (error) {
    if (isPhloError(error)) throw error
    const name = chunk.path_in_schema.join('.')
    if (/unsupported/i.test(messageOf(error)))
      throw refused('PARQUET_UNSUPPORTED', `Column ${name} of ${file.path} cannot be read: ${messageOf(error)}.`)
    throw corrupt(file, `column ${name} cannot be read: ${messageOf(error)}`, error)
  }
}

/** Values of the file's column as ones of the table's leaf: its type, and its definition levels where nullability changed. */
function adapt(file: InputFile, column: FileLeaf, leaf: Leaf, decoded: Decoded, rows: number): LeafValues {
  const map = definitionLevelMap(column, leaf)
  if (!map)
    throw refused(
      'PARQUET_UNSUPPORTED',
      `Column ${leaf.name} of ${file.path} is nested otherwise than in the table (a list of two levels, perhaps).`,
    )
  const values = convertValues(file, column, leaf, decoded.values)
  const {repetitionLevels} = decoded
  const definitionLevels = decoded.definitionLevels?.map((level) => map[level] ?? 0)
  if (definitionLevels?.every((level) => level === leaf.maxDefinitionLevel)) return {leaf, values, repetitionLevels, rows}
  return {leaf, values, definitionLevels, repetitionLevels, rows}
}

function missing(leaf: Leaf, rows: number, value: Exclude<PhysicalValue, null> | undefined): LeafValues {
  if (value !== undefined) return {leaf, values: new Array<PhysicalValue>(rows).fill(value), rows}
  return nulls(leaf, rows, new Uint8Array(rows), leaf.maxRepetitionLevel > 0 ? new Uint8Array(rows) : undefined)
}

const nulls = (leaf: Leaf, rows: number, definitionLevels: Uint8Array, repetitionLevels: Uint8Array | undefined): LeafValues => ({
  leaf,
  values: new Array<PhysicalValue>(definitionLevels.length).fill(null),
  definitionLevels,
  repetitionLevels,
  rows,
})

/** Nulls for a column whose struct the file has: present where the struct is, and repeated as it is. */
function structureFor(file: InputFile, column: FileLeaf, leaf: Leaf, decoded: Decoded, rows: number): LeafValues {
  const depth = commonDepth(column, leaf)
  const shared = leaf.path.slice(0, depth)
  const deepest = shared.filter(({repetition}) => repetition !== 'REQUIRED').length
  const repeats = shared.filter(({repetition}) => repetition === 'REPEATED').length
  const map = definitionLevelMap({...column, path: column.path.slice(0, depth)}, {...leaf, path: shared})
  if (!map) throw refused('PARQUET_UNSUPPORTED', `Column ${leaf.name} of ${file.path} is nested otherwise than in the table.`)
  const definition: number[] = []
  const repetition: number[] = []
  const total = decoded.values.length
  for (let at = 0; at < total; at++) {
    const repeat = decoded.repetitionLevels?.[at] ?? 0
    if (repeat > repeats) continue
    const level = decoded.definitionLevels?.[at] ?? Number.POSITIVE_INFINITY
    definition.push(Math.min(deepest, map[Math.min(level, map.length - 1)] ?? 0))
    repetition.push(repeat)
  }
  return nulls(leaf, rows, Uint8Array.from(definition), leaf.maxRepetitionLevel > 0 ? Uint8Array.from(repetition) : undefined)
}
