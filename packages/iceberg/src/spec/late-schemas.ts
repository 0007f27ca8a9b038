import {randomUUID} from 'node:crypto'
import {fieldListsOfSchemas, type Range} from './field-lists.js'

/** Parses the text of a part of the file. */
type Parse = (bytes: Uint8Array) => unknown

/**
 * Reads a metadata file whose schemas are many, and of which a command needs one or two: the `fields` of each schema are parsed when somebody asks
 * for them, and checked then. To everybody else they are what they would have been: copying, comparing and writing a schema asks for them.
 *
 * @param parse of JSON text in UTF-8
 * @param check throws when what was parsed late is no list of a schema's fields; `schema` has it in place already
 * @throws whatever `parse` throws, for all but the late parts
 */
export function parseWithLateSchemas(bytes: Uint8Array, parse: Parse, check: (schema: object, index: number) => void): unknown {
  const lists = fieldListsOfSchemas(bytes)
  // A list of fields is never a text, and nobody has written this one.
  const mark = randomUUID()
  const json = parse(withMarks(bytes, lists, mark))
  const {schemas} = (json ?? {}) as {readonly schemas?: unknown}
  const marked = (Array.isArray(schemas) ? schemas : []).flatMap((schema, index) => {
    const list = lists[markedList(schema, mark)]
    return list ? [{schema, list, index}] : []
  })
  // A key that stands twice hides what stands first.
  if (marked.length < lists.length) return parse(bytes)
  for (const {schema, list, index} of marked) parseLate(schema, list, {bytes, parse, check: () => check(schema, index)})
  return json
}

/** Whether a schema's fields have not been asked for yet. */
export const isLate = (schema: object): boolean => Object.getOwnPropertyDescriptor(schema, 'fields')?.get !== undefined

/** The file with a text in the place of each list, which tells which it is. */
function withMarks(bytes: Uint8Array, lists: readonly Range[], mark: string): Uint8Array {
  let from = 0
  const parts: Uint8Array[] = []
  for (const [index, {start, end}] of lists.entries()) {
    parts.push(bytes.subarray(from, start), Buffer.from(`"${mark} ${index}"`))
    from = end
  }
  return Buffer.concat([...parts, bytes.subarray(from)])
}

function markedList(schema: unknown, mark: string): number {
  const fields = typeof schema === 'object' && schema !== null && 'fields' in schema ? schema.fields : undefined
  return typeof fields === 'string' && fields.startsWith(mark) ? Number(fields.slice(mark.length)) : -1
}

interface Late {
  readonly bytes: Uint8Array
  readonly parse: Parse
  readonly check: () => void
}

function parseLate(schema: object, {start, end}: Range, {bytes, parse, check}: Late): void {
  const late = {enumerable: true, configurable: true}
  const get = () => {
    const value = parse(bytes.subarray(start, end))
    Object.defineProperty(schema, 'fields', {...late, writable: true, value})
    try {
      check()
    } catch (error) {
      Object.defineProperty(schema, 'fields', {...late, get})
      throw error
    }
    return value
  }
  Object.defineProperty(schema, 'fields', {...late, get})
}
