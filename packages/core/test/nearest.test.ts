import {expect, test} from '@jest/globals'
import {nearest} from '@phlo/core'

test.each([
  ['tabel', 'table'],
  ['optimise', 'optimize'],
  ['TABLE', 'table'],
  ['snapshto', 'snapshot'],
])('%s means %s', (typed, meant) => {
  expect(nearest(typed, ['table', 'optimize', 'snapshot', 'schema'])).toBe(meant)
})

test('a word that is like none of them means none', () => {
  expect(nearest('elephant', ['table', 'optimize', 'snapshot'])).toBeUndefined()
  expect(nearest('x', [])).toBeUndefined()
})
