import {nearest} from '@phlo/core'
import {notReadable} from './unreadable.js'

/** What a part of a file says. */
export type Fields = Readonly<Record<string, unknown>>

/** Reads what is in one place of a file, each as what its language says that it is; null is as good as nothing. */
export interface Part {
  /** What messages call it: `sales.orders: column id`. */
  readonly place: string
  has(key: string): boolean
  text(key: string): string | undefined
  flag(key: string): boolean
  /** A whole number from 1 on; another means that nothing is said. */
  position(key: string): number | undefined
  /** The same of a map of keys and values; an empty one where there is none. */
  map(key: string): Fields
  list(key: string): readonly unknown[]
  /** As it is. */
  value(key: string): unknown
  fail(why: string): never
}

export const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A part of a file. One of its keys that is nearly one of `keys`, and none of them, is misspelt.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` when it is no map of keys and values
 */
export function partOf(value: unknown, place: string, source: string, keys: readonly string[] = []): Part {
  const fail = (why: string): never => {
    throw notReadable(source, `${place}${why}`)
  }
  if (!isMap(value)) return fail(' is not a map of keys and values')
  for (const key of Object.keys(value)) {
    const meant = keys.length === 0 || keys.includes(key) ? undefined : nearest(key, keys)
    if (meant !== undefined) fail(` has the key ${JSON.stringify(key)}, which means nothing there (did you mean ${meant}?)`)
  }
  const read = (key: string) => (Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined)
  const list = (key: string) => {
    const found = read(key) ?? []
    return Array.isArray(found) ? (found as readonly unknown[]) : fail(`: ${key} is not a list`)
  }
  return {
    place,
    has: (key) => read(key) !== undefined,
    text(key) {
      const found = read(key)
      return found === undefined || typeof found === 'string' ? found : fail(`: ${key} is not a text`)
    },
    flag(key) {
      const found = read(key) ?? false
      return typeof found === 'boolean' ? found : fail(`: ${key} is neither true nor false`)
    },
    position(key) {
      const found = read(key)
      return typeof found === 'bigint' && found > 0n && found < 2n ** 31n ? Number(found) : undefined
    },
    map(key) {
      const found = read(key) ?? {}
      return isMap(found) ? found : fail(`: ${key} is not a map of keys and values`)
    },
    list,
    value: read,
    fail,
  }
}
