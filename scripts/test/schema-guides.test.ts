import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {expect, test} from '@jest/globals'
import {typePage} from './typed-page.js'

test('every command of the guide of schemas does what the guide shows', () => {
  expect(typePage('guides/schemas.md')).toBeGreaterThan(12)
})

test('every command of the guide of schemas as code does what the guide shows', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'schemas-as-code.md'), 'utf8')
  const files = [...page.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)]
  const prepare = (folder: string) => {
    for (const [, path = '', content = ''] of files) {
      mkdirSync(dirname(join(folder, path)), {recursive: true})
      writeFileSync(join(folder, path), content)
    }
  }
  expect(typePage('guides/schemas-as-code.md', {}, prepare)).toBeGreaterThan(14)
})
