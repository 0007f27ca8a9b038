import type {MessageHead} from './decode.js'
import {type Wire, type WireField, type WireList, type WireMap, type WireStruct, WireType} from './wire.js'

const VERSION = 0x80010000
/** The kind of a message that asks. */
export const CALL = 1

/** A message as Thrift's binary protocol (strict) has it. */
export function encodeMessage({kind, name, sequence}: MessageHead, body: WireStruct): Buffer {
  const parts: Uint8Array[] = []
  parts.push(int32(VERSION | kind))
  write(parts, WireType.string, Buffer.from(name))
  parts.push(int32(sequence))
  write(parts, WireType.struct, body)
  return Buffer.concat(parts)
}

function write(parts: Uint8Array[], type: number, value: Wire): void {
  switch (type) {
    case WireType.bool:
      parts.push(Buffer.from([value ? 1 : 0]))
      return
    case WireType.byte:
      parts.push(Buffer.from([value as number]))
      return
    case WireType.double:
      parts.push(fixed(8, (bytes) => bytes.writeDoubleBE(value as number)))
      return
    case WireType.i16:
      parts.push(fixed(2, (bytes) => bytes.writeInt16BE(value as number)))
      return
    case WireType.i32:
      parts.push(int32(value as number))
      return
    case WireType.i64:
      parts.push(fixed(8, (bytes) => bytes.writeBigInt64BE(value as bigint)))
      return
    case WireType.string:
      parts.push(int32((value as Uint8Array).length), value as Uint8Array)
      return
    case WireType.struct:
      for (const [id, field] of value as ReadonlyMap<number, WireField>) {
        parts.push(
          Buffer.from([field.type]),
          fixed(2, (bytes) => bytes.writeInt16BE(id)),
        )
        write(parts, field.type, field.value)
      }
      parts.push(Buffer.from([WireType.stop]))
      return
    case WireType.map: {
      const {keyType, valueType, entries} = value as WireMap
      parts.push(Buffer.from([keyType, valueType]), int32(entries.length))
      for (const [key, item] of entries) {
        write(parts, keyType, key)
        write(parts, valueType, item)
      }
      return
    }
    case WireType.set:
    case WireType.list: {
      const {itemType, items} = value as WireList
      parts.push(Buffer.from([itemType]), int32(items.length))
      for (const item of items) write(parts, itemType, item)
      return
    }
    default:
      throw new RangeError(`Thrift has no type ${type}`)
  }
}

const int32 = (value: number) => fixed(4, (bytes) => bytes.writeInt32BE(value | 0))

function fixed(size: number, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size)
  fill(bytes)
  return bytes
}
