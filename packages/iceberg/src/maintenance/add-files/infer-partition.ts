import {hasCode, type PhloError, refused, usage} from '@phlo/core'
import type {ColumnStatistics} from '../../parquet/footer-statistics.js'
import type {Leaf} from '../../parquet/leaves.js'
import {toValue} from '../../parquet/physical.js'
import {literalValue} from '../../scan/literal.js'
import {compareValues} from '../../spec/compare-values.js'
import {humanValue} from '../../spec/human-value.js'
import type {BoundPartitionField} from '../../spec/partition-spec.js'
import {allFields} from '../../spec/schema.js'
import {bindTransform} from '../../spec/transforms.js'
import type {Schema, Value} from '../../spec/types.js'
import type {Folders} from './hive-folders.js'

/** A column that a file has, and what its footer says of it. */
export type StatisticsOf = (fieldId: number) => {readonly leaf: Leaf; readonly statistics: ColumnStatistics} | undefined

export interface PartitionedBy {
  readonly path: string
  readonly folders: Folders
  readonly schema: Schema
  /** Of the table's default spec. */
  readonly fields: readonly BoundPartitionField[]
}

/**
 * What the folders of a file say of columns, by field id. Every folder has to be about a column of the table or a field of its
 * partition spec: what it says would be lost otherwise.
 *
 * @throws PhloError `COLUMN_NOT_IN_TABLE`, `INVALID_PARTITION_VALUE` (exit 2), `PARTITION_DIFFERS`, `FOLDER_NOT_PARTITIONED` (exit 6)
 */
export function valuesOfFolders({path, folders, schema, fields}: PartitionedBy, statisticsOf: StatisticsOf): ReadonlyMap<number, Value> {
  const columns = allFields(schema)
  const values = new Map<number, Value>()
  for (const [key, text] of folders.all) {
    const isSame = (name: string) => name === key || name.toLowerCase() === key.toLowerCase()
    const field = fields.find(({name}) => isSame(name))
    const column =
      columns.find(({name}) => name === key) ??
      (field?.transform.kind === 'identity' ? columns.find(({id}) => id === field.sourceId) : columns.find(({name}) => isSame(name)))
    if (!column || typeof column.type !== 'string') {
      if (field || !folders.own.has(key)) continue
      throw usage('COLUMN_NOT_IN_TABLE', `${path} lies in a folder ${key}=…, and ${key} is not a column of the table.`)
    }
    const value = text === null ? null : valueOf(path, key, text, column.name, column.type)
    const own = statisticsOf(column.id)
    const isPartition = fields.some(({sourceId, transform}) => sourceId === column.id && transform.kind === 'identity')
    if (own) assertAgrees(path, key, value, text, own)
    else if (!isPartition) {
      throw refused(
        'FOLDER_NOT_PARTITIONED',
        `${path} lies in a folder ${key}=${text ?? 'null'} and has no column ${column.name}, by which the table is not partitioned: the value would be lost.`,
      )
    }
    values.set(column.id, value)
  }
  return values
}

/**
 * The partition of a file: by its folders, else by the bounds of a column that leave only one possibility.
 *
 * @throws PhloError `PARTITION_NOT_INFERRED` (exit 6) naming file and field
 */
export function inferPartition(
  {path, folders, fields}: PartitionedBy,
  given: ReadonlyMap<number, Value>,
  statisticsOf: StatisticsOf,
): readonly Value[] {
  return fields.map((field) => {
    if (field.transform.kind === 'void') return null
    if (field.transform.kind === 'unknown') throw notInferred(path, field, `its transform ${field.transform.text} is not known`)
    const transform = bindTransform(field.transform, field.sourceType)
    const value = given.get(field.sourceId)
    const inferred = value !== undefined ? transform(value) : ofBounds(path, field, transform, statisticsOf(field.sourceId))
    const said = folders.own.get(field.name)
    const shown = humanValue(field.transform, field.type, inferred)
    if (field.transform.kind !== 'identity' && said !== undefined && (said ?? 'null') !== shown) {
      throw differs(path, field.name, said, `its values of ${field.name} are ${shown}`)
    }
    return inferred
  })
}

function ofBounds(path: string, field: BoundPartitionField, transform: (value: Value) => Value, column: ReturnType<StatisticsOf>): Value {
  if (!column) throw notInferred(path, field, 'the file lacks the column, and no folder names its value')
  const {leaf, statistics} = column
  const {nulls, values, metrics} = statistics
  if (leaf.maxRepetitionLevel > 0) throw notInferred(path, field, 'its column is inside of a list or map')
  if (nulls === undefined) throw notInferred(path, field, 'the footer does not say how many nulls the column has')
  if (nulls === values) return null
  if (nulls > 0) throw notInferred(path, field, `the column has ${nulls} nulls among ${values} values`)
  if (leaf.type === 'float' || leaf.type === 'double')
    throw notInferred(path, field, 'NaN may hide beside the bounds of a floating-point column')
  if (!metrics.bounded || metrics.lower === undefined || metrics.upper === undefined) {
    throw notInferred(path, field, 'the footer has no bounds of the column that can be trusted')
  }
  const value = toValue(leaf.type)
  const [lower, upper] = [value(metrics.lower), value(metrics.upper)]
  // A bucket says nothing of what lies between two values, whereas the other transforms keep the order.
  const isSame = compareValues(leaf.type)(lower, upper) === 0
  const [first, last] = [transform(lower), transform(upper)]
  if (isSame || (field.transform.kind !== 'bucket' && first !== null && last !== null && compareValues(field.type)(first, last) === 0))
    return first
  const shown = [first, last].map((bound) => humanValue(field.transform, field.type, bound))
  throw notInferred(
    path,
    field,
    shown[0] === shown[1] ? 'its column has several values' : `its values lie between ${shown[0]} and ${shown[1]}`,
  )
}

function valueOf(path: string, key: string, text: string, name: string, type: string): Value {
  if (/^(binary|fixed)/.test(type)) {
    // Hive, Spark and Iceberg each write bytes in a way of their own.
    throw usage(
      'INVALID_PARTITION_VALUE',
      `${path} lies in a folder ${key}=${text}; the value of a ${type} column cannot be told from text.`,
    )
  }
  try {
    return literalValue({kind: 'text', text}, {id: 0, name, type})
  } catch (error) {
    if (!hasCode(error, 'INVALID_PREDICATE')) throw error
    throw usage('INVALID_PARTITION_VALUE', `${path} lies in a folder ${key}=${text}, and ${text} is no ${type}, which column ${name} is.`)
  }
}

/** A file that has the column, too, must not contradict its folder as far as its footer tells. */
function assertAgrees(
  path: string,
  key: string,
  value: Value,
  text: string | null,
  {leaf, statistics}: NonNullable<ReturnType<StatisticsOf>>,
): void {
  const {nulls, values, metrics, isExact} = statistics
  if (value === null) {
    if (nulls !== undefined && nulls < values)
      throw differs(path, key, text, `${values - nulls} values of its column ${leaf.name} are not null`)
    return
  }
  if (nulls !== undefined && nulls > 0) throw differs(path, key, text, `its column ${leaf.name} has nulls`)
  if (!metrics.bounded || metrics.lower === undefined || metrics.upper === undefined) return
  const compare = compareValues(leaf.type)
  const [lower, upper] = [toValue(leaf.type)(metrics.lower), toValue(leaf.type)(metrics.upper)]
  const isOutside = compare(value, lower) < 0 || compare(value, upper) > 0
  if (isOutside || (isExact && compare(lower, upper) !== 0)) throw differs(path, key, text, `its column ${leaf.name} has other values`)
}

const differs = (path: string, key: string, text: string | null, what: string): PhloError =>
  refused('PARTITION_DIFFERS', `${path} lies in a folder ${key}=${text ?? 'null'}, and ${what}.`)

const notInferred = (path: string, {name}: BoundPartitionField, why: string): PhloError =>
  refused('PARTITION_NOT_INFERRED', `The partition of ${path} is not clear: ${name} cannot be told, because ${why}.`, [
    'lay the files out in folders <column>=<value>, or append their rows with phlo table append',
  ])
