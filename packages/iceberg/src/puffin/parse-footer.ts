import {parseJson} from '../spec/json.js'
import {MAGIC, type PuffinBlob, type PuffinFooter} from './format.js'

type JsonObject = Readonly<Record<string, unknown>>

/**
 * Reads the JSON of a footer and checks every part of it.
 *
 * @param end bytes: where the footer begins, and no blob may reach beyond
 * @throws RangeError, SyntaxError or TypeError for what the specification does not allow
 */
export function parseFooter(payload: Uint8Array, end: number): PuffinFooter {
  const json = parseJson(new TextDecoder('utf-8', {fatal: true}).decode(payload))
  if (!isObject(json) || !Array.isArray(json['blobs'])) throw new RangeError('its footer has no list of blobs')
  const properties = propertiesOf(json, 'the file')
  return {
    blobs: json['blobs'].map((blob: unknown, index) => blobOf(blob, `blob ${index}`, end)),
    ...(properties && {properties}),
  }
}

function blobOf(json: unknown, name: string, end: number): PuffinBlob {
  if (!isObject(json)) throw new RangeError(`${name} is not an object`)
  const {type, fields, offset, length, 'snapshot-id': snapshotId, 'sequence-number': sequenceNumber, 'compression-codec': codec} = json
  if (typeof type !== 'string') throw new RangeError(`${name} has no type`)
  if (!Array.isArray(fields) || !fields.every((id) => Number.isInteger(id))) throw new RangeError(`${name} has no list of field ids`)
  if (!isLong(snapshotId)) throw new RangeError(`${name} has no snapshot id`)
  if (!isLong(sequenceNumber)) throw new RangeError(`${name} has no sequence number`)
  if (!isSize(offset) || !isSize(length) || offset < MAGIC.length || offset + length > end) {
    throw new RangeError(`${name} does not lie between the file's magic and its footer`)
  }
  if (codec !== undefined && codec !== null && typeof codec !== 'string') throw new RangeError(`${name} has a codec that is not a name`)
  const properties = propertiesOf(json, name)
  return {
    type,
    fields: fields as readonly number[],
    'snapshot-id': snapshotId,
    'sequence-number': sequenceNumber,
    offset,
    length,
    ...(typeof codec === 'string' && {'compression-codec': codec}),
    ...(properties && {properties}),
  }
}

function propertiesOf(json: JsonObject, name: string): Readonly<Record<string, string>> | undefined {
  const {properties} = json
  if (properties === undefined || properties === null) return undefined
  if (!isObject(properties) || !Object.values(properties).every((value) => typeof value === 'string')) {
    throw new RangeError(`the properties of ${name} are not texts`)
  }
  return properties as Readonly<Record<string, string>>
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isLong = (value: unknown): value is bigint => typeof value === 'bigint' && BigInt.asIntN(64, value) === value
