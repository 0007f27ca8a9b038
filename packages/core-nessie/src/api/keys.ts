import type {Key} from './types.js'

/** Since when keys in paths and queries may have any character (Nessie's specification 2.2.0). */
export const ESCAPED_KEYS = [2, 2, 0] as const

/** What stands for a dot of a name in paths and queries of older servers. */
const GROUP_SEPARATOR = '\u001d'

const ESCAPES: Readonly<Record<string, string>> = {'.': '*.', '*': '**', '/': '*{', '\\': '*}', '%': '*['}

/** A key as paths and queries have it, its levels joined by dots ("Key escaping", Nessie's specification 2.2.0). */
export function keyText(key: Key, isEscaped: boolean): string {
  if (!isEscaped) return oldKeyText(key)
  if (!key.some((level) => /[./\\%]/.test(level))) return key.join('.')
  return `.${key.map((level) => level.replace(/[.*/\\%]/g, (character) => ESCAPES[character] ?? character)).join('.')}`
}

/** The same before, and in filters always. */
export const oldKeyText = (key: Key) => key.map((level) => level.replaceAll('.', GROUP_SEPARATOR)).join('.')

/** A key as people read it. */
export const formatKey = (key: Key) => key.join('.')

/** For maps: no two keys have the same. */
export const keyId = (key: Key) => JSON.stringify(key)
