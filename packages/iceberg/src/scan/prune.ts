import {compareCodePoints, compareValues} from '../spec/compare-values.js'
import type {DataFile, ManifestFile} from '../spec/manifest.js'
import type {BoundPartitionField} from '../spec/partition-spec.js'
import {type PresentValue, valueFromBytes} from '../spec/single-value.js'
import {bindTransform, canTransform, truncateCodePoints} from '../spec/transforms.js'
import type {PrimitiveType, Value} from '../spec/types.js'
import {type Comparison, holds, type Predicate, type PredicateField} from './predicate.js'

/** What is known of the values of a column or of a partition field. What is undefined is not known. */
interface Range {
  readonly type: PrimitiveType
  readonly lower?: PresentValue | undefined
  readonly upper?: PresentValue | undefined
  /** Undefined when it is not known whether there are nulls. */
  readonly hasNull?: boolean | undefined
  readonly allNull: boolean
  /** NaN is outside of the bounds. */
  readonly mayHaveNaN: boolean
}

/** What a file or a manifest tells of its rows. */
interface Evidence {
  column(fieldId: number): Range | undefined
  readonly partition: readonly {readonly field: BoundPartitionField; readonly range: Range}[]
}

/** False when no row of the file can match: by its partition, or by its column bounds and counts. */
export function fileMayMatch(predicate: Predicate, file: DataFile, fields: readonly BoundPartitionField[]): boolean {
  return mayMatch(predicate, {
    column: (id) => columnRange(file, id, typeIn(predicate, id)),
    partition: partitionEvidence(file.partition, fields),
  })
}

/** False when no row of a file can match that is in this partition. */
export function partitionMayMatch(predicate: Predicate, values: readonly Value[], fields: readonly BoundPartitionField[]): boolean {
  return mayMatch(predicate, {column: () => undefined, partition: partitionEvidence(values, fields)})
}

const partitionEvidence = (values: readonly Value[], fields: readonly BoundPartitionField[]): Evidence['partition'] =>
  fields.map((field, index) => ({field, range: exactly(field.type, values[index] ?? null)}))

/** False when no file of the manifest can hold a matching row, by the summaries of its partition fields. */
export function manifestMayMatch(predicate: Predicate, manifest: ManifestFile, fields: readonly BoundPartitionField[]): boolean {
  const {partitions} = manifest
  if (!partitions) return true
  const partition = fields.flatMap((field, index) => {
    const summary = partitions[index]
    if (!summary) return []
    const lower = boundOf(field.type, summary.lowerBound)
    const upper = boundOf(field.type, summary.upperBound)
    const mayHaveNaN = isFloating(field.type) && summary.containsNan !== false
    const allNull = summary.containsNull && summary.lowerBound === undefined && !mayHaveNaN
    return [{field, range: {type: field.type, lower, upper, hasNull: summary.containsNull, allNull, mayHaveNaN}}]
  })
  return mayMatch(predicate, {column: () => undefined, partition})
}

function mayMatch(predicate: Predicate, evidence: Evidence): boolean {
  if (predicate.kind === 'and') return mayMatch(predicate.left, evidence) && mayMatch(predicate.right, evidence)
  if (predicate.kind === 'or') return mayMatch(predicate.left, evidence) || mayMatch(predicate.right, evidence)
  if (predicate.kind === 'constant') return predicate.value
  const range = evidence.column(predicate.field.id)
  if (range && !rangeMayMatch(predicate, range)) return false
  return evidence.partition.every(({field, range: values}) => {
    if (field.sourceId !== predicate.field.id) return true
    const projected = project(predicate, field)
    return projected === undefined || rangeMayMatch(projected, values)
  })
}

type Leaf = Exclude<Predicate, {kind: 'and' | 'or' | 'constant'}>

function rangeMayMatch(leaf: Leaf, range: Range): boolean {
  if (leaf.kind === 'null') return leaf.negated ? !range.allNull : range.hasNull !== false
  if (range.allNull) return false
  switch (leaf.kind) {
    case 'compare':
      return compareMayMatch(leaf.op, leaf.value, range)
    case 'in':
      return leaf.negated || leaf.values.some((value) => compareMayMatch('=', value, range))
    case 'starts-with':
      return leaf.negated || prefixMayMatch(leaf.prefix, range)
  }
}

function compareMayMatch(op: Comparison, value: PresentValue, {type, lower, upper, mayHaveNaN}: Range): boolean {
  const compare = compareValues(type)
  const above = lower !== undefined && compare(oneZero(lower), value) > 0
  const below = upper !== undefined && compare(oneZero(upper), value) < 0
  switch (op) {
    case '=':
      return !above && !below
    case '<':
    case '<=':
      return lower === undefined || holds(op, compare(oneZero(lower), value))
    case '>':
    case '>=':
      // NaN is greater than every number and in no bounds.
      return mayHaveNaN || upper === undefined || holds(op, compare(oneZero(upper), value))
    case '!=':
      return true
  }
}

/** -0.0 and 0.0 are one value to a condition, whichever of them a bound is. */
const oneZero = (value: PresentValue): PresentValue => (value === 0 ? 0 : value)

function prefixMayMatch(prefix: string, {lower, upper}: Range): boolean {
  const length = [...prefix].length
  const start = (bound: PresentValue) => truncateCodePoints(String(bound), length)
  if (lower !== undefined && compareCodePoints(start(lower), prefix) > 0) return false
  return upper === undefined || compareCodePoints(start(upper), prefix) >= 0
}

/**
 * The condition that rows which match must satisfy in their partition value; undefined when the transform says nothing about it
 * (spec, "Scan Planning": inclusive projection).
 */
function project(leaf: Leaf, partition: BoundPartitionField): Leaf | undefined {
  const {transform, sourceType, type} = partition
  if (transform.kind === 'void' || !canTransform(transform, sourceType) || sourceType !== leaf.field.type) return undefined
  const field: PredicateField = {id: partition.id, name: partition.name, type}
  if (transform.kind === 'identity' || leaf.kind === 'null') return {...leaf, field}
  const apply = bindTransform(transform, sourceType)
  const transformed = (value: PresentValue) => apply(value) as PresentValue
  if (leaf.kind === 'in') return leaf.negated ? undefined : {...leaf, field, values: leaf.values.map(transformed)}
  if (leaf.kind === 'starts-with') return projectPrefix(leaf, field, transform)
  if (leaf.op === '=') return {...leaf, field, value: transformed(leaf.value)}
  if (leaf.op === '!=' || transform.kind === 'bucket') return undefined
  // The other transforms keep the order, but put neighbours together.
  return {...leaf, field, op: leaf.op.startsWith('<') ? '<=' : '>=', value: transformed(leaf.value)}
}

function projectPrefix(
  leaf: Leaf & {kind: 'starts-with'},
  field: PredicateField,
  transform: BoundPartitionField['transform'],
): Leaf | undefined {
  if (transform.kind !== 'truncate' || leaf.negated) return undefined
  const prefix = truncateCodePoints(leaf.prefix, transform.width)
  return {...leaf, field, prefix}
}

function exactly(type: PrimitiveType, value: Value): Range {
  if (value === null) return {type, hasNull: true, allNull: true, mayHaveNaN: false}
  if (Number.isNaN(value)) return {type, hasNull: false, allNull: false, mayHaveNaN: true}
  return {type, lower: value, upper: value, hasNull: false, allNull: false, mayHaveNaN: false}
}

function columnRange(file: DataFile, id: number, type: PrimitiveType | undefined): Range | undefined {
  if (type === undefined) return undefined
  const values = file.valueCounts?.get(id)
  const nulls = file.nullValueCounts?.get(id)
  const nans = file.nanValueCounts?.get(id)
  return {
    type,
    lower: boundOf(type, file.lowerBounds?.get(id)),
    upper: boundOf(type, file.upperBounds?.get(id)),
    hasNull: nulls === undefined ? undefined : nulls > 0,
    allNull: values !== undefined && nulls === values,
    mayHaveNaN: isFloating(type) && nans !== 0,
  }
}

function typeIn(predicate: Predicate, id: number): PrimitiveType | undefined {
  if (predicate.kind === 'and' || predicate.kind === 'or') return typeIn(predicate.left, id) ?? typeIn(predicate.right, id)
  return predicate.kind !== 'constant' && predicate.field.id === id ? predicate.field.type : undefined
}

const isFloating = (type: PrimitiveType) => type === 'float' || type === 'double'

/** A bound that cannot be read, or is NaN as old writers left it, is no bound. */
function boundOf(type: PrimitiveType, bytes: Uint8Array | undefined): PresentValue | undefined {
  if (!bytes) return undefined
  try {
    const value = valueFromBytes(type, bytes)
    return Number.isNaN(value) ? undefined : value
  } catch {
    return undefined
  }
}
