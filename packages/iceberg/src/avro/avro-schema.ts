import type {Type} from 'avsc'

/** An Avro schema as JSON, with Iceberg's attributes (`field-id`, `element-id`, `logicalType`). */
export type AvroSchema = string | readonly AvroSchema[] | AvroObject

export interface AvroObject {
  readonly type: AvroSchema
  readonly name?: string
  readonly fields?: readonly AvroField[]
  readonly items?: AvroSchema
  readonly values?: AvroSchema
  readonly size?: number
  readonly symbols?: readonly string[]
  readonly logicalType?: string
  readonly [attribute: string]: unknown
}

export interface AvroField {
  readonly name: string
  readonly type: AvroSchema
  readonly 'field-id'?: number
  readonly default?: unknown
}

/** How a schema is turned into a codec. */
export interface CodecOptions {
  /** Fields by id whose longs are bigints, with everything inside them; all other longs are numbers, refused beyond 2^53. */
  readonly bigintFields: ReadonlySet<number>
}

/** The property that a decoded record has for a field id, whatever name its writer gave the field. */
export const property = (fieldId: number): `f${number}` => `f${fieldId}`

/**
 * The codec of a schema. Records have a property per field id (`property`), the entries of a map written as an array have `key`
 * and `value`: so files of any writer are resolved by id, as Iceberg wants, and not by name.
 */
export async function avroCodec(schema: AvroSchema, options: CodecOptions): Promise<Type> {
  const {default: avro} = await import('avsc')
  const bigint = avro.types.LongType.__with({
    fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
    toBuffer(value: bigint) {
      const buffer = Buffer.allocUnsafe(8)
      buffer.writeBigInt64LE(value)
      return buffer
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0),
  })
  const resolved = resolveById(schema, options) as Parameters<typeof avro.Type.forSchema>[0]
  return avro.Type.forSchema(resolved, {registry: {[BIGINT]: bigint}})
}

const BIGINT = 'bigint'
const PRIMITIVES: ReadonlySet<string> = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])

interface Place {
  readonly bigint: boolean
  /** The record is an entry of a map that is written as an array. */
  readonly mapEntry?: boolean
}

function resolveById(schema: AvroSchema, options: CodecOptions): unknown {
  const names = new Map<string, string>()
  const rename = (name: string | undefined) => {
    const fresh = `t${names.size}_${name?.replace(/\W/g, '_')}`
    if (name !== undefined) names.set(name, fresh)
    return fresh
  }
  const resolve = (part: AvroSchema, place: Place): unknown => {
    if (typeof part === 'string') {
      if (part === 'long') return place.bigint ? BIGINT : 'long'
      return PRIMITIVES.has(part) ? part : (names.get(part) ?? part)
    }
    if (isUnion(part)) return part.map((branch) => resolve(branch, place))
    switch (part.type) {
      case 'record':
        return {
          type: 'record',
          name: rename(part.name),
          fields: (part.fields ?? []).map((field, index) => ({
            name: fieldName(field, index, place),
            type: resolve(field.type, {bigint: place.bigint || options.bigintFields.has(field['field-id'] ?? -1)}),
          })),
        }
      case 'array':
        return {type: 'array', items: resolve(part.items ?? 'null', {...place, mapEntry: part.logicalType === 'map'})}
      case 'map':
        return {type: 'map', values: resolve(part.values ?? 'null', place)}
      case 'fixed':
        return {type: 'fixed', name: rename(part.name), size: part.size}
      case 'enum':
        return {type: 'enum', name: rename(part.name), symbols: part.symbols}
      default:
        // {"type": "long", "logicalType": …}: the annotation is for those who read the header.
        return resolve(part.type, place)
    }
  }
  return resolve(schema, {bigint: false})
}

const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema)

function fieldName(field: AvroField, index: number, place: Place): string {
  if (place.mapEntry) return index === 0 ? 'key' : 'value'
  const id = field['field-id']
  return id === undefined ? `n_${field.name}` : property(id)
}
