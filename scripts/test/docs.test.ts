import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'

const root = join(import.meta.dirname, '..', '..')

test('the command reference is what the commands say of themselves', async () => {
  const {referencePage} = await import('../docs-reference.mjs')
  expect(readFileSync(join(root, 'docs', 'reference.md'), 'utf8')).toBe(await referencePage())
})
