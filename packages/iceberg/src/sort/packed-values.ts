import type {Leaf, LeafValues, PhysicalValue} from '../parquet/leaves.js'

/**
 * Byte values of one leaf in a single buffer. An object for each of them, as `LeafValues` has it, takes some hundred bytes besides
 * its own: with strings of ten bytes a sort would hold a tenth of the rows.
 */
export interface PackedValues {
  readonly leaf: Leaf
  readonly bytes: Uint8Array
  /** Where each value ends; a null takes no room. */
  readonly ends: Uint32Array
  /** Which value an entry has; undefined when the values are the entries. */
  readonly codes: Uint32Array | undefined
  /** One for each entry; undefined when every entry is at the leaf's maximum. */
  readonly definitionLevels: Uint8Array | undefined
  readonly repetitionLevels: Uint8Array | undefined
  readonly rows: number
}

const SAMPLE = 1024

/** Packs values of which all are bytes or null. Those of a dictionary, which are the same objects again and again, stay shared. */
export function packValues({leaf, values, definitionLevels, repetitionLevels, rows}: LeafValues): PackedValues {
  const all = values as readonly (Uint8Array | null)[]
  if (!isShared(all)) return {leaf, ...joined(all), codes: undefined, definitionLevels, repetitionLevels, rows}
  const known = new Map<Uint8Array | null, number>()
  const codes = new Uint32Array(all.length)
  for (let at = 0; at < all.length; at++) {
    const value = all[at] as Uint8Array | null
    let code = known.get(value)
    if (code === undefined) {
      code = known.size
      known.set(value, code)
    }
    codes[at] = code
  }
  return {leaf, ...joined([...known.keys()]), codes, definitionLevels, repetitionLevels, rows}
}

/** True when, of a sample, fewer than half are different objects. */
function isShared(values: readonly (Uint8Array | null)[]): boolean {
  const step = Math.max(1, Math.floor(values.length / SAMPLE))
  const seen = new Set<Uint8Array | null>()
  let sampled = 0
  for (let at = 0; at < values.length; at += step, sampled++) seen.add(values[at] as Uint8Array | null)
  return 2 * seen.size < sampled
}

function joined(values: readonly (Uint8Array | null)[]): Pick<PackedValues, 'bytes' | 'ends'> {
  const ends = new Uint32Array(values.length)
  const bytes = new Uint8Array(values.reduce((sum, value) => sum + (value?.length ?? 0), 0))
  let end = 0
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (value) {
      bytes.set(value, end)
      end += value.length
    }
    ends[at] = end
  }
  return {bytes, ends}
}

/** The values of the entries at these places, in this order, or of all; their bytes are not copied. */
export function viewsOf({leaf, bytes, ends, codes, definitionLevels}: PackedValues, entries?: Uint32Array): PhysicalValue[] {
  const shared: Uint8Array[] = []
  const view = (value: number) => bytes.subarray(startOf(ends, value), ends[value])
  const values = new Array<PhysicalValue>(entries?.length ?? codes?.length ?? ends.length)
  for (let at = 0; at < values.length; at++) {
    const entry = entries ? (entries[at] as number) : at
    if (definitionLevels && (definitionLevels[entry] as number) < leaf.maxDefinitionLevel) values[at] = null
    else if (!codes) values[at] = view(entry)
    else {
      const code = codes[entry] as number
      shared[code] ??= view(code)
      values[at] = shared[code]
    }
  }
  return values
}

const startOf = (ends: Uint32Array, value: number) => (value === 0 ? 0 : (ends[value - 1] as number))

/** Packed values one after the other. */
export function joinPacked(parts: readonly PackedValues[]): Pick<PackedValues, 'bytes' | 'ends' | 'codes'> {
  const sum = (of: (part: PackedValues) => number) => parts.reduce((total, part) => total + of(part), 0)
  const bytes = new Uint8Array(sum((part) => part.bytes.length))
  const ends = new Uint32Array(sum((part) => part.ends.length))
  const codes = parts.some((part) => part.codes) ? new Uint32Array(sum(entryCount)) : undefined
  let [end, value, entry] = [0, 0, 0]
  for (const part of parts) {
    bytes.set(part.bytes, end)
    for (let at = 0; at < part.ends.length; at++) ends[value + at] = end + (part.ends[at] as number)
    if (codes) for (let at = 0; at < entryCount(part); at++) codes[entry + at] = value + (part.codes ? (part.codes[at] as number) : at)
    end += part.bytes.length
    value += part.ends.length
    entry += entryCount(part)
  }
  return {bytes, ends, codes}
}

export const entryCount = ({codes, ends}: PackedValues) => codes?.length ?? ends.length

/** The values of the entries at these places, in this order. */
export function takePacked({bytes, ends, codes}: PackedValues, entries: Uint32Array): Pick<PackedValues, 'bytes' | 'ends' | 'codes'> {
  if (codes && ends.length <= entries.length) {
    const own = new Uint32Array(entries.length)
    for (let at = 0; at < entries.length; at++) own[at] = codes[entries[at] as number] as number
    return {bytes, ends, codes: own}
  }
  const newEnds = new Uint32Array(entries.length)
  let total = 0
  for (let at = 0; at < entries.length; at++) {
    const value = codes ? (codes[entries[at] as number] as number) : (entries[at] as number)
    total += (ends[value] as number) - startOf(ends, value)
    newEnds[at] = total
  }
  const taken = new Uint8Array(total)
  for (let at = 0; at < entries.length; at++) {
    const value = codes ? (codes[entries[at] as number] as number) : (entries[at] as number)
    let to = startOf(newEnds, at)
    for (let from = startOf(ends, value); from < (ends[value] as number); from++) taken[to++] = bytes[from] as number
  }
  return {bytes: taken, ends: newEnds, codes: undefined}
}
