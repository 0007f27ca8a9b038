import {expect, jest, test} from '@jest/globals'
import fc from 'fast-check'
import {printDocument, toJson} from '../../src/command/json.js'

/** What is written to standard output meanwhile. */
function printed(print: () => void): string {
  let text = ''
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((piece) => {
    text += String(piece)
    return true
  })
  try {
    print()
  } finally {
    write.mockRestore()
  }
  return text
}

const leaf = fc.oneof(
  fc.string({unit: 'grapheme'}),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.bigInt(),
  fc.date(),
)
const {document} = fc.letrec((tie) => ({
  document: fc.oneof(
    {maxDepth: 4},
    leaf,
    fc.array(tie('document')),
    fc.dictionary(fc.string(), tie('document')),
    fc.array(fc.tuple(fc.string(), tie('document'))).map((entries) => new Map(entries)),
    fc.array(tie('document')).map((elements) => new Set(elements)),
  ),
}))

test('a document is what JSON.stringify makes of it, however it is written', () => {
  fc.assert(
    fc.property(document, (given) => {
      expect(printed(() => printDocument({result: given}))).toBe(`${JSON.stringify(toJson({result: given}), null, 2)}\n`)
    }),
  )
})

test('every text in a document is replaced, and no name', () => {
  const given = {secret: 'secret', list: ['secret', {secret: 'a secret'}], number: 1}
  expect(JSON.parse(printed(() => printDocument(given, (text) => text.replaceAll('secret', '***'))))).toEqual({
    secret: '***',
    list: ['***', {secret: 'a ***'}],
    number: 1,
  })
})

test('a long list is written in pieces', () => {
  const pieces: number[] = []
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((piece) => pieces.push(String(piece).length) > 0)
  printDocument(Array.from({length: 100_000}, (_, index) => `file ${index}`))
  write.mockRestore()
  expect(pieces.length).toBeGreaterThan(10)
  expect(Math.max(...pieces)).toBeLessThan(100_000)
})
