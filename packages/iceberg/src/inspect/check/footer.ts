import type {InputFile} from '@phlo/core'
import {hasCode, messageOf} from '@phlo/core'
import type {FileMetaData} from 'hyparquet'
import {definitionLevelMap, type FileLeaf, tableFileLeaves} from '../../parquet/file-leaves.js'
import {splitOffsets as rowGroupOffsets} from '../../parquet/footer-metrics.js'
import {columnStatistics} from '../../parquet/footer-statistics.js'
import type {Leaf, PhysicalValue} from '../../parquet/leaves.js'
import type {NameMapping} from '../../parquet/name-mapping.js'
import {physicalType, toValue} from '../../parquet/physical.js'
import {convertValues} from '../../parquet/promote.js'
import {compareValues} from '../../spec/compare-values.js'
import type {DataFile} from '../../spec/manifest.js'
import {isUnordered} from '../../spec/primitive-types.js'
import type {KnownFields} from './fields.js'
import {error, type Finding, note, warning} from './finding.js'
import {readBound} from './manifest.js'

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
  const starts = rowGroupOffsets(footer)
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
  const said = {values: entry.valueCounts?.get(leaf.fieldId), nulls: entry.nullValueCounts?.get(leaf.fieldId)}
  for (const [what, found] of Object.entries(leaf.path.length > 1 ? countsInStruct({values, nulls}, said) : {values, nulls})) {
    const claimed = said[what as keyof Counts]
    if (found === undefined || claimed === undefined || found === claimed) continue
    yield error('FOOTER_COUNTS', path, `Column ${leaf.name} of ${path} has ${found} ${what}, and its manifest says ${claimed}.`)
  }
  if (!isExact || isUnordered(leaf.type)) return
  const {lower, upper} = metrics
  if (isBeyond(leaf, lower, entry.lowerBounds?.get(leaf.fieldId), -1) || isBeyond(leaf, upper, entry.upperBounds?.get(leaf.fieldId), 1)) {
    yield error('FOOTER_BOUNDS', path, `Column ${leaf.name} of ${path} has values outside of the bounds in its manifest: scans miss them.`)
  }
}

export interface Counts {
  readonly values: number | undefined
  readonly nulls: number | undefined
}

/** What a manifest may say of a column in a struct: Iceberg's own writers do not count where the struct is null in columns of floats. */
export function countsInStruct(found: Counts, said: Counts): Counts {
  const uncounted = (found.values ?? 0) - (said.values ?? 0)
  const isSame = uncounted > 0 && found.nulls !== undefined && found.nulls - (said.nulls ?? 0) === uncounted
  return isSame ? said : found
}

/** Why a column cannot be read as the table's; undefined when it can. */
export function unreadable(file: InputFile, column: FileLeaf, leaf: Leaf): string | undefined {
  if (!definitionLevelMap(column, leaf)) return `Column ${leaf.name} of ${file.path} is nested otherwise than in the table.`
  try {
    convertValues(file, column, leaf, [])
    return undefined
  } catch (thrown) {
    if (hasCode(thrown, 'PARQUET_UNSUPPORTED')) return messageOf(thrown)
    throw thrown
  }
}

/** Whether a value of the column lies outside of a bound; a bound that is no value of the type bounds nothing. */
export function isBeyond(
  leaf: Leaf,
  physical: Exclude<PhysicalValue, null> | undefined,
  bound: Uint8Array | undefined,
  sign: 1 | -1,
): boolean {
  const limit = readBound(leaf.type, bound)
  if (physical === undefined || limit === undefined) return false
  const value = toValue(leaf.type)(physical)
  // Zeros are equal here: which sign a bound of zero has is not the same to all writers.
  return value !== limit && sign * compareValues(leaf.type)(value, limit) > 0
}
