import {uniqueNames} from '../unique-names.js'

/** A name of Avro (specification, "Names"), which is ASCII. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

const hex = (character: string) => `_x${Array.from(character, (one) => one.codePointAt(0)?.toString(16).toUpperCase()).join('')}`

/** A name as Iceberg's Java library makes it fit for Avro: what cannot stay becomes `_x` and its number in hexadecimal digits. */
export function sanitized(name: string): string {
  if (NAME.test(name)) return name
  const [first = '', ...rest] = name
  const start = /[A-Za-z_]/.test(first) ? first : /[0-9]/.test(first) ? `_${first}` : hex(first)
  return start + rest.map((character) => (/[A-Za-z0-9_]/.test(character) ? character : hex(character))).join('')
}

/** Names of the fields of a record. */
export const fieldNames = (names: readonly string[]) => uniqueNames(names, {clean: sanitized, fallback: '_'})

/** What types inside a record, or Avro itself, are called. */
const TAKEN =
  /^(null|boolean|int|long|float|double|bytes|string|record|error|enum|array|map|fixed|r\d+|k\d+_v\d+|fixed_\d+|decimal_\d+_\d+|uuid_fixed)$/

/** The name of a record and its namespace, for the parts of a table's name. */
export function recordName(parts: readonly string[]): {readonly name: string; readonly namespace?: string} {
  const cleaned = parts.map(sanitized)
  const own = cleaned.at(-1) ?? '_'
  const name = TAKEN.test(own) ? `${own}_` : own
  return {name, ...(cleaned.length > 1 && {namespace: cleaned.slice(0, -1).join('.')})}
}
