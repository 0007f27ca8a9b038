import {describe, expect, test} from '@jest/globals'
import {keyText} from '../../src/api/keys.js'
import {assertRefName, parseRef} from '../../src/api/ref.js'

const HASH = '2e1cfa82b035c26c'

describe('a reference', () => {
  test.each([
    ['main', 'main', true, false, 'main'],
    ['-', '-', true, false, '-'],
    ['etl/daily_1.2', 'etl/daily_1.2', true, false, 'etl%2Fdaily_1.2'],
    [`main@${HASH}`, 'main', false, false, `main%40${HASH}`],
    [HASH, undefined, false, false, `%40${HASH}`],
    [`@${HASH}`, undefined, false, false, `%40${HASH}`],
    ['main~2', 'main', false, true, 'main~2'],
    [`main@${HASH}~10^2`, 'main', false, true, `main%40${HASH}~10%5E2`],
    ['main*2026-01-31T12:00:00Z', 'main', false, true, 'main*1769860800000'],
    ['main*2026-01-31', 'main', false, true, 'main*1769817600000'],
    ['main*1685185847230', 'main', false, true, 'main*1685185847230'],
  ])('%s is read', (text, name, isHead, isRelative, path) => {
    expect(parseRef(text)).toEqual({text, name, isHead, isRelative, path})
  })

  test.each(['', '@', 'main@', 'main@xyz', '1main', 'a..b', 'a b', 'main/', '~2', 'main~x', 'main@2e1cfa82@2e1cfa82', "x'y"])(
    '%j is none',
    (text) => {
      expect(() => parseRef(text)).toThrow(expect.objectContaining({code: 'INVALID_REF', exit: 2}))
    },
  )

  test('has a time that is one', () => {
    expect(() => parseRef('main*2026-02-30')).toThrow(expect.objectContaining({code: 'INVALID_TIMESTAMP', exit: 2}))
  })

  test.each(['-', 'HEAD', 'detached', '12345678', 'deadbeef', 'a b', ''])('%j is no name for a new one', (name) => {
    expect(() => assertRefName(name)).toThrow(expect.objectContaining({code: 'INVALID_REF'}))
  })
})

describe('a key in a path or a query', () => {
  test.each([
    [['shop', 'orders'], 'shop.orders', 'shop.orders'],
    [['a.b', 'c'], '.a*.b.c', 'a\u001db.c'],
    [['50%', 'a/b\\c*'], '.50*[.a*{b*}c**', '50%.a/b\\c*'],
    [['a*b', 'c'], 'a*b.c', 'a*b.c'],
  ])('%j', (key, escaped, old) => {
    expect(keyText(key, true)).toBe(escaped)
    expect(keyText(key, false)).toBe(old)
  })
})
