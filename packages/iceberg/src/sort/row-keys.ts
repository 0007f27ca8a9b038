import type {Leaf, PhysicalValue, PhysicalValues} from '../parquet/leaves.js'
import {toPhysical, toValue} from '../parquet/physical.js'
import type {LeafReader} from '../parquet/read-leaves.js'
import type {SortField} from '../spec/table-metadata.js'
import {bindTransform, parseTransform, resultType} from '../spec/transforms.js'
import type {PrimitiveType} from '../spec/types.js'
import {type OrderedBytes, orderedBytes} from './ordered-bytes.js'
import type {RowOrder} from './row-order.js'
import {type KeyPart, type SortKeys, sortKeys} from './sort-keys.js'
import {zPart} from './z-value.js'

/** Makes the keys of rows. */
export type RowKeys = (read: LeafReader, rows: number) => SortKeys

/**
 * Binds an order to the leaves of a schema.
 *
 * @throws RangeError when a column of the order is not among the leaves
 */
export function rowKeys(order: RowOrder, leaves: readonly Leaf[]): RowKeys {
  const leafOf = (id: number): Leaf => {
    const leaf = leaves.find(({fieldId}) => fieldId === id)
    if (!leaf) throw new RangeError(`there is no column with the id ${id}`)
    return leaf
  }
  if (order.kind === 'zorder') {
    const columns = order.columns.map(leafOf)
    return (read, rows) => sortKeys([zPart(columns.map(read), order.varLength)], rows)
  }
  const parts = order.fields
    .filter(({transform}) => parseTransform(transform).kind !== 'void')
    .map((field) => bindField(field, leafOf(field['source-id'])))
  return (read, rows) =>
    sortKeys(
      parts.map((part) => part(read)),
      rows,
    )
}

function bindField(field: SortField, leaf: Leaf): (read: LeafReader) => KeyPart {
  const transform = parseTransform(field.transform)
  // Hours after the year 246,953 are more than an int holds.
  const type = transform.kind === 'hour' ? 'double' : resultType(transform, leaf.type)
  const apply = transform.kind === 'identity' ? undefined : transformer(field.transform, leaf.type, type)
  return (read) => {
    const {values} = read(leaf)
    return fieldPart(field, type, apply ? apply(values) : values)
  }
}

/** Physical values of what a transform makes of physical values. Neighbours often have the same value, which is transformed once. */
function transformer(transform: string, source: PrimitiveType, type: PrimitiveType): (values: PhysicalValues) => PhysicalValues {
  const bound = bindTransform(parseTransform(transform), source)
  const [meaning, physical] = [toValue(source), toPhysical(type)]
  return (values) => {
    const all = new Array<PhysicalValue>(values.length)
    let last: PhysicalValue | undefined
    let result: PhysicalValue = null
    for (let row = 0; row < all.length; row++) {
      const value = values[row] as PhysicalValue
      if (value !== last && value !== null) {
        last = value
        const transformed = bound(meaning(value))
        result = transformed === null ? null : physical(transformed)
      }
      all[row] = value === null ? null : result
    }
    return all
  }
}

/** A byte that puts nulls where they belong, then the value; downwards with its bits turned round. */
function fieldPart(field: SortField, type: PrimitiveType, values: PhysicalValues): KeyPart {
  const present: OrderedBytes = orderedBytes(type, values)
  const nullsFirst = field['null-order'] === 'nulls-first'
  const down = field.direction === 'desc'
  return {
    room: (row) => (values[row] === null ? 1 : 1 + present.room(row)),
    write(row, target, at) {
      const isNull = values[row] === null
      target[at] = isNull === nullsFirst ? 0 : 1
      if (isNull) return at + 1
      const end = present.write(row, target, at + 1)
      if (down) for (let byte = at + 1; byte < end; byte++) target[byte] = ~(target[byte] as number)
      return end
    },
  }
}
