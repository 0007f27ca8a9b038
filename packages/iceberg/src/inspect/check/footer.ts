import type {InputFile} from '@phlo/core'
import {hasCode, messageOf} from '@phlo/core'
import type {FileMetaData} from 'hyparquet'
import {definitionLevelMap, type FileLeaf, tableFileLeaves} from '../../parquet/file-leaves.js'
import {columnStatistics} from '../../parquet/footer-statistics.js'
import type {Leaf, PhysicalValue} from '../../parquet/leaves.js'
import type {NameMapping} from '../../parquet/name-mapping.js'
import {physicalType, toValue} from '../../parquet/physical.js'
import {convertValues} from '../../parquet/promote.js'
import {compareValues} from '../../spec/compare-values.js'
import type {DataFile} from '../../spec/manifest.js'
import {valueFromBytes} from '../../spec/single-value.js'
import type {KnownFields} from './fields.js'
import {error, type Finding, note, warning} from './finding.js'

/** How a footer is to be read. */
export interface FooterContext {
  readonly known: KnownFields
  /** The columns that are read from the file, by field id. */
  readonly leaves: ReadonlyMap<number, Leaf>
  readonly mapping: NameMapping | undefined
}

/**
 * Checks a Parquet file's footer against the manifest's entry: rows, columns, split offsets, counts and bounds. No page is read.
 *
 * @throws PhloError `NO_FIELD_IDS`
 */
export function* checkFooter(file: InputFile, footer: FileMetaData, entry: DataFile, context: FooterContext): Iterable<Finding> {
  const {filePath: path, recordCount, splitOffsets} = entry
  const rows = Number(footer.num_rows)
  if (rows !== recordCount) yield error('FOOTER_ROWS', path, `${path} has ${rows} rows, and its manifest says ${recordCount}.`)
  const starts = footer.row_groups.map(({columns: [first]}) => {
    const {dictionary_page_offset: dictionary, data_page_offset: page = 0n} = first?.meta_data ?? {}
    return Number(dictionary !== undefined && dictionary > 0n && dictionary < page ? dictionary : page)
  })
  if (splitOffsets && splitOffsets.join() !== starts.join()) {
    const offsets = `${splitOffsets.join(', ')}, and its row groups begin at ${starts.join(', ')}`
    yield warning('SPLIT_OFFSETS', path, `The split offsets of ${path} are ${offsets}.`)
  }
  const columns = tableFileLeaves(path, footer, context.mapping)
  for (const id of entry.equalityIds ?? []) {
    if (!columns.some(({fieldId}) => fieldId === id))
      yield error('EQUALITY_IDS', path, `${path} compares column ${id}, and does not have it.`)
  }
  for (const column of columns) {
    const {fieldId} = column
    const leaf = fieldId === undefined ? undefined : context.leaves.get(fieldId)
    if (fieldId !== undefined && !context.known.field(fieldId)) {
      yield note('COLUMN_UNKNOWN', path, `${path} has a column with field id ${fieldId}, which is in none of the schemas.`)
    }
    if (leaf && physicalType(leaf.type)) yield* checkColumn(file, footer, entry, column, leaf)
  }
}

function* checkColumn(file: InputFile, footer: FileMetaData, entry: DataFile, column: FileLeaf, leaf: Leaf): Iterable<Finding> {
  const {filePath: path} = entry
  const problem = unreadable(file, column, leaf)
  if (problem !== undefined) {
    yield error('COLUMN_TYPE', path, problem)
    return
  }
  // What a null list or map counts for is not the same to all writers.
  if (leaf.maxRepetitionLevel > 0) return
  const {values, nulls, metrics, isExact} = columnStatistics(file, footer, column, leaf)
  for (const [what, found, said] of [
    ['values', values, entry.valueCounts?.get(leaf.fieldId)],
    ['nulls', nulls, entry.nullValueCounts?.get(leaf.fieldId)],
  ] as const) {
    if (found === undefined || said === undefined || found === said) continue
    yield error('FOOTER_COUNTS', path, `Column ${leaf.name} of ${path} has ${found} ${what}, and its manifest says ${said}.`)
  }
  if (!isExact || leaf.type === 'unknown') return
  const {lower, upper} = metrics
  if (isBeyond(leaf, lower, entry.lowerBounds?.get(leaf.fieldId), -1) || isBeyond(leaf, upper, entry.upperBounds?.get(leaf.fieldId), 1)) {
    yield error('FOOTER_BOUNDS', path, `Column ${leaf.name} of ${path} has values outside of the bounds in its manifest: scans miss them.`)
  }
}

/** Why a column cannot be read as the table's; undefined when it can. */
function unreadable(file: InputFile, column: FileLeaf, leaf: Leaf): string | undefined {
  if (!definitionLevelMap(column, leaf)) return `Column ${leaf.name} of ${file.path} is nested otherwise than in the table.`
  try {
    convertValues(file, column, leaf, [])
    return undefined
  } catch (thrown) {
    if (hasCode(thrown, 'PARQUET_UNSUPPORTED')) return messageOf(thrown)
    throw thrown
  }
}

function isBeyond(leaf: Leaf, physical: Exclude<PhysicalValue, null> | undefined, bound: Uint8Array | undefined, sign: 1 | -1): boolean {
  if (physical === undefined || bound === undefined) return false
  const [value, limit] = [toValue(leaf.type)(physical), valueFromBytes(leaf.type, bound)]
  // Zeros are equal here: which sign a bound of zero has is not the same to all writers.
  return value !== limit && sign * compareValues(leaf.type)(value, limit) > 0
}
