/** A value as JSON.stringify can write it: 64-bit integers become strings, maps objects, sets and iterables of their kind arrays. */
export function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Map) return toJson(Object.fromEntries(value))
  if (value instanceof Set) return toJson([...value])
  if ('toJSON' in value && typeof value.toJSON === 'function') return toJson(value.toJSON())
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]))
}

/** Prints the one document of `--json`. */
export function printDocument(document: unknown): void {
  process.stdout.write(`${JSON.stringify(toJson(document), null, 2)}\n`)
}
