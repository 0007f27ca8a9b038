import {usage} from '@phlo/core'
import {leavesOf} from '../parquet/leaves.js'
import {currentSchema, partitionSpecById} from '../spec/current.js'
import {partitionFields, schemasCurrentFirst} from '../spec/partition-spec.js'
import {baseType} from '../spec/primitive-types.js'
import {fieldsById, findField} from '../spec/schema.js'
import {formatSortField, parseSortOrder} from '../spec/sort-order.js'
import type {SortField, TableMetadata} from '../spec/table-metadata.js'
import {parseTermList} from '../spec/term-text.js'
import {parseTransform} from '../spec/transforms.js'
import type {Schema} from '../spec/types.js'

/** By which order rows are to be sorted, as it stands in a plan: columns are field ids, so that a renamed one stays the same. */
export type RowOrder =
  | {readonly kind: 'sort'; readonly text: string; readonly fields: readonly SortField[]}
  | {
      readonly kind: 'zorder'
      readonly text: string
      /** Field ids. */
      readonly columns: readonly number[]
      /** Bytes that a string, binary, fixed or uuid column gives to the z-value. */
      readonly varLength: number
      /** Names of columns that were left out: identity partition columns have one value in each group. */
      readonly constant: readonly string[]
    }

export interface RowOrderOptions {
  /** Terms as Spark writes them, `zorder(a, b)`, or `table` for the table's own default order. */
  readonly sort?: string | null
  /** Names of columns. */
  readonly zorder?: readonly string[] | null
  readonly zorderVarLength: number
}

const CODE = 'INVALID_SORT_ORDER'
const ZORDER = /^zorder\s*\((.*)\)$/is
/** What has no order of values: the last has no values. */
const UNORDERED = ['variant', 'geometry', 'geography', 'unknown']

/**
 * Reads what a rewrite was asked to sort by; null when it was not.
 *
 * @param specId the partition spec of the files that come out
 * @throws PhloError `INVALID_SORT_ORDER` (exit 2) naming the term, the column or the type that does not fit; `TABLE_UNSORTED`
 */
export function rowOrder({sort, zorder, zorderVarLength}: RowOrderOptions, metadata: TableMetadata, specId: number): RowOrder | null {
  const hasSort = sort !== undefined && sort !== null
  if (hasSort && zorder) throw usage(CODE, 'Rows are sorted either by an order or along a z-curve: give sort or zorder, not both.')
  if (zorder) return zOrder(zorder, zorderVarLength, metadata, specId)
  if (!hasSort) return null
  const text = sort.trim()
  if (text.toLowerCase() === 'table') return tableOrder(metadata)
  const columns = ZORDER.exec(text)?.[1]
  if (columns === undefined) return sortOrder(text, currentSchema(metadata))
  const terms = parseTermList(columns, CODE)
  const odd = terms.find(({transform, suffix}) => transform !== 'identity' || suffix !== '')
  if (odd) throw usage(CODE, `${JSON.stringify(text)} has more than the name of column ${odd.column} within zorder(…).`)
  return zOrder(
    terms.map(({column}) => column),
    zorderVarLength,
    metadata,
    specId,
  )
}

function sortOrder(text: string, schema: Schema): RowOrder {
  if (/(^|,)\s*zorder\s*\(/i.test(text))
    throw usage(CODE, `${JSON.stringify(text)} mixes zorder(…) with other terms; it has to stand alone.`)
  const {fields} = parseSortOrder(text, schema)
  if (fields.length === 0) throw usage(CODE, 'The sort order names no column.', ['--sort "event_time DESC NULLS LAST, bucket(16, id)"'])
  return checked(fields, schema)
}

function tableOrder(metadata: TableMetadata): RowOrder {
  const order = metadata['sort-orders'].find((one) => one['order-id'] === metadata['default-sort-order-id'])
  if (!order || order.fields.length === 0) {
    throw usage('TABLE_UNSORTED', 'The table has no sort order of its own to sort by.', [
      '--sort "<column> [ASC|DESC] [NULLS FIRST|LAST], …"',
    ])
  }
  return checked(order.fields, currentSchema(metadata))
}

/** Makes sure that every field has a column with one value a row. */
function checked(fields: readonly SortField[], schema: Schema): RowOrder {
  for (const field of fields) {
    const leaf = sortable(field['source-id'], schema)
    if (parseTransform(field.transform).kind === 'unknown') {
      throw usage(CODE, `Transform ${field.transform} of column ${leaf.name} is not one that this version knows.`)
    }
  }
  return {kind: 'sort', text: fields.map((field) => formatSortField(schema, field)).join(', '), fields}
}

function zOrder(names: readonly string[], varLength: number, metadata: TableMetadata, specId: number): RowOrder {
  const schema = currentSchema(metadata)
  if (names.length === 0) throw usage(CODE, 'The z-order names no column.', ['--zorder country,event_time'])
  const leaves = names.map((name) => {
    const field = findField(schema, name)
    if (!field) throw usage(CODE, `There is no column ${name} in the schema.`)
    return sortable(field.id, schema)
  })
  const twice = leaves.find(({fieldId}, index) => leaves.findIndex((other) => other.fieldId === fieldId) !== index)
  if (twice) throw usage(CODE, `The z-order names column ${twice.name} twice.`)
  const constant = leaves.filter(({fieldId}) => identityColumns(metadata, specId).has(fieldId))
  const columns = leaves.filter((leaf) => !constant.includes(leaf))
  if (columns.length === 0) {
    throw usage(
      CODE,
      `Every column of the z-order is a partition column (${names.join(', ')}): within a partition there is nothing to order.`,
    )
  }
  return {
    kind: 'zorder',
    text: `zorder(${columns.map(({name}) => name).join(', ')})`,
    columns: columns.map(({fieldId}) => fieldId),
    varLength,
    constant: constant.map(({name}) => name),
  }
}

function identityColumns(metadata: TableMetadata, specId: number): ReadonlySet<number> {
  const fields = partitionFields(partitionSpecById(metadata, specId), schemasCurrentFirst(metadata))
  return new Set(fields.filter(({transform}) => transform.kind === 'identity').map(({sourceId}) => sourceId))
}

function sortable(fieldId: number, schema: Schema) {
  const leaf = leavesOf(schema).find((one) => one.fieldId === fieldId)
  if (!leaf) {
    const name = fieldsById(schema).get(fieldId)?.name
    throw usage(
      CODE,
      name === undefined ? `The schema has no column with the id ${fieldId}.` : `Column ${name} is not of a primitive type.`,
    )
  }
  if (leaf.maxRepetitionLevel > 0) throw usage(CODE, `Column ${leaf.name} is inside of a list or a map: a row has no single value of it.`)
  if (UNORDERED.includes(baseType(leaf.type))) throw usage(CODE, `Column ${leaf.name} is a ${leaf.type}, which has no order.`)
  return leaf
}

/** What tells an order from others, whatever its columns are called: the value by which a snapshot says how its files are sorted. */
export function orderKey(order: RowOrder): string {
  return order.kind === 'zorder' ? `zorder(${order.columns.join(', ')}) of ${order.varLength}` : order.fields.map(fieldKey).join(', ')
}

const fieldKey = (field: SortField) => `${field.transform}(${field['source-id']}) ${field.direction} ${field['null-order']}`

/** The table's sort orders that are this one, or that begin with it: files in such an order are in this one. Never for a z-order. */
export function satisfiedOrders(order: RowOrder, metadata: TableMetadata, how: 'exactly' | 'at least'): readonly number[] {
  if (order.kind === 'zorder') return []
  const wanted = order.fields.map(fieldKey)
  return metadata['sort-orders']
    .filter(({fields}) => (how === 'exactly' ? fields.length === wanted.length : fields.length >= wanted.length))
    .filter(({fields}) => wanted.every((key, index) => fields[index] && fieldKey(fields[index]) === key))
    .map((one) => one['order-id'])
}
