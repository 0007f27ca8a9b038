import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {table} from '../../src/api/structs.js'
import {decodeMessage, type Input} from '../../src/thrift/decode.js'
import {encodeMessage} from '../../src/thrift/encode.js'
import {type Wire, type WireField, type WireStruct, WireType} from '../../src/thrift/wire.js'

const head = {kind: 2, name: 'get_table', sequence: 7}

/** Decodes bytes that come in pieces of so many. */
function decoded(bytes: Buffer, size: number) {
  const input: Input = {bytes: Buffer.alloc(0), at: 0}
  const decoding = decodeMessage(input)
  let step = decoding.next()
  for (let at = 0; at < bytes.length && !step.done; at += size) {
    input.bytes = Buffer.concat([input.bytes.subarray(input.at), bytes.subarray(at, at + size)])
    input.at = 0
    step = decoding.next()
  }
  return step.done ? step.value : undefined
}

const {field} = fc.letrec<{field: WireField; struct: WireStruct}>((tie) => ({
  field: fc.oneof(
    {depthSize: 'small'},
    fc.record({type: fc.constant(WireType.bool), value: fc.boolean()}),
    fc.record({type: fc.constant(WireType.byte), value: fc.integer({min: -128, max: 127})}),
    fc.record({type: fc.constant(WireType.i16), value: fc.integer({min: -(2 ** 15), max: 2 ** 15 - 1})}),
    fc.record({type: fc.constant(WireType.i32), value: fc.integer()}),
    fc.record({type: fc.constant(WireType.i64), value: fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n})}),
    fc.record({type: fc.constant(WireType.double), value: fc.double({noNaN: true})}),
    fc.record({type: fc.constant(WireType.string), value: fc.uint8Array().map((bytes): Wire => Buffer.from(bytes))}),
    fc.record({
      type: fc.constantFrom(WireType.list, WireType.set),
      value: fc.record({itemType: fc.constant(WireType.struct), items: fc.array(tie('struct'))}),
    }),
    fc.record({
      type: fc.constant(WireType.map),
      value: fc.record({
        keyType: fc.constant(WireType.i32),
        valueType: fc.constant(WireType.struct),
        entries: fc.array(fc.tuple(fc.integer(), tie('struct'))),
      }),
    }),
    fc.record({type: fc.constant(WireType.struct), value: tie('struct')}),
  ) as fc.Arbitrary<WireField>,
  struct: fc.array(fc.tuple(fc.integer({min: 1, max: 2 ** 15 - 1}), tie('field')), {maxLength: 4}).map((fields) => new Map(fields)),
}))
const struct = fc.array(fc.tuple(fc.integer({min: 1, max: 2 ** 15 - 1}), field)).map((fields): WireStruct => new Map(fields))

describe('a message of Thrift', () => {
  test('is what it was, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(struct, fc.integer({min: 1, max: 100}), (body, size) => {
        expect(decoded(encodeMessage(head, body), size)).toEqual({head, body})
      }),
    )
  })

  test('is not there before its last byte', () => {
    const bytes = encodeMessage(head, new Map([[0, {type: WireType.string, value: Buffer.from('x')}]]))
    expect(decoded(bytes.subarray(0, -1), 3)).toBeUndefined()
  })

  test.each([
    ['a page of HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['SASL that refuses', Buffer.concat([Buffer.from([3, 0, 0, 0, 19]), Buffer.from('Invalid status -128')])],
    ['an alert of TLS', Buffer.from([0x15, 3, 3, 0, 2, 2, 40])],
    ['a text of two gigabytes', Buffer.concat([Buffer.from('80010002', 'hex'), Buffer.from('7fffffff', 'hex')])],
    [
      'a list of a negative length',
      Buffer.concat([encodeMessage(head, new Map()).subarray(0, -1), Buffer.from('0f00000cffffffff', 'hex')]),
    ],
    ['a type that there is not', Buffer.concat([encodeMessage(head, new Map()).subarray(0, -1), Buffer.from('090000', 'hex')])],
    ['structs without an end', Buffer.concat([encodeMessage(head, new Map()).subarray(0, -1), Buffer.from('0c0001'.repeat(100), 'hex')])],
  ])('is not %s', (_, bytes) => {
    expect(() => decoded(bytes, 1000)).toThrow(expect.objectContaining({message: expect.stringContaining('what it sends')}))
  })
})

describe('a struct', () => {
  const wire: WireStruct = new Map<number, WireField>([
    [1, {type: WireType.string, value: Buffer.from('orders')}],
    [7, {type: WireType.struct, value: new Map<number, WireField>([[99, {type: WireType.i64, value: 2n ** 60n}]])}],
    [23, {type: WireType.list, value: {itemType: WireType.string, items: [Buffer.from([0xff, 0])]}}],
  ])

  test('goes back with what nobody here knows of it', () => {
    const read = table.read(wire)
    expect(read.tableName).toBe('orders')
    expect(table.write({...read, tableName: 'moved'})).toEqual(
      new Map([...wire, [1, {type: WireType.string, value: Buffer.from('moved')}]] as [number, WireField][]),
    )
  })

  test('is not read when a field is of another type', () => {
    expect(() => table.read(new Map([[1, {type: WireType.i32, value: 1}]]))).toThrow('tableName')
  })
})
