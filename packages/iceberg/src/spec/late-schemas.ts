import {randomUUID} from 'node:crypto'
import {fieldListsOfSchemas, type Range} from './field-lists.js'

/** How to read a text with the metadata of a table in it. */
export interface LateReading {
  /** Of JSON text in UTF-8. */
  readonly parse: (bytes: Uint8Array) => unknown
  /** The key of the metadata in the text; undefined when the text is nothing else. */
  readonly key?: string
  /** Throws when what was parsed late is no list of a schema's fields; `schema` has it in place already. */
  readonly check: (schema: object, index: number) => void
}

/**
 * Reads metadata whose schemas are many, and of which a command needs one or two: the `fields` of each schema are parsed when somebody asks
 * for them, and checked then. To everybody else they are what they would have been: copying, comparing and writing a schema asks for them.
 *
 * @param bytes text in UTF-8
 * @throws whatever `parse` throws, for all but the late parts
 */
export function parseWithLateSchemas(bytes: Uint8Array, reading: LateReading): unknown {
  const {parse, key, check} = reading
  const lists = fieldListsOfSchemas(bytes, key === undefined ? 1 : 2)
  // A list of fields is never a text, and nobody has written this one.
  const mark = randomUUID()
  const json = parse(withMarks(bytes, lists, mark))
  const metadata = key === undefined ? json : valueOf(json, key)
  const schemas = valueOf(metadata, 'schemas')
  const marked = (Array.isArray(schemas) ? schemas : []).flatMap((schema, index) => {
    const list = lists[markedList(schema, mark)]
    return list ? [{schema, list, index}] : []
  })
  // A key that stands twice hides what stands first, and one of that name may be somewhere else.
  if (marked.length < lists.length) return parse(bytes)
  for (const {schema, list, index} of marked) {
    parseLate(schema, {parse: () => parse(bytes.subarray(list.start, list.end)), check: () => check(schema, index)})
  }
  return json
}

/** Whether a schema's fields have not been asked for yet. */
export const isLate = (schema: object): boolean => Object.getOwnPropertyDescriptor(schema, 'fields')?.get !== undefined

const valueOf = (json: unknown, key: string): unknown =>
  typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>)[key] : undefined

/** The text with another in the place of each list, which tells which it is. */
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
  const fields = valueOf(schema, 'fields')
  return typeof fields === 'string' && fields.startsWith(mark) ? Number(fields.slice(mark.length)) : -1
}

function parseLate(schema: object, {parse, check}: {readonly parse: () => unknown; readonly check: () => void}): void {
  const late = {enumerable: true, configurable: true}
  const get = () => {
    const value = parse()
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
