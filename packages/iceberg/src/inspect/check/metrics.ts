import {messageOf} from '@phlo/core'
import {compareValues} from '../../spec/compare-values.js'
import type {DataFile} from '../../spec/manifest.js'
import {type PresentValue, valueFromBytes} from '../../spec/single-value.js'
import {bindTransform, canTransform} from '../../spec/transforms.js'
import type {PrimitiveType} from '../../spec/types.js'
import type {KnownFields} from './fields.js'
import {error, type Finding} from './finding.js'

/** Transforms that keep the order of values, so that bounds of a column are bounds of its partition values. */
const ORDERED = ['identity', 'truncate', 'year', 'month', 'day', 'hour']

/** Checks the counts and bounds of a file against each other and against its partition (spec, "Data File Fields"). */
export function* checkMetrics(file: DataFile, known: KnownFields): Iterable<Finding> {
  yield* checkCounts(file, known)
  try {
    yield* checkBounds(file, known)
    yield* checkPartitionBounds(file, known)
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    yield error('BOUNDS', file.filePath, `The bounds of ${file.filePath} cannot be read: ${messageOf(thrown)}.`)
  }
}

function* checkCounts(file: DataFile, known: KnownFields): Iterable<Finding> {
  const {filePath: path, recordCount: rows} = file
  const wrong = (id: number, problem: string) => error('COUNTS', path, `Column ${id} of ${path} is said to have ${problem}.`)
  for (const [id, values] of file.valueCounts ?? []) {
    const field = known.field(id)
    // Other formats do not count what is inside of a null; in Parquet every row has an entry in every column.
    if (field?.isTop && typeof field.type === 'string' && file.fileFormat === 'PARQUET' && values !== rows) {
      yield wrong(id, `${values} values in ${rows} rows`)
    }
    const nulls = file.nullValueCounts?.get(id) ?? 0
    const nans = file.nanValueCounts?.get(id) ?? 0
    if (nulls < 0 || nans < 0 || nulls + nans > values) yield wrong(id, `${nulls} nulls and ${nans} NaNs among ${values} values`)
  }
}

function* checkBounds(file: DataFile, known: KnownFields): Iterable<Finding> {
  for (const [id, bytes] of file.lowerBounds ?? []) {
    const type = known.field(id)?.type
    const upperBytes = file.upperBounds?.get(id)
    if (typeof type !== 'string' || type === 'unknown' || !upperBytes || isGeometric(type)) continue
    if (compareValues(type)(valueFromBytes(type, bytes), valueFromBytes(type, upperBytes)) > 0) {
      yield error('BOUNDS', file.filePath, `Column ${id} of ${file.filePath} has a lower bound above its upper bound.`)
    }
  }
}

/** Bounds of `geometry`, `geography` and `variant` are no values of these types. */
const isGeometric = (type: PrimitiveType) => /^(geometry|geography|variant)\b/.test(type)

/** Rows of another partition are not found by a scan that looks for them. */
function* checkPartitionBounds(file: DataFile, known: KnownFields): Iterable<Finding> {
  for (const [index, field] of (known.partition(file.specId) ?? []).entries()) {
    const value = file.partition[index] ?? null
    const {transform, sourceType, sourceId, type, name} = field
    if (value === null || Number.isNaN(value) || sourceType === 'unknown') continue
    if (!ORDERED.includes(transform.kind) || !canTransform(transform, sourceType)) continue
    const apply = bindTransform(transform, sourceType)
    const compare = compareValues(type)
    const beyond = (bytes: Uint8Array | undefined, sign: number) =>
      bytes !== undefined && sign * compare(apply(valueFromBytes(sourceType, bytes)) as PresentValue, value) > 0
    if (beyond(file.lowerBounds?.get(sourceId), 1) || beyond(file.upperBounds?.get(sourceId), -1)) {
      const what = `${file.filePath} is in a partition by ${name}, and the bounds of its column say that its rows are of another one`
      yield error('PARTITION_BOUNDS', file.filePath, `${what}.`)
    }
  }
}
