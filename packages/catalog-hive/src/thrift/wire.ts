/** The types of Thrift's binary protocol (`TType`). */
export const WireType = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const

/** A value of some type, as it travels: a string is its bytes. */
export type Wire = boolean | number | bigint | Uint8Array | WireStruct | WireList | WireMap

export interface WireField {
  readonly type: number
  readonly value: Wire
}

/** Fields by their id. */
export type WireStruct = ReadonlyMap<number, WireField>

/** A list or a set. */
export interface WireList {
  readonly itemType: number
  readonly items: readonly Wire[]
}

export interface WireMap {
  readonly keyType: number
  readonly valueType: number
  readonly entries: readonly (readonly [Wire, Wire])[]
}

/** Bytes that are no message of Thrift's binary protocol. */
export class NotThrift extends Error {}
