/** Fields by name, a `?` behind those that may be absent; a list has the shape of its elements. */
export type Shape = keyof typeof HOLDS | readonly [Shape] | {readonly [field: string]: Shape}

/** What the types of Thrift are in JavaScript. A member of an enumeration that is not known is undefined. */
const HOLDS = {bool: ['boolean'], i32: ['number'], i64: ['bigint'], double: ['number'], string: ['string'], enum: ['string', 'undefined']}

/**
 * Tells in which field a value that was read from Thrift has another type than it should, and undefined when it has the shape. Thrift
 * writes a type with each field, and its reader takes what it finds, also where a flipped bit made a count of a list.
 */
export function checkOf(shape: Shape): (value: unknown) => string | undefined {
  if (typeof shape === 'string') {
    const types = HOLDS[shape]
    return (value) => (types.includes(typeof value) ? undefined : `is no ${shape}`)
  }
  if (isList(shape)) {
    const check = checkOf(shape[0])
    return (value) => (Array.isArray(value) ? firstOf(value, check) : 'is no list')
  }
  const fields = Object.entries(shape).map(([key, own]) => ({
    name: key.replace('?', ''),
    isOptional: key.endsWith('?'),
    check: checkOf(own),
  }))
  return (value) => {
    if (typeof value !== 'object' || value === null) return 'is no struct'
    for (const {name, isOptional, check} of fields) {
      const own = (value as Record<string, unknown>)[name]
      const wrong = own === undefined && isOptional ? undefined : check(own)
      if (wrong !== undefined) return `${name} ${wrong}`
    }
    return undefined
  }
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}

function firstOf(values: readonly unknown[], check: (value: unknown) => string | undefined): string | undefined {
  for (const value of values) {
    const wrong = check(value)
    if (wrong !== undefined) return wrong
  }
  return undefined
}
