/** A place in the bytes of records; whatever is read from it is checked against their end. */
export interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

/** Moves past the next `length` bytes and returns where they begin. */
function pass(cursor: Cursor, length: number): number {
  const start = cursor.at
  if (!(length >= 0 && length <= cursor.bytes.length - start)) throw new RangeError('a record is cut short')
  cursor.at = start + length
  return start
}

/** A varint of up to ten bytes, without its sign: a number where that is exact. */
function takeVarint(cursor: Cursor): number | bigint {
  const {bytes} = cursor
  let low = 0
  let high = 0
  for (let index = 0; index < 10; index++) {
    const byte = bytes[cursor.at]
    if (byte === undefined) throw new RangeError('a record is cut short')
    cursor.at += 1
    if (index < 4) low += (byte & 0x7f) << (7 * index)
    else high += (byte & 0x7f) * 2 ** (7 * (index - 4))
    if (byte < 0x80) return high < 2 ** 25 ? high * 2 ** 28 + low : BigInt.asUintN(64, (BigInt(high) << 28n) + BigInt(low))
  }
  throw new RangeError('a number has more than ten bytes')
}

/** Moves past an Avro `int` or `long`. */
export function skipVarint(cursor: Cursor): void {
  const {bytes} = cursor
  let {at} = cursor
  const end = Math.min(at + 10, bytes.length)
  while (at < end) {
    if ((bytes[at++] as number) >= 0x80) continue
    cursor.at = at
    return
  }
  throw new RangeError(at === bytes.length ? 'a record is cut short' : 'a number has more than ten bytes')
}

/** Moves past `length` bytes. */
export function skipBytes(cursor: Cursor, length: number): void {
  pass(cursor, length)
}

/** An Avro `long`. */
export function takeLong(cursor: Cursor): bigint {
  const raw = takeVarint(cursor)
  if (typeof raw === 'bigint') return (raw >> 1n) ^ -(raw & 1n)
  return BigInt(signed(raw))
}

const signed = (raw: number) => (raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2)

/** An Avro `int`; throws a RangeError for a number that is none. */
export function takeInt(cursor: Cursor): number {
  const raw = takeVarint(cursor)
  if (typeof raw === 'bigint' || raw > 0xffffffff) throw new RangeError('a number has more than 32 bits')
  return signed(raw)
}

/** An Avro `int` or `long` that counts records or bytes; throws a RangeError for one beyond what a number holds exactly. */
export function takeCount(cursor: Cursor): number {
  const raw = takeVarint(cursor)
  if (typeof raw === 'number') return signed(raw)
  const count = Number((raw >> 1n) ^ -(raw & 1n))
  if (!Number.isSafeInteger(count)) throw new RangeError(`a count of ${count} cannot be`)
  return count
}

/** Bytes that share the memory of the block. */
export function takeBytes(cursor: Cursor, length: number): Uint8Array {
  const start = pass(cursor, length)
  return cursor.bytes.subarray(start, start + length)
}

/** As many bytes of text. */
export function takeText(cursor: Cursor, length: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  const {bytes} = cursor
  const start = pass(cursor, length)
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return buffer.toString(encoding, start, start + length)
}

export function takeBoolean(cursor: Cursor): boolean {
  const byte = cursor.bytes[pass(cursor, 1)]
  if (byte !== 0 && byte !== 1) throw new RangeError(`${byte} is not a boolean`)
  return byte === 1
}

export function takeFloat(cursor: Cursor): number {
  const {buffer, byteOffset} = cursor.bytes
  return new DataView(buffer, byteOffset + pass(cursor, 4), 4).getFloat32(0, true)
}

export function takeDouble(cursor: Cursor): number {
  const {buffer, byteOffset} = cursor.bytes
  return new DataView(buffer, byteOffset + pass(cursor, 8), 8).getFloat64(0, true)
}
