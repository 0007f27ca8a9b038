import assert from 'node:assert/strict'
import {dirname} from 'node:path'
import {describe, it} from 'node:test'
import {fileURLToPath} from 'node:url'
import {contributionCases, runCommand} from '@phlo/testing'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

describe('phlo hello', () => {
  it('greets by name', async () => {
    const {stdout, exitCode} = await runCommand(root, ['hello', 'Ada'], {from: 'dist'})
    assert.equal(stdout, 'Hello, Ada!\n')
    assert.equal(exitCode, 0)
  })

  it('answers in JSON', async () => {
    const {stdout} = await runCommand(root, ['hello', '--json'], {from: 'dist', env: {PHLO_CATALOG: 'lake'}})
    assert.deepEqual(JSON.parse(stdout), {result: {greeting: 'Hello, world!', defaultCatalog: 'lake'}, warnings: []})
  })
})

describe('what the package contributes', async () => {
  for (const {name, run} of await contributionCases(root)) it(name, run)
})
