import {describe, expect, test} from '@jest/globals'
import {parseJson, stringifyJson} from '@phlo/iceberg'
import fc from 'fast-check'

/** Numbers as people and other writers put them into JSON, far beyond what a double holds. */
const numberText = fc.oneof(
  fc.bigInt().map(String),
  fc.bigInt({min: -(2n ** 70n), max: 2n ** 70n}).map(String),
  fc.double({noNaN: true, noDefaultInfinity: true}).map(String),
  fc.constantFrom('-0', '-0.0', '0.0', '1.0', '0.10', '1e400', '1E+2', '-1e-7', '1e21', '12345678901234567890.5', '9007199254740993'),
)

const key = fc.oneof(fc.string(), fc.constantFrom('snapshot-id', 'sequence-number', 'snapshot-ids', 'next-row-id', '__proto__', 'toJSON'))

const {document} = fc.letrec<{document: string}>((tie) => ({
  document: fc.oneof(
    {maxDepth: 4},
    numberText,
    fc.string().map((text) => JSON.stringify(text)),
    fc.constantFrom('null', 'true', 'false'),
    fc.array(tie('document'), {maxLength: 4}).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(key, tie('document')), {maxLength: 4, selector: ([name]) => name})
      // A name that is an index would be moved to the front, by JSON.parse as by everybody.
      .map((fields) => fields.filter(([name]) => !/^\d+$/.test(name)))
      .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  ),
}))

describe('JSON', () => {
  test('comes out as the text that went in, every digit of it', () => {
    fc.assert(
      fc.property(document, (text) => {
        expect(stringifyJson(parseJson(text))).toBe(text)
      }),
      {numRuns: 2000},
    )
  })

  test('is read the same, whether or not something beside it takes care', () => {
    fc.assert(
      fc.property(document, (text) => {
        const [beside] = parseJson(`[${text}, 1.0]`) as readonly unknown[]
        expect(stringifyJson(parseJson(text))).toBe(stringifyJson(beside))
        expect(parseJson(text)).toEqual(beside)
      }),
      {numRuns: 2000},
    )
    expect(parseJson('{"snapshot\\u002did": 1}')).toEqual({'snapshot-id': 1n})
  })

  test('has 64-bit ids as bigints, however small', () => {
    const read = parseJson('{"snapshot-id": 1, "parent-snapshot-id": 9223372036854775807, "snapshot-ids": [1, -9223372036854775808]}')
    expect(read).toEqual({
      'snapshot-id': 1n,
      'parent-snapshot-id': 9223372036854775807n,
      'snapshot-ids': [1n, -9223372036854775808n],
    })
  })

  test('has other integers as numbers as far as a double is exact, and as bigints beyond', () => {
    expect(parseJson('[9007199254740991, 9007199254740992, -9007199254740993]')).toEqual([
      9007199254740991,
      9007199254740992n,
      -9007199254740993n,
    ])
  })

  test('is indented on request', () => {
    expect(stringifyJson({'snapshot-id': 2n}, 2)).toBe('{\n  "snapshot-id": 2\n}')
  })

  test.each(['', '{', '{"a": 01}', '[1,]', 'nul', '{"a": 1} x', '"\n"'])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({name: 'SyntaxError'}))
  })
})
