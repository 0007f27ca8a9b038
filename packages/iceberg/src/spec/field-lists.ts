/** Bytes of a file, from `start` up to `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const OBJECT = 0x7b
const OBJECT_END = 0x7d
const LIST = 0x5b
const LIST_END = 0x5d
const FIELDS = Buffer.from('"fields"')
const SCHEMAS = Buffer.from('"schemas"')

/**
 * Where the lists `schemas[…].fields` of a table's metadata stand, in the order of the text, found without parsing what is in them. Of text that is
 * not JSON some or none; a key that is written with escapes is passed over.
 *
 * @param bytes text in UTF-8
 * @param depthOfSchemas how many objects `schemas` is within: 1 in a metadata file
 */
export function fieldListsOfSchemas(bytes: Uint8Array, depthOfSchemas: number): readonly Range[] {
  const depthOfFields = depthOfSchemas + 2
  const found: Range[] = []
  let depth = 0
  let isInSchemas = false
  let at = 0
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      const end = afterText(bytes, at)
      const isKnown = depth === (isInSchemas ? depthOfFields : depthOfSchemas)
      const list = isKnown ? listOfKey(bytes, at, end, isInSchemas ? FIELDS : SCHEMAS) : undefined
      at = list ?? end
      if (list === undefined) continue
      if (isInSchemas) {
        at = afterList(bytes, list)
        found.push({start: list, end: at})
      }
      isInSchemas = true
      continue
    }
    if (byte === LIST || byte === OBJECT) depth++
    else if (byte === LIST_END || byte === OBJECT_END) {
      depth--
      if (depth === depthOfSchemas) isInSchemas = false
    }
    at++
  }
  return found
}

/** Where the list begins that is the value of this key; undefined when it is another key, or its value no list. */
function listOfKey(bytes: Uint8Array, start: number, end: number, key: Uint8Array): number | undefined {
  if (end - start !== key.length) return undefined
  for (let index = 0; index < key.length; index++) if (bytes[start + index] !== key[index]) return undefined
  const colon = afterSpace(bytes, end)
  if (bytes[colon] !== COLON) return undefined
  const value = afterSpace(bytes, colon + 1)
  return bytes[value] === LIST ? value : undefined
}

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++
  return at
}

/** The end of a text that begins with a quote here. */
function afterText(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at + 1
}

/** The end of a list that begins here: nearly all of a large file is looked at in this loop. */
function afterList(bytes: Uint8Array, start: number): number {
  let depth = 0
  let at = start
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at = afterText(bytes, at)
      continue
    }
    if (byte === LIST || byte === OBJECT) depth++
    else if (byte === LIST_END || byte === OBJECT_END) depth--
    at++
    if (depth === 0) return at
  }
  return at
}
