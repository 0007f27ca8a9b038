import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {parseDate, parseTime, parseTimestamp, parseTimestampWithZone} from '../../src/spec/time-text.js'
import {bindTransform, canTransform, formatTransform, hashOf, parseTransform, resultType} from '../../src/spec/transforms.js'
import type {Value} from '../../src/spec/types.js'

const apply = (transform: string, type: string, value: Value) => bindTransform(parseTransform(transform), type)(value)
const at = (text: string) => parseTimestamp(text, 6) ?? null
const day = (text: string) => parseDate(text) ?? null

describe('the hash of the specification, Appendix B', () => {
  test.each([
    ['int', 34, 2017239379],
    ['long', 34n, 2017239379],
    ['decimal(9,2)', 1420n, -500754589],
    ['date', parseDate('2017-11-16'), -653330422],
    ['time', parseTime('22:31:08', 6), -662762989],
    ['timestamp', parseTimestamp('2017-11-16T22:31:08', 6), -2047944441],
    ['timestamp', parseTimestamp('2017-11-16T22:31:08.000001', 6), -1207196810],
    ['timestamptz', parseTimestampWithZone('2017-11-16T14:31:08-08:00', 6), -2047944441],
    ['timestamptz', parseTimestampWithZone('2017-11-16T14:31:08.000001-08:00', 6), -1207196810],
    ['timestamp_ns', parseTimestamp('2017-11-16T22:31:08', 9), -2047944441],
    ['timestamp_ns', parseTimestamp('2017-11-16T22:31:08.000001001', 9), -1207196810],
    ['timestamptz_ns', parseTimestampWithZone('2017-11-16T14:31:08.000001001-08:00', 9), -1207196810],
    ['string', 'iceberg', 1210000089],
    ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7', 1488055340],
    ['fixed[4]', Uint8Array.of(0, 1, 2, 3), -188683207],
    ['binary', Uint8Array.of(0, 1, 2, 3), -188683207],
  ] as [string, Exclude<Value, null>, number][])('of a %s, %p, is %p', (type, value, hash) => {
    expect(hashOf(type)(value)).toBe(hash)
  })
})

describe('a transform', () => {
  test.each([
    ['bucket[16]', 'int', 34, (2017239379 & 0x7fffffff) % 16],
    ['bucket[100]', 'decimal(9,2)', 1420n, (-500754589 & 0x7fffffff) % 100],
    ['truncate[10]', 'int', 1, 0],
    ['truncate[10]', 'int', -1, -10],
    ['truncate[10]', 'int', -10, -10],
    ['truncate[10]', 'long', -1n, -10n],
    ['truncate[50]', 'decimal(9,2)', 1065n, 1050n],
    ['truncate[50]', 'decimal(9,2)', -1065n, -1100n],
    ['truncate[3]', 'string', 'iceberg', 'ice'],
    ['truncate[1]', 'string', '🦆🦆', '🦆'],
    ['truncate[2]', 'string', 'é🦆x', 'é🦆'],
    ['truncate[9]', 'string', 'abc', 'abc'],
    ['truncate[2]', 'binary', Uint8Array.of(9, 8, 7), Uint8Array.of(9, 8)],
    ['year', 'date', day('1969-12-31'), -1],
    ['year', 'timestamp', at('1969-12-31T23:59:59.999999'), -1],
    ['year', 'date', day('-0001-06-01'), -1971],
    ['month', 'date', day('2017-12-01'), 575],
    ['month', 'date', day('1969-12-31'), -1],
    ['month', 'date', day('1968-12-31'), -13],
    ['day', 'timestamptz', at('1969-12-31T23:59:59.999999'), -1],
    ['day', 'date', day('2017-12-01'), 17501],
    ['day', 'timestamp_ns', -1n, -1],
    ['hour', 'timestamp', at('1970-01-01T01:00:00'), 1],
    ['hour', 'timestamp', -1n, -1],
    ['hour', 'timestamptz_ns', 3_600_000_000_000n, 1],
    ['identity', 'string', 'a', 'a'],
    ['void', 'string', 'a', null],
  ] as [string, string, Value, Value][])('%s of a %s makes of %p %p', (transform, type, value, expected) => {
    expect(apply(transform, type, value)).toEqual(expected)
  })

  test.each(['identity', 'bucket[4]', 'void'])('%s leaves null as it is', (transform) => {
    expect(apply(transform, 'int', null)).toBeNull()
  })

  test('is applied to the types that the specification names, and no others', () => {
    const types = ['boolean', 'int', 'long', 'float', 'double', 'decimal(9,2)', 'date', 'time', 'timestamp', 'timestamptz_ns', 'string']
    const allowed = (transform: string) =>
      [...types, 'uuid', 'fixed[4]', 'binary', 'variant', 'geometry'].filter((type) => canTransform(parseTransform(transform), type))
    expect(allowed('bucket[4]').join(' ')).toBe('int long decimal(9,2) date time timestamp timestamptz_ns string uuid fixed[4] binary')
    expect(allowed('truncate[4]').join(' ')).toBe('int long decimal(9,2) string binary')
    expect(allowed('month').join(' ')).toBe('date timestamp timestamptz_ns')
    expect(allowed('hour').join(' ')).toBe('timestamp timestamptz_ns')
    expect(allowed('identity')).not.toContain('variant')
    expect(allowed('zorder')).toEqual([])
  })

  test('says what it makes', () => {
    const made = ['identity', 'truncate[2]', 'bucket[2]', 'year', 'day', 'hour', 'void', 'zorder'].map((text) =>
      resultType(parseTransform(text), 'timestamp'),
    )
    expect(made).toEqual(['timestamp', 'timestamp', 'int', 'int', 'date', 'int', 'timestamp', 'string'])
  })

  test.each(['bucket', 'bucket[0]', 'bucket[-1]', 'truncate[2147483648]', 'zorder(1,2)'])(
    'that is not known keeps its text: %s',
    (text) => {
      expect(formatTransform(parseTransform(text))).toBe(text)
      expect(() => bindTransform(parseTransform(text), 'int')).toThrow(text)
    },
  )

  test('truncate takes a value down by less than its width', () => {
    fc.assert(
      fc.property(fc.bigInt({min: -(2n ** 62n), max: 2n ** 62n}), fc.integer({min: 1, max: 1_000_000}), (value, width) => {
        const truncated = apply(`truncate[${width}]`, 'long', value) as bigint
        expect(truncated % BigInt(width)).toBe(0n)
        expect(value - truncated >= 0n && value - truncated < BigInt(width)).toBe(true)
      }),
    )
  })

  test('year, month and day agree with the calendar of JavaScript', () => {
    fc.assert(
      fc.property(fc.date({min: new Date(-8e14), max: new Date(8e14), noInvalidDate: true}), (date) => {
        const micros = BigInt(date.getTime()) * 1000n
        expect(apply('year', 'timestamp', micros)).toBe(date.getUTCFullYear() - 1970)
        expect(apply('month', 'timestamp', micros)).toBe((date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth())
        expect(apply('day', 'timestamp', micros)).toBe(Math.floor(date.getTime() / 86_400_000))
      }),
    )
  })
})
