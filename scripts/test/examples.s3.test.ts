import {spawnSync} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'

const examples = join(import.meta.dirname, '..', '..', 'examples')

test.each(readdirSync(examples))('the example %s passes its own tests', (name) => {
  const {status, stdout, stderr} = spawnSync('node', ['--test'], {cwd: join(examples, name), encoding: 'utf8'})
  expect({status, output: status === 0 ? '' : stdout + stderr}).toEqual({status: 0, output: ''})
})
