/** The part of JSON's source text access that TypeScript's library does not declare yet. */
interface JsonWithSource {
  parse(text: string, reviver: (this: unknown, key: string, value: unknown, context: {readonly source?: string}) => unknown): unknown
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}

const json = JSON as unknown as JsonWithSource

/** A number whose text a double would change (`1.0`, `0.10`, 30 digits), kept as it was written. */
export interface RawNumber {
  readonly rawJSON: string
}

/** Keys whose values are 64-bit ids, sequence numbers or row ids wherever Iceberg writes them: always bigint, however small. */
const BIGINT_KEYS: ReadonlySet<string> = new Set([
  'snapshot-id',
  'parent-snapshot-id',
  'current-snapshot-id',
  'last-sequence-number',
  'sequence-number',
  'first-row-id',
  'added-rows',
  'next-row-id',
])

/** Keys whose values are lists of such ids. */
const BIGINT_LIST_KEYS: ReadonlySet<string> = new Set(['snapshot-ids'])

/** In no other text would a reviver find something to do: digits beyond a double's, fractions, exponents, -0, the keys above (or escapes of them). */
const NEEDS_CARE = new RegExp(`\\d{16}|\\d[.eE]|-0|\\\\u|"(?:${[...BIGINT_KEYS, ...BIGINT_LIST_KEYS].join('|')})"`)

const INTEGER = /^-?(0|[1-9]\d*)$/

/**
 * Reads JSON without losing a digit: 64-bit ids are bigints by their key, other integers are numbers up to 2^53 and bigints
 * beyond, and a number that would be printed otherwise than it was written is a `RawNumber`.
 *
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseJson(text: string): unknown {
  if (!NEEDS_CARE.test(text)) return JSON.parse(text)
  return json.parse(text, (key, value, {source}) => {
    if (typeof value === 'number' && source !== undefined) return exactNumber(key, value, source)
    if (Array.isArray(value) && BIGINT_LIST_KEYS.has(key)) return value.map((id) => (Number.isSafeInteger(id) ? BigInt(id) : id))
    return value
  })
}

function exactNumber(key: string, value: number, source: string): number | bigint | RawNumber {
  if (String(value) === source && Number.isSafeInteger(value)) return BIGINT_KEYS.has(key) ? BigInt(value) : value
  if (INTEGER.test(source) && source !== '-0') return BigInt(source)
  return String(value) === source ? value : json.rawJSON(source)
}

/** Writes what `parseJson` reads: bigints as integers, raw numbers as they were, -0 with its sign. `indent` is a number of spaces. */
export function stringifyJson(value: unknown, indent?: number): string {
  const exact = (item: unknown) =>
    typeof item === 'bigint' ? json.rawJSON(item.toString()) : Object.is(item, -0) ? json.rawJSON('-0') : item
  return JSON.stringify(value, (_, item: unknown) => exact(item), indent)
}

/** True for a number that is kept as text. */
export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON(value)
}
