import {describe, expect, test} from '@jest/globals'
import {parseJson, stringifyJson} from '@phlo/iceberg'
import fc from 'fast-check'
import {compareValues} from '../../src/spec/compare-values.js'
import {type PresentValue, valueFromBytes, valueToBytes} from '../../src/spec/single-value.js'
import {valueFromJson, valueToJson} from '../../src/spec/single-value-json.js'

const long = fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n})
const bytes = fc.uint8Array()
/** Within the years that timestamps of four digits have. */
const micros = fc.bigInt({min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n})
const VALUES: Readonly<Record<string, fc.Arbitrary<PresentValue>>> = {
  boolean: fc.boolean(),
  int: fc.integer(),
  long,
  float: fc.float({noNaN: true}),
  double: fc.double({noNaN: true}),
  'decimal(38,10)': fc.bigInt({min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n}),
  date: fc.integer({min: -700_000, max: 2_900_000}),
  time: fc.bigInt({min: 0n, max: 86_399_999_999n}),
  timestamp: micros,
  timestamptz: micros,
  timestamp_ns: long,
  timestamptz_ns: long,
  string: fc.string({unit: 'binary'}).map((text) => text.toWellFormed()),
  uuid: fc.uuid(),
  'fixed[4]': fc.uint8Array({minLength: 4, maxLength: 4}),
  binary: bytes,
}

describe('a value of type', () => {
  test.each(Object.entries(VALUES))('%s is the same after its bytes and after its JSON', (type, values) => {
    fc.assert(
      fc.property(values, (value) => {
        expect(valueFromBytes(type, valueToBytes(type, value))).toEqual(value)
        if (typeof value !== 'number' || Number.isFinite(value)) {
          expect(valueFromJson(type, parseJson(stringifyJson(valueToJson(type, value))))).toEqual(value)
        }
      }),
    )
  })

  test.each(Object.entries(VALUES))('%s is ordered totally', (type, values) => {
    const compare = compareValues(type)
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        expect(Math.sign(compare(a, b))).toBe(0 - Math.sign(compare(b, a)))
        const [x, y, z] = [a, b, c].sort(compare) as [PresentValue, PresentValue, PresentValue]
        expect(compare(x, z)).toBeLessThanOrEqual(0)
        expect(compare(x, y)).toBeLessThanOrEqual(0)
      }),
    )
  })
})

describe('the bytes of the specification, Appendix D', () => {
  test.each([
    ['boolean', true, '01'],
    ['boolean', false, '00'],
    ['int', -2, 'feffffff'],
    ['long', 34n, '2200000000000000'],
    ['float', -4.5, '000090c0'],
    ['double', 6, '0000000000001840'],
    ['date', 17501, '5d440000'],
    ['timestamp', -1n, 'ffffffffffffffff'],
    ['decimal(9,2)', 1420n, '058c'],
    ['decimal(9,2)', -1n, 'ff'],
    ['decimal(9,2)', 128n, '0080'],
    ['string', 'é', 'c3a9'],
    ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7', 'f79c3e09677c4bbda4793f349cb785e7'],
    ['binary', Uint8Array.of(0, 255), '00ff'],
  ] as [string, PresentValue, string][])('of a %s, %p, are %s', (type, value, hex) => {
    expect(valueFromBytes(type, Buffer.from(hex, 'hex'))).toEqual(typeof value === 'object' ? Buffer.from(hex, 'hex') : value)
    expect(Buffer.from(valueToBytes(type, value)).toString('hex')).toBe(hex)
  })

  test('of before a promotion are read as what they were', () => {
    expect(valueFromBytes('long', valueToBytes('int', -7))).toBe(-7n)
    expect(valueFromBytes('double', valueToBytes('float', 0.5))).toBe(0.5)
    expect(valueFromBytes('timestamp', valueToBytes('date', 1))).toBe(86_400_000_000n)
    expect(valueFromBytes('timestamp_ns', valueToBytes('date', -1))).toBe(-86_400_000_000_000n)
  })

  test.each(['boolean', 'int', 'long', 'float', 'double', 'date', 'time', 'timestamptz', 'uuid', 'variant', 'unknown'])(
    'of another length are not a %s',
    (type) => {
      expect(() => valueFromBytes(type, new Uint8Array(3))).toThrow(`3 bytes are not a ${type}`)
    },
  )
})

describe('the JSON of the specification, Appendix D', () => {
  test.each([
    ['decimal(9,2)', 1420n, '"14.20"'],
    ['decimal(9,2)', -5n, '"-0.05"'],
    ['decimal(2,-20)', 2n, '"2E+20"'],
    ['date', 17486, '"2017-11-16"'],
    ['time', 81_068_123_456n, '"22:31:08.123456"'],
    ['timestamp', 1_510_871_468_123_456n, '"2017-11-16T22:31:08.123456"'],
    ['timestamptz', 1_510_871_468_123_456n, '"2017-11-16T22:31:08.123456+00:00"'],
    ['timestamp_ns', 1_510_871_468_123_456_789n, '"2017-11-16T22:31:08.123456789"'],
    ['fixed[4]', Uint8Array.of(0, 1, 2, 255), '"000102ff"'],
    ['long', 9223372036854775807n, '9223372036854775807'],
  ] as [string, PresentValue, string][])('of a %s, %p, is %s', (type, value, json) => {
    expect(stringifyJson(valueToJson(type, value))).toBe(json)
    expect(valueFromJson(type, parseJson(json))).toEqual(value)
  })

  test.each([
    ['int', 2147483648],
    ['int', 1.5],
    ['long', 9223372036854775808n],
    ['boolean', 'true'],
    ['date', '2017-02-29'],
    ['time', '24:00:00'],
    ['timestamptz', '2017-11-16T22:31:08'],
    ['decimal(9,2)', '1.234'],
    ['decimal(9,2)', '12345678.00'],
    ['uuid', 'f79c3e09'],
    ['fixed[4]', '0001'],
    ['binary', '0x'],
    ['string', 7],
    ['int', {}],
  ])('is not a %s when it is %p', (type, json) => {
    expect(() => valueFromJson(type, json)).toThrow(`is not a value of type ${type}`)
  })
})

describe('the order of values', () => {
  test.each([
    ['double', [Number.NEGATIVE_INFINITY, -1, -0, 0, 1, Number.POSITIVE_INFINITY, Number.NaN]],
    ['string', ['', 'Z', 'a', 'ab', 'é', '\uffff', '🦆']],
    ['uuid', ['00000000-0000-0000-0000-000000000000', '7fffffff-0000-0000-0000-000000000000', '80000000-0000-0000-0000-000000000000']],
    ['binary', [Uint8Array.of(), Uint8Array.of(1), Uint8Array.of(1, 0), Uint8Array.of(255)]],
    ['boolean', [false, true]],
    ['decimal(38,0)', [-(10n ** 30n), -1n, 0n, 10n ** 30n]],
  ] as [string, PresentValue[]][])('of %s', (type, ordered) => {
    for (let seed = 0; seed < 5; seed++) {
      const [shuffled] = fc.sample(fc.shuffledSubarray(ordered, {minLength: ordered.length}), {numRuns: 1, seed})
      expect([...(shuffled ?? [])].sort(compareValues(type))).toEqual(ordered)
    }
  })

  test('of strings is that of their UTF-8 bytes', () => {
    const text = fc.string({unit: 'binary'}).map((any) => any.toWellFormed())
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareValues('string')(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })
})
