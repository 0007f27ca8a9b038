import {expect, test} from '@jest/globals'
import {typePage} from './typed-page.js'

test('every command of the getting-started page does what the page shows, in an empty folder', () => {
  expect(typePage('getting-started.md')).toBeGreaterThan(8)
})
