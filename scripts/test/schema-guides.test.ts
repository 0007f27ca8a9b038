import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {typePage} from './typed-page.js'

test('every command of the guide of schemas does what the guide shows', () => {
  expect(typePage('guides/schemas.md')).toBeGreaterThan(12)
})

test('every command of the guide of schemas as code does what the guide shows', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'schemas-as-code.md'), 'utf8')
  const [, declaration = ''] = /```yaml\n# schemas\/orders\.yaml\n([\s\S]*?)```/.exec(page) ?? []
  const prepare = (folder: string) => {
    mkdirSync(join(folder, 'schemas'))
    writeFileSync(join(folder, 'schemas', 'orders.yaml'), declaration)
  }
  expect(typePage('guides/schemas-as-code.md', {}, prepare)).toBeGreaterThan(10)
})
