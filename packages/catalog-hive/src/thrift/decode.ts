import {NotThrift, type Wire, type WireField, type WireList, type WireMap, type WireStruct, WireType} from './wire.js'

/** Bytes of a string, or entries of a list, that no metastore sends: what claims to have more is no answer. */
const MOST = 1 << 30
const DEEPEST = 64

/** Bytes that have come, and how many of them were taken. */
export interface Input {
  bytes: Buffer
  at: number
}

/** The first of a message: its kind, the method, and which call it answers. */
export interface MessageHead {
  readonly kind: number
  readonly name: string
  readonly sequence: number
}

/**
 * A message of Thrift's binary protocol (strict), decoded as its bytes come: it has no length of its own, so that its end is known only when
 * it is there. Yields when bytes are missing; whoever resumes it has added some to the input.
 *
 * @throws NotThrift
 */
export function* decodeMessage(input: Input): Generator<void, {readonly head: MessageHead; readonly body: WireStruct}, void> {
  yield* need(input, 4)
  const version = input.bytes.readUInt32BE(input.at)
  if (version >>> 16 !== 0x8001) throw new NotThrift('what it sends does not begin as a message of Thrift does')
  input.at += 4
  const name = Buffer.from(yield* bytesOf(input)).toString()
  const sequence = yield* int32(input)
  return {head: {kind: version & 0xff, name, sequence}, body: yield* struct(input, 0)}
}

function* value(input: Input, type: number, depth: number): Generator<void, Wire, void> {
  if (depth > DEEPEST) throw new NotThrift('what it sends is nested too deeply')
  switch (type) {
    case WireType.bool:
      return (yield* fixed(input, 1)).readInt8() !== 0
    case WireType.byte:
      return (yield* fixed(input, 1)).readInt8()
    case WireType.double:
      return (yield* fixed(input, 8)).readDoubleBE()
    case WireType.i16:
      return (yield* fixed(input, 2)).readInt16BE()
    case WireType.i32:
      return yield* int32(input)
    case WireType.i64:
      return (yield* fixed(input, 8)).readBigInt64BE()
    case WireType.string:
      return yield* bytesOf(input)
    case WireType.struct:
      return yield* struct(input, depth)
    case WireType.map:
      return yield* map(input, depth)
    case WireType.set:
    case WireType.list:
      return yield* list(input, depth)
    default:
      throw new NotThrift(`what it sends has a value of type ${type}, which Thrift does not have`)
  }
}

function* struct(input: Input, depth: number): Generator<void, WireStruct, void> {
  const fields = new Map<number, WireField>()
  for (;;) {
    const type = (yield* fixed(input, 1)).readInt8()
    if (type === WireType.stop) return fields
    const id = (yield* fixed(input, 2)).readInt16BE()
    fields.set(id, {type, value: yield* value(input, type, depth + 1)})
  }
}

function* map(input: Input, depth: number): Generator<void, WireMap, void> {
  const keyType = (yield* fixed(input, 1)).readInt8()
  const valueType = (yield* fixed(input, 1)).readInt8()
  const size = yield* length(input)
  const entries: [Wire, Wire][] = []
  for (let index = 0; index < size; index++)
    entries.push([yield* value(input, keyType, depth + 1), yield* value(input, valueType, depth + 1)])
  return {keyType, valueType, entries}
}

function* list(input: Input, depth: number): Generator<void, WireList, void> {
  const itemType = (yield* fixed(input, 1)).readInt8()
  const size = yield* length(input)
  const items: Wire[] = []
  for (let index = 0; index < size; index++) items.push(yield* value(input, itemType, depth + 1))
  return {itemType, items}
}

function* bytesOf(input: Input): Generator<void, Uint8Array, void> {
  return Buffer.from(yield* fixed(input, yield* length(input)))
}

function* length(input: Input): Generator<void, number, void> {
  const size = yield* int32(input)
  if (size < 0 || size > MOST) throw new NotThrift(`what it sends claims to be ${size} long`)
  return size
}

function* int32(input: Input): Generator<void, number, void> {
  return (yield* fixed(input, 4)).readInt32BE()
}

/** The next bytes, good until the generator is resumed. */
function* fixed(input: Input, size: number): Generator<void, Buffer, void> {
  yield* need(input, size)
  input.at += size
  return input.bytes.subarray(input.at - size, input.at)
}

function* need(input: Input, size: number): Generator<void, void, void> {
  while (input.bytes.length - input.at < size) yield
}
