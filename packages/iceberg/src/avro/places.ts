import {type Cursor, takeInt} from './cursor.js'
import type {FileField, FileRecord, FileType} from './file-type.js'
import {skipper} from './skip-value.js'

/** A stored type that is not null. */
export type PresentType = Exclude<FileType, {kind: 'union'}>

/** Notes where some fields of a record are, and passes over everything else. */
export interface Walk {
  /** What the file stores for each of the fields that it has, apart from null, by id; undefined for one that is always null. */
  readonly types: ReadonlyMap<number, PresentType | undefined>
  /** Which of the places of a record is a field's. */
  readonly slots: ReadonlyMap<number, number>
  /** Places of a record. */
  readonly width: number
  /**
   * Moves over a record and writes the places of its fields, -1 for nulls, from `base` on.
   *
   * @throws RangeError for a record that is damaged
   */
  step(cursor: Cursor, places: Int32Array, base: number): void
}

/** Some records of a block, walked through: nothing of them is decoded before it is asked for. */
export interface Placed {
  readonly count: number
  readonly cursor: Cursor
  readonly places: Int32Array
  readonly width: number
}

/** Reads a field of a record; undefined when it is null or the file has no such field. */
export type Column<T> = (placed: Placed, row: number) => T | undefined

type Step = Walk['step']

/**
 * The walk over records of a file.
 *
 * @param idOf the field id, also where the file has none
 * @param within ids of records whose fields are wanted too
 * @throws RangeError for a wanted field with several types
 */
export function walkOf(
  record: FileRecord,
  wanted: ReadonlySet<number>,
  idOf: (field: FileField) => number | undefined,
  within: ReadonlySet<number> = new Set(),
): Walk {
  const slots = new Map<number, number>()
  const types = new Map<number, PresentType | undefined>()
  const stepOf = (field: FileField): Step => {
    const id = idOf(field)
    if (id === undefined || !(wanted.has(id) || within.has(id)) || types.has(id)) return skipper(field.type)
    const type = presentType(field)
    types.set(id, type)
    if (within.has(id)) return intoRecord(field, type)
    const slot = slots.size
    slots.set(id, slot)
    return noted(field.type, slot)
  }
  const intoRecord = (field: FileField, type: PresentType | undefined): Step => {
    if (type?.kind !== 'record') throw new RangeError(`its field ${field.name} is no record`)
    const step = inTurn(type.fields.map(stepOf))
    if (field.type.kind !== 'union') return step
    const present = field.type.branches.indexOf(type)
    return (cursor, places, base) => {
      if (takeInt(cursor) !== present) throw new RangeError(`${field.name} is null`)
      step(cursor, places, base)
    }
  }
  const step = inTurn(record.fields.map(stepOf))
  return {types, slots, width: slots.size, step}
}

function inTurn(steps: readonly Step[]): Step {
  return (cursor, places, base) => {
    for (const step of steps) step(cursor, places, base)
  }
}

const isNull = (type: FileType) => type.kind === 'primitive' && type.type === 'null'

function presentType({name, type}: FileField): PresentType | undefined {
  const present = (type.kind === 'union' ? type.branches : [type]).filter((branch) => !isNull(branch))
  const [only] = present
  if (present.length > 1 || only?.kind === 'union') throw new RangeError(`its field ${name} is a union of several types`)
  return only
}

function noted(type: FileType, slot: number): Step {
  if (type.kind !== 'union') {
    const skip = skipper(type)
    const isAbsent = isNull(type)
    return (cursor, places, base) => {
      places[base + slot] = isAbsent ? -1 : cursor.at
      skip(cursor)
    }
  }
  const branches = type.branches.map((branch) => ({isAbsent: isNull(branch), skip: skipper(branch)}))
  return (cursor, places, base) => {
    const branch = branches[takeInt(cursor)]
    if (!branch) throw new RangeError('a union has no such branch')
    places[base + slot] = branch.isAbsent ? -1 : cursor.at
    branch.skip(cursor)
  }
}

/**
 * Walks over the next records.
 *
 * @throws RangeError for records that are damaged
 */
export function placeRecords({width, step}: Walk, cursor: Cursor, count: number): Placed {
  const places = new Int32Array(count * width)
  for (let row = 0; row < count; row++) step(cursor, places, row * width)
  return {count, cursor: {bytes: cursor.bytes, at: 0}, places, width}
}

/** How a field of the walk's records is read. `reader` is given what the file stores for it. */
export function columnOf<T>({types, slots}: Walk, id: number, reader: (type: PresentType) => (cursor: Cursor) => T): Column<T> {
  const type = types.get(id)
  const slot = slots.get(id)
  if (!type || slot === undefined) return () => undefined
  const take = reader(type)
  return ({cursor, places, width}, row) => {
    const place = places[row * width + slot] as number
    if (place < 0) return undefined
    cursor.at = place
    return take(cursor)
  }
}

/** A column that every record has. It throws a RangeError of this message for one that has none. */
export function neededColumn<T>(column: Column<T>, message: string): (placed: Placed, row: number) => T {
  return (placed, row) => {
    const value = column(placed, row)
    if (value === undefined) throw new RangeError(message)
    return value
  }
}
