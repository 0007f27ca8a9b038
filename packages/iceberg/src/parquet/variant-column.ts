import {messageOf, unavailable} from '@phlo/core'
import {parseVariantMetadata} from '../variant/metadata.js'
import {variantToJson} from '../variant/to-json.js'
import type {Leaf, LeafValues, PhysicalValue} from './leaves.js'

/**
 * One of the two columns that a variant is stored in; other values as they are.
 *
 * @throws PhloError `VARIANT_CORRUPT` naming the column
 */
export function variantPart(values: LeafValues, part: 'metadata' | 'value' | undefined): LeafValues {
  if (!part) return values
  const own = (value: PhysicalValue): PhysicalValue => {
    if (value === null) return null
    const bytes = value as Uint8Array
    const {length} = orCorrupt(values.leaf, () => parseVariantMetadata(bytes))
    return part === 'metadata' ? bytes.subarray(0, length) : bytes.subarray(length)
  }
  return {...values, values: Array.from(values.values as ArrayLike<PhysicalValue>, own)}
}

/**
 * A value of a variant column as the bytes of its JSON.
 *
 * @throws PhloError `VARIANT_CORRUPT` naming the column
 */
export function variantJson(leaf: Leaf, value: PhysicalValue): Uint8Array | null {
  return value === null ? null : Buffer.from(orCorrupt(leaf, () => variantToJson(value as Uint8Array)))
}

function orCorrupt<T>({name}: Leaf, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw unavailable('VARIANT_CORRUPT', `Column ${name} has a damaged variant: ${messageOf(cause)}.`, {cause})
  }
}
