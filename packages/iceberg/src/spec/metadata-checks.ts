import {ExitCode, PhloError} from '@phlo/core'
import {isRawNumber} from './json.js'

/** A JSON object on its way to being checked. */
export type JsonObject = {readonly [key: string]: unknown}

/** The error for metadata that does not hold what the specification says; it names the file and the field. */
export function corruptMetadata(path: string, problem: string, cause?: unknown): PhloError {
  return new PhloError(`Table metadata ${path} cannot be used: ${problem}.`, {code: 'METADATA_CORRUPT', exit: ExitCode.unavailable, cause})
}

/** Reads fields of one object of a metadata file; `where` is the object's place in it (`snapshots[3]`), empty at the top. */
export interface FieldReader {
  readonly object: JsonObject
  string(key: string): string
  optionalString(key: string): string | undefined
  int(key: string): number
  optionalInt(key: string): number | undefined
  bigint(key: string): bigint
  optionalBigint(key: string): bigint | undefined
  boolean(key: string): boolean
  /** The objects of a list; an absent or null list is empty. */
  list(key: string): readonly FieldReader[]
  has(key: string): boolean
  fail(key: string, problem: string): never
}

/** The reader of an object; throws `METADATA_CORRUPT` when it is none, as every method does for a field of the wrong kind. */
export function fieldReader(value: unknown, where: string, path: string): FieldReader {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isRawNumber(value)) {
    throw corruptMetadata(path, where === '' ? 'it is not a JSON object' : `${where} is not an object`)
  }
  const object = value as JsonObject
  const at = (key: string) => (where === '' ? key : `${where}.${key}`)
  const fail = (key: string, problem: string): never => {
    throw corruptMetadata(path, `${at(key)} ${problem}`)
  }
  const has = (key: string) => object[key] !== undefined && object[key] !== null
  const required = <T>(key: string, read: (key: string) => T | undefined): T => read(key) ?? fail(key, 'is missing')
  const optional =
    <T>(kind: string, matches: (field: unknown) => field is T) =>
    (key: string): T | undefined => {
      if (!has(key)) return undefined
      const field = object[key]
      return matches(field) ? field : fail(key, `is not ${kind}`)
    }
  const optionalString = optional('a string', (field) => typeof field === 'string')
  const optionalInt = optional('an integer', (field): field is number => Number.isSafeInteger(field))
  const optionalBigint = optional('a 64-bit integer', (field): field is bigint => typeof field === 'bigint' && isInt64(field))
  const optionalBoolean = optional('true or false', (field) => typeof field === 'boolean')
  return {
    object,
    optionalString,
    optionalInt,
    optionalBigint,
    string: (key) => required(key, optionalString),
    int: (key) => required(key, optionalInt),
    bigint: (key) => required(key, optionalBigint),
    boolean: (key) => required(key, optionalBoolean),
    list(key) {
      if (!has(key)) return []
      const items = object[key]
      if (!Array.isArray(items)) return fail(key, 'is not a list')
      return items.map((item, index) => fieldReader(item, `${at(key)}[${index}]`, path))
    },
    has,
    fail,
  }
}

const isInt64 = (value: bigint) => BigInt.asIntN(64, value) === value

/** Checks that a field, when it is there, maps strings to strings. */
export function checkStringMap(reader: FieldReader, key: string): void {
  if (!reader.has(key)) return
  const map = reader.object[key]
  if (typeof map !== 'object' || map === null || Array.isArray(map)) reader.fail(key, 'is not an object')
  for (const [name, value] of Object.entries(map as JsonObject)) {
    if (typeof value !== 'string') reader.fail(key, `has a value that is not a string, at ${JSON.stringify(name)}`)
  }
}

/** Checks that no two items of a list have the same value at a key. */
export function checkUnique(reader: FieldReader, listKey: string, ids: readonly (number | bigint | undefined)[]): void {
  const seen = new Set<number | bigint>()
  for (const id of ids) {
    if (id === undefined) continue
    if (seen.has(id)) reader.fail(listKey, `has ${id} twice`)
    seen.add(id)
  }
}
