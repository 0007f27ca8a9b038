import {describe, expect, test} from '@jest/globals'
import {formatBytes, formatCount, formatDuration, formatTimestamp, parseDuration, parseSize, parseTimestamp} from '@phlo/core'
import fc from 'fast-check'

describe('sizes', () => {
  test.each([
    ['512MB', 512 * 1024 ** 2],
    ['512MiB', 512 * 1024 ** 2],
    ['1.5 GB', 1.5 * 1024 ** 3],
    ['0', 0],
    ['17B', 17],
    [' 8KB ', 8192],
    ['2TiB', 2 * 1024 ** 4],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  test.each([
    ['512Mib', '512MiB'],
    ['512mb', '512MB'],
    ['-1MB', '512MB'],
    ['', '512MB'],
    ['MB', '512MB'],
    ['1e3', '512MB'],
    ['99999999TB', '512MB'],
  ])('%j is refused, and %s suggested', (text, suggestion) => {
    expect(() => parseSize(text)).toThrow(expect.objectContaining({code: 'INVALID_SIZE', exit: 2, suggestions: [suggestion]}))
  })

  test('what is printed is read back within the tenth that is shown', () => {
    fc.assert(
      fc.property(fc.integer({min: 0, max: 1024 ** 4 * 900}), (bytes) => {
        const back = parseSize(formatBytes(bytes))
        expect(Math.abs(back - bytes)).toBeLessThanOrEqual(Math.max(0.5, bytes * 0.05))
      }),
    )
  })

  test('a number that rounds up to the next unit is printed in it', () => {
    expect(formatBytes(1024 ** 2 - 1)).toBe('1 MiB')
    expect(formatBytes(1536)).toBe('1.5 KiB')
    expect(formatBytes(0)).toBe('0 B')
  })
})

describe('durations', () => {
  test.each([
    ['5d', 432_000_000],
    ['24h', 86_400_000],
    ['30m', 1_800_000],
    ['10s', 10_000],
    ['500ms', 500],
    ['P30D', 2_592_000_000],
    ['PT1H30M', 5_400_000],
    ['P1DT0.5S', 86_400_500],
    ['P2W', 1_209_600_000],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  test.each([
    ['-3d', '3d'],
    ['3', '5d'],
    ['3D', '5d'],
    ['P1M', '5d'],
    ['P', '5d'],
    ['PT', '5d'],
    ['', '5d'],
  ])('%j is refused, and %s suggested', (text, suggestion) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({code: 'INVALID_DURATION', exit: 2, suggestions: [suggestion]}))
  })

  test.each([
    [340, '340 ms'],
    [1234, '1.2 s'],
    [59_999, '1 m'],
    [200_000, '3 m 20 s'],
    [3_599_999, '1 h'],
    [7_500_000, '2 h 5 m'],
    [356_400_000, '4 d 3 h'],
    [-1234, '-1.2 s'],
  ])('%d ms is printed as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text)
  })
})

describe('timestamps', () => {
  test.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31 12:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T12:00:00.123456', '2026-01-31T12:00:00.123Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(parseTimestamp(text)).toISOString()).toBe(iso)
  })

  test.each(['2026-02-30', '2026-13-01', '31.01.2026', 'yesterday', '2026-01-31T25:00', '1769860800000'])('%j is refused', (text) => {
    expect(() => parseTimestamp(text)).toThrow(expect.objectContaining({code: 'INVALID_TIMESTAMP', exit: 2}))
  })
})

test('a moment is printed as it is read', () => {
  expect(formatTimestamp(Date.UTC(2026, 0, 31, 12))).toBe('2026-01-31T12:00:00Z')
  fc.assert(
    fc.property(
      fc.date({min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true}),
      (date) => parseTimestamp(formatTimestamp(date.getTime())) === date.getTime(),
    ),
  )
})

test('counts are grouped by thousands', () => {
  expect([formatCount(0), formatCount(1234567), formatCount(12345678901234567890n)]).toEqual([
    '0',
    '1,234,567',
    '12,345,678,901,234,567,890',
  ])
})
