import {compareValues} from '../spec/compare-values.js'
import type {DataFile} from '../spec/manifest.js'
import {baseType} from '../spec/primitive-types.js'
import type {IndexedField} from '../spec/schema.js'
import {type PresentValue, valueFromBytes} from '../spec/single-value.js'

/** Of what the bounds of a file say nothing that an equality could be decided by. */
const WITHOUT_ORDER: ReadonlySet<string> = new Set(['unknown', 'variant', 'geometry', 'geography'])

/** One column of a file: its range, and whether nulls and NaNs are among its values; undefined for what is not known. */
interface ColumnRange {
  readonly lower?: PresentValue
  readonly upper?: PresentValue
  readonly nulls: 'none' | 'some' | 'all' | undefined
  /** False only where it is known that there are none. */
  readonly mayHaveNan: boolean
}

/** Gives the range of a column of one file; decoded once. */
export type RangesOf = (field: IndexedField) => ColumnRange

/** A column of an equality delete file, ready to be held against many data files. */
export interface KeyColumn {
  readonly field: IndexedField
  readonly range: ColumnRange
  /** True when the first value is more than the second. */
  readonly isAbove: (left: PresentValue, right: PresentValue) => boolean
}

export function rangesOf(file: DataFile): RangesOf {
  const known = new Map<number, ColumnRange>()
  return (field) => {
    let found = known.get(field.id)
    if (!found) {
      found = columnRange(file, field)
      known.set(field.id, found)
    }
    return found
  }
}

/** The columns by which a delete file can be left out; `fieldOf` knows the fields of all schemas of the table. */
export function keyColumns(file: DataFile, fieldOf: (id: number) => IndexedField | undefined): readonly KeyColumn[] {
  return (file.equalityIds ?? []).flatMap((id) => {
    const field = fieldOf(id)
    if (typeof field?.type !== 'string') return []
    return [{field, range: columnRange(file, field), isAbove: above(field.type)}]
  })
}

function columnRange(file: DataFile, {id, type, required, parentId}: IndexedField): ColumnRange {
  const values = file.valueCounts?.get(id)
  // A required field of a struct is null where the struct is.
  const nullCount = file.nullValueCounts?.get(id) ?? (required && parentId === undefined ? 0 : undefined)
  const nulls = nullCount === 0 ? 'none' : nullCount === undefined ? undefined : nullCount === values ? 'all' : 'some'
  const isFloating = type === 'float' || type === 'double'
  return {
    ...bound('lower', file.lowerBounds?.get(id), type as string),
    ...bound('upper', file.upperBounds?.get(id), type as string),
    nulls,
    mayHaveNan: isFloating && file.nanValueCounts?.get(id) !== 0,
  }
}

function bound(name: 'lower' | 'upper', bytes: Uint8Array | undefined, type: string): Partial<Record<typeof name, PresentValue>> {
  if (bytes === undefined || WITHOUT_ORDER.has(baseType(type))) return {}
  try {
    return {[name]: valueFromBytes(type, bytes)}
  } catch {
    // A bound of another type than the column's: it may not be what it seems, and leaves nothing out.
    return {}
  }
}

/**
 * False when the metrics prove that no row of a data file can equal a row of an equality delete file in all of these columns; a
 * null equals a null, and a NaN a NaN (spec, "Equality Delete Files"). Whatever is not known may match.
 */
export function mayShareKey(columns: readonly KeyColumn[], data: RangesOf): boolean {
  return columns.every(({field, range, isAbove}) => mayShareValue(data(field), range, isAbove))
}

function mayShareValue(data: ColumnRange, deletes: ColumnRange, isAbove: KeyColumn['isAbove']): boolean {
  if (data.nulls !== 'none' && deletes.nulls !== 'none') return true
  // From here on at most one side has nulls, and these match nothing.
  if (data.nulls === 'all' || deletes.nulls === 'all') return false
  if (data.mayHaveNan && deletes.mayHaveNan) return true
  if (data.lower !== undefined && deletes.upper !== undefined && isAbove(data.lower, deletes.upper)) return false
  return data.upper === undefined || deletes.lower === undefined || !isAbove(deletes.lower, data.upper)
}

/** Zeros of both signs are one: bounds do not always keep them apart. */
function above(type: string): KeyColumn['isAbove'] {
  if (type === 'float' || type === 'double') return (left, right) => left > right
  const compare = compareValues(type)
  return (left, right) => compare(left, right) > 0
}
