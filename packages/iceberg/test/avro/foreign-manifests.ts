import {randomBytes} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {crc32, deflateRawSync, zstdCompressSync} from 'node:zlib'
import avro from 'avsc'
import type {AvroField, AvroObject, AvroSchema} from '../../src/avro/avro-schema.js'

/** How a writer other than ours may put the same records down. */
export interface Form {
  readonly codec: 'null' | 'deflate' | 'snappy' | 'zstandard'
  /** Fields are found by their ids, and then have other names; or by their names. */
  readonly hasIds: boolean
  /** Of unions with null, null is the second branch. */
  readonly nullLast: boolean
  /** By what the fields of each record are put in another order. */
  readonly shuffle: number
  /** Each record begins with a field that nobody knows. */
  readonly hasForeign: boolean
  /** Names of optional fields that the schema lacks. */
  readonly lacking: ReadonlySet<string>
  /** Records of a block. */
  readonly blockSize: number
}

/** A record by the names of the specification. */
export type NamedRecord = {readonly [name: string]: unknown}

const FOREIGN: AvroSchema = {type: 'array', items: {type: 'map', values: ['null', 'double', 'string', {type: 'array', items: 'long'}]}}
const FOREIGN_VALUE = [{a: null, b: 0.5, c: 'text'}, {d: [1, -(2 ** 40)]}]
const isUnion = (schema: AvroSchema): schema is readonly AvroSchema[] => Array.isArray(schema)

/** The schema in the writer's form. Keys of maps stay before their values. */
export function foreignSchema(schema: AvroSchema, form: Form): AvroSchema {
  if (typeof schema === 'string') return schema
  if (isUnion(schema)) {
    const branches = schema.map((branch) => foreignSchema(branch, form))
    return form.nullLast ? branches.reverse() : branches
  }
  const {items, fields, ...rest} = schema
  return {
    ...rest,
    ...(items !== undefined && {items: foreignSchema(items, form)}),
    ...(fields && {fields: foreignFields(fields, rest.name ?? '', form)}),
  }
}

function foreignFields(fields: readonly AvroField[], record: string, form: Form): readonly AvroField[] {
  const changed = fields
    .filter(({name}) => !form.lacking.has(name))
    .map(({name, type, 'field-id': id}): AvroField => {
      const own = foreignSchema(type, form)
      return form.hasIds && id !== undefined ? {name: `x_${name}`, type: own, 'field-id': id} : {name, type: own}
    })
  if (/^k\d+_v\d+$/.test(record)) return changed
  const order = changed.map((field, index) => ({field, place: Math.imul(index + 1, form.shuffle | 1) % 101}))
  const shuffled = order.sort((left, right) => left.place - right.place).map(({field}) => field)
  return form.hasForeign ? [{name: `foreign_${record}`, type: FOREIGN}, ...shuffled] : shuffled
}

function inForm(schema: AvroSchema, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (typeof schema === 'string') return value
  if (isUnion(schema)) return inForm(schema.find((branch) => branch !== 'null') ?? 'null', value)
  if (schema.type === 'array') return (value as readonly unknown[]).map((element) => inForm(schema.items ?? 'null', element))
  if (schema.type !== 'record') return value
  return Object.fromEntries(
    (schema.fields ?? []).map(({name, type}) => [
      name,
      name.startsWith('foreign_') ? FOREIGN_VALUE : inForm(type, (value as NamedRecord)[name.replace(/^x_/, '')]),
    ]),
  )
}

/**
 * Writes an Avro file byte by byte, with avsc as the encoder of records and nothing of ours.
 *
 * @returns the length in bytes
 */
export async function writeForeign(path: string, schema: AvroObject, records: readonly NamedRecord[], form: Form): Promise<number> {
  const own = foreignSchema(schema, form)
  const type = avro.Type.forSchema(own as Parameters<typeof avro.Type.forSchema>[0])
  const sync = randomBytes(16)
  const header = {'avro.schema': JSON.stringify(own), 'avro.codec': form.codec}
  const parts = [Buffer.from('Obj\u0001'), long(Object.keys(header).length)]
  for (const [key, value] of Object.entries(header)) parts.push(text(key), text(value))
  parts.push(long(0), sync)
  for (let at = 0; at < records.length; at += form.blockSize) {
    const block = records.slice(at, at + form.blockSize).map((record) => type.toBuffer(inForm(own, record)))
    const data = compressed(form.codec, Buffer.concat(block))
    parts.push(long(block.length), long(data.length), data, sync)
  }
  const bytes = Buffer.concat(parts)
  await writeFile(path, bytes)
  return bytes.length
}

const longType = avro.Type.forSchema('long')
const long = (value: number) => longType.toBuffer(value)
const text = (value: string) => Buffer.concat([long(Buffer.byteLength(value)), Buffer.from(value)])

function compressed(codec: Form['codec'], bytes: Buffer): Buffer {
  if (codec === 'deflate') return deflateRawSync(bytes)
  if (codec === 'zstandard') return zstdCompressSync(bytes)
  return codec === 'snappy' ? snappy(bytes) : bytes
}

/** Snappy without any compression: literals of up to 60 bytes, then the checksum that Avro wants. */
function snappy(bytes: Buffer): Buffer {
  const length: number[] = []
  let rest = bytes.length
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80)
  const parts: Buffer[] = [Buffer.from([...length, rest])]
  for (let at = 0; at < bytes.length; at += 60) {
    const literal = bytes.subarray(at, at + 60)
    parts.push(Buffer.from([(literal.length - 1) << 2]), literal)
  }
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(bytes))
  return Buffer.concat([...parts, checksum])
}
