import type {Leaf, LeafValues, PhysicalValue, PhysicalValues} from './leaves.js'

/** The values of rows `from` up to, not including, `to`. */
export function sliceRows(values: LeafValues, from: number, to: number): LeafValues {
  if (from === 0 && to === values.rows) return values
  const [begin, end] = values.repetitionLevels ? [entryOf(values.repetitionLevels, from), entryOf(values.repetitionLevels, to)] : [from, to]
  return {
    leaf: values.leaf,
    values: values.values.slice(begin, end),
    definitionLevels: values.definitionLevels?.subarray(begin, end),
    repetitionLevels: values.repetitionLevels?.subarray(begin, end),
    rows: to - from,
  }
}

/** Where a row begins among the entries of a repeated column: at the n-th repetition level 0. */
function entryOf(repetitionLevels: Uint8Array, row: number): number {
  let seen = 0
  for (let at = 0; at < repetitionLevels.length; at++) {
    if (repetitionLevels[at] === 0 && seen++ === row) return at
  }
  return repetitionLevels.length
}

/** The values of several parts of a column one after the other; levels appear where any part has them. */
export function concatenate(parts: readonly LeafValues[]): LeafValues {
  const [first] = parts
  if (!first || parts.length === 1) return first as LeafValues
  const total = parts.reduce((sum, {values}) => sum + values.length, 0)
  return {
    leaf: first.leaf,
    values: joined(
      parts.map(({values}) => values),
      total,
    ),
    ...joinLevels(parts.map((part) => ({...part, entries: part.values.length}))),
  }
}

/** The levels of several parts of a column, which have so many entries; they appear where any part has them. */
export function joinLevels(parts: readonly Levels[]): Required<Pick<LeafValues, 'definitionLevels' | 'repetitionLevels' | 'rows'>> {
  const leaf = parts[0]?.leaf as Leaf
  const hasDefinition = parts.some(({definitionLevels}) => definitionLevels !== undefined)
  return {
    definitionLevels: hasDefinition ? levels(parts, ({definitionLevels}) => definitionLevels, leaf.maxDefinitionLevel) : undefined,
    repetitionLevels: leaf.maxRepetitionLevel > 0 ? levels(parts, ({repetitionLevels}) => repetitionLevels, 0) : undefined,
    rows: parts.reduce((sum, {rows}) => sum + rows, 0),
  }
}

function joined(parts: readonly PhysicalValues[], total: number): PhysicalValues {
  const [first] = parts
  const typed = !Array.isArray(first) && parts.every((part) => part.constructor === first?.constructor)
  if (typed && first) {
    const all = new (first.constructor as Float64ArrayConstructor)(total)
    let at = 0
    for (const part of parts) {
      all.set(part as unknown as Float64Array, at)
      at += part.length
    }
    return all
  }
  const all = new Array<PhysicalValue>(total)
  let at = 0
  for (const part of parts) for (const value of part as Iterable<PhysicalValue>) all[at++] = value
  return all
}

type Levels = Omit<LeafValues, 'values'> & {readonly entries: number}

function levels(parts: readonly Levels[], of: (part: Levels) => Uint8Array | undefined, absent: number): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, {entries}) => sum + entries, 0))
  let at = 0
  for (const part of parts) {
    const own = of(part)
    if (own) all.set(own, at)
    else all.fill(absent, at, at + part.entries)
    at += part.entries
  }
  return all
}

/** The values of some rows, by their indexes in ascending order. */
export function selectRows(values: LeafValues, rows: Uint32Array): LeafValues {
  if (rows.length === values.rows) return values
  return takeEntries(values, values.repetitionLevels ? entriesOfRows(values.repetitionLevels, rows) : rows, rows.length)
}

/** The entries at these places, in this order, which have to be those of so many whole rows. */
export function takeEntries(values: LeafValues, entries: Uint32Array, rows: number): LeafValues {
  return {
    leaf: values.leaf,
    values: pick(values.values, entries),
    definitionLevels: values.definitionLevels && takeLevels(values.definitionLevels, entries),
    repetitionLevels: values.repetitionLevels && takeLevels(values.repetitionLevels, entries),
    rows,
  }
}

function pick(values: PhysicalValues, entries: Uint32Array): PhysicalValues {
  if (Array.isArray(values)) {
    const picked = new Array<PhysicalValue>(entries.length)
    for (let at = 0; at < entries.length; at++) picked[at] = values[entries[at] as number] as PhysicalValue
    return picked
  }
  const picked = new (values.constructor as Float64ArrayConstructor)(entries.length)
  for (let at = 0; at < entries.length; at++) picked[at] = values[entries[at] as number] as number
  return picked
}

/** The levels of the entries at these places. */
export function takeLevels(levels: Uint8Array, entries: Uint32Array): Uint8Array {
  const picked = new Uint8Array(entries.length)
  for (let at = 0; at < entries.length; at++) picked[at] = levels[entries[at] as number] as number
  return picked
}

function entriesOfRows(repetitionLevels: Uint8Array, rows: Uint32Array): Uint32Array {
  const entries: number[] = []
  let row = -1
  let next = 0
  for (let at = 0; at < repetitionLevels.length; at++) {
    if (repetitionLevels[at] === 0) row += 1
    while (next < rows.length && (rows[next] as number) < row) next += 1
    if (rows[next] === row) entries.push(at)
  }
  return Uint32Array.from(entries)
}
