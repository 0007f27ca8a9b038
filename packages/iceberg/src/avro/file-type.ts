import type {NameMapping} from '../parquet/name-mapping.js'
import type {AvroObject, AvroSchema} from './avro-schema.js'

/** What an Avro file stores in one place, its field ids resolved. */
export type FileType = FilePrimitive | FileUnion | FileRecord | FileRepeated

export interface FilePrimitive {
  readonly kind: 'primitive'
  readonly type: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string' | 'fixed' | 'enum'
  readonly logicalType?: string | undefined
  /** Of a decimal. */
  readonly scale?: number
  /** Bytes of a `fixed`. */
  readonly size?: number
  /** Of an `enum`. */
  readonly symbols?: readonly string[]
}

export interface FileUnion {
  readonly kind: 'union'
  readonly branches: readonly FileType[]
}

export interface FileField {
  readonly name: string
  readonly id: number | undefined
  readonly type: FileType
}

export interface FileRecord {
  readonly kind: 'record'
  readonly fields: readonly FileField[]
}

/** A list, or a map in either of the forms that Iceberg has for it: entries are what one element consists of. */
export interface FileRepeated {
  readonly kind: 'repeated'
  readonly entries: readonly FileField[]
}

const PRIMITIVES: ReadonlySet<string> = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])

/**
 * The type of a file's records (spec, Appendix A "Avro"). Ids are those of the file, or, when it has none at all, those of the
 * name mapping; undefined when there is neither.
 *
 * @throws RangeError for a schema that is none, or contains itself
 */
export function fileTypeOf(schema: AvroSchema, mapping: NameMapping | undefined): FileRecord | undefined {
  const hasIds = /"(?:field|element|key|value)-id"\s*:/.test(JSON.stringify(schema))
  if (!hasIds && !mapping) return undefined
  return recordTypeOf(schema, hasIds ? undefined : mapping)
}

/** As `fileTypeOf`; fields without an id keep their name alone. */
export function recordTypeOf(schema: AvroSchema, mapping?: NameMapping): FileRecord {
  const type = resolver((path) => mapping?.get(path))(schema, '')
  if (type.kind !== 'record') throw new RangeError('its records are no records')
  return type
}

/** @param mapped the id that a dotted name has where the file says nothing */
function resolver(mapped: (path: string) => number | undefined): (schema: AvroSchema, path: string) => FileType {
  const named = new Map<string, AvroObject>()
  const open = new Set<AvroObject>()
  const child = (path: string, name: string) => (path === '' ? name : `${path}.${name}`)
  const idOf = (own: unknown, path: string) => (typeof own === 'number' ? own : mapped(path))
  const resolve = (schema: AvroSchema, path: string): FileType => {
    if (Array.isArray(schema)) return {kind: 'union', branches: (schema as readonly AvroSchema[]).map((branch) => resolve(branch, path))}
    if (typeof schema === 'string') {
      if (PRIMITIVES.has(schema)) return {kind: 'primitive', type: schema as FilePrimitive['type']}
      const known = named.get(schema) ?? named.get(schema.slice(schema.lastIndexOf('.') + 1))
      if (!known) throw new RangeError(`its schema has no type ${JSON.stringify(schema)}`)
      return resolve(known, path)
    }
    const object = schema as AvroObject
    if (typeof object !== 'object' || object === null) throw new RangeError('its schema is not an Avro schema')
    if (object.name !== undefined) named.set(object.name, object)
    if (open.has(object)) throw new RangeError(`type ${object.name} of its schema contains itself`)
    open.add(object)
    try {
      return ofObject(object, path)
    } finally {
      open.delete(object)
    }
  }
  const ofObject = (object: AvroObject, path: string): FileType => {
    switch (object.type) {
      case 'record':
        return {kind: 'record', fields: fieldsOf(object, (name) => child(path, name))}
      case 'array':
        return {kind: 'repeated', entries: object.logicalType === 'map' ? entriesOf(object, path) : [element(object, path)]}
      case 'map': {
        const key: FileField = {name: 'key', id: idOf(object['key-id'], child(path, 'key')), type: {kind: 'primitive', type: 'string'}}
        const at = child(path, 'value')
        const value: FileField = {name: 'value', id: idOf(object['value-id'], at), type: resolve(object.values ?? 'null', at)}
        return {kind: 'repeated', entries: [key, value]}
      }
      case 'fixed':
      case 'enum':
        return primitive(object, object.type)
      default: {
        const inner = resolve(object.type, path)
        return inner.kind === 'primitive' && !inner.logicalType ? {...inner, ...primitive(object, inner.type)} : inner
      }
    }
  }
  const fieldsOf = (object: AvroObject, pathOf: (name: string, index: number) => string): readonly FileField[] =>
    (object.fields ?? []).map(({name, type, 'field-id': id}, index) => {
      const path = pathOf(name, index)
      return {name, id: idOf(id, path), type: resolve(type, path)}
    })
  const element = (object: AvroObject, path: string): FileField => {
    const at = child(path, 'element')
    return {name: 'element', id: idOf(object['element-id'], at), type: resolve(object.items ?? 'null', at)}
  }
  /** A map whose keys need not be text is an array of records, the first field of which is the key. */
  const entriesOf = (object: AvroObject, path: string): readonly FileField[] => {
    const {items} = object
    const record = (typeof items === 'string' ? named.get(items) : items) as AvroObject | undefined
    if (record?.type !== 'record' || record.fields?.length !== 2) throw new RangeError('a map of its schema has no keys and values')
    if (record.name !== undefined) named.set(record.name, record)
    return fieldsOf(record, (_, index) => child(path, index === 0 ? 'key' : 'value'))
  }
  return resolve
}

function primitive(object: AvroObject, type: FilePrimitive['type']): FilePrimitive {
  const {logicalType, size, symbols, scale} = object
  if (type === 'fixed' && !(Number.isInteger(size) && (size as number) >= 0)) throw new RangeError('a fixed type of its schema has no size')
  return {
    kind: 'primitive',
    type,
    logicalType,
    ...(size !== undefined && {size}),
    ...(symbols && {symbols}),
    ...(logicalType === 'decimal' && {scale: typeof scale === 'number' ? scale : 0}),
  }
}
