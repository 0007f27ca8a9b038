import {type Cursor, takeBoolean, takeBytes, takeCount, takeDouble, takeFloat, takeInt, takeLong, takeText} from './cursor.js'
import type {FileField, FilePrimitive, FileRecord, FileType} from './file-type.js'
import type {PresentType} from './places.js'
import {branchOf, isEmptyType, skipper, takeBlockCount} from './skip-value.js'

/** A primitive value of Avro as JavaScript has it: longs are bigints, bytes and fixed are Buffers of their own memory. */
export type PlainValue = null | boolean | number | bigint | string | Buffer

type Take<T> = (cursor: Cursor) => T

const takeString: Take<string> = (cursor) => takeText(cursor, takeCount(cursor))

const takeBlob: Take<Buffer> = (cursor) => Buffer.from(takeBytes(cursor, takeCount(cursor)))

/** The reader of a field that counts something, however wide its writer made it. */
export function numberReader(type: PresentType): Take<number> {
  if (type.kind === 'primitive' && (type.type === 'int' || type.type === 'long')) return takeCount
  throw mistyped(type, 'a number')
}

/** The reader of a field that holds a 64-bit id. */
export function idReader(type: PresentType): Take<bigint> {
  if (type.kind === 'primitive' && (type.type === 'int' || type.type === 'long')) return takeLong
  throw mistyped(type, 'a number')
}

export function textReader(type: PresentType): Take<string> {
  if (type.kind === 'primitive' && type.type === 'string') return takeString
  if (type.kind === 'primitive' && type.type === 'enum') return plainReader(type) as Take<string>
  throw mistyped(type, 'text')
}

export function blobReader(type: PresentType): Take<Buffer> {
  if (type.kind === 'primitive' && (type.type === 'bytes' || type.type === 'fixed')) return plainReader(type) as Take<Buffer>
  throw mistyped(type, 'bytes')
}

/** The reader of a list whose elements are never null. */
export function listReader<T>(element: (type: PresentType) => Take<T>): (type: PresentType) => Take<readonly T[]> {
  return (type) => {
    const [entry] = type.kind === 'repeated' ? type.entries : []
    if (type.kind !== 'repeated' || !entry || type.entries.length !== 1) throw mistyped(type, 'a list')
    const take = presentReader(entry.type, element)
    return (cursor) => {
      const elements: T[] = []
      repeat(cursor, type.entries, () => elements.push(take(cursor)))
      return elements
    }
  }
}

/** The reader of a map whose keys are field ids, which some writers made text of, and whose values are never null. */
export function byFieldIdReader<T>(value: (type: PresentType) => Take<T>): (type: PresentType) => Take<ReadonlyMap<number, T>> {
  return (type) => {
    const [key, entry] = type.kind === 'repeated' ? type.entries : []
    if (type.kind !== 'repeated' || !key || !entry) throw mistyped(type, 'a map')
    const takeKey = presentReader(key.type, (stored): Take<number> => {
      if (stored.kind !== 'primitive' || stored.type !== 'string') return numberReader(stored)
      return (cursor) => Number(takeString(cursor))
    })
    const take = presentReader(entry.type, value)
    return (cursor) => {
      const map = new Map<number, T>()
      repeat(cursor, type.entries, () => map.set(takeKey(cursor), take(cursor)))
      return map
    }
  }
}

/** Reads a record into an array: each field at the place that `placeOf` tells, -1 for one that nobody wants; null where there is none. */
export function tupleReader({fields}: FileRecord, size: number, placeOf: (field: FileField) => number): Take<PlainValue[]> {
  const steps = fields.map((field): ((cursor: Cursor, values: PlainValue[]) => void) => {
    const place = placeOf(field)
    if (place < 0) return skipper(field.type)
    const take = plainReader(field.type)
    return (cursor, values) => {
      values[place] = take(cursor)
    }
  })
  return (cursor) => {
    const values = new Array<PlainValue>(size).fill(null)
    for (const step of steps) step(cursor, values)
    return values
  }
}

/** The reader of a primitive value, or of a union of some. */
function plainReader(type: FileType): Take<PlainValue> {
  if (type.kind === 'union') {
    const branches = type.branches.map(plainReader)
    return (cursor) => branchOf(branches, cursor)(cursor)
  }
  if (type.kind !== 'primitive') throw mistyped(type, 'a primitive value')
  return primitiveReader(type)
}

function primitiveReader({type, size = 0, symbols = []}: FilePrimitive): Take<PlainValue> {
  switch (type) {
    case 'null':
      return () => null
    case 'boolean':
      return takeBoolean
    case 'int':
      return takeInt
    case 'long':
      return takeLong
    case 'float':
      return takeFloat
    case 'double':
      return takeDouble
    case 'bytes':
      return takeBlob
    case 'string':
      return takeString
    case 'fixed':
      return (cursor) => Buffer.from(takeBytes(cursor, size))
    case 'enum':
      return (cursor) => branchOf(symbols, cursor)
  }
}

/** For a place that may be a union with null, but has to hold a value. */
function presentReader<T>(type: FileType, reader: (type: PresentType) => Take<T>): Take<T> {
  if (type.kind !== 'union') return reader(type)
  const branches = type.branches.map((branch): Take<T> => {
    if (branch.kind === 'union') throw new RangeError('a union of its schema has a union in it')
    if (branch.kind !== 'primitive' || branch.type !== 'null') return reader(branch)
    return () => {
      throw new RangeError('a value of a list or map is null')
    }
  })
  return (cursor) => branchOf(branches, cursor)(cursor)
}

function repeat(cursor: Cursor, entries: readonly FileField[], read: () => unknown): void {
  const isEmpty = entries.every((entry) => isEmptyType(entry.type))
  for (let count = takeBlockCount(cursor, isEmpty); count !== 0; count = takeBlockCount(cursor, isEmpty)) {
    for (let element = 0; element < count; element++) read()
  }
}

function mistyped(type: PresentType, wanted: string): RangeError {
  return new RangeError(`a field that has to be ${wanted} is stored as ${type.kind === 'primitive' ? type.type : type.kind}`)
}
