import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from '@jest/globals'
import {runCommand} from '@phlo/testing'
import {addRequests, formatRequests} from '../../src/command/requests.js'

const root = join(import.meta.dirname, 'fixture')
const COUNTS = {get: 1200, put: 2, list: 0, delete: 1, head: 0, bytesRead: 2_500_000, bytesWritten: 40}
const LINE = 'Requests to storage: 1,200 GET, 2 PUT, 1 DELETE; 2.4 MiB read, 40 B written\n'
let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'phlo-requests-'))
})
afterEach(() => rm(cwd, {recursive: true, force: true}))

/** Runs a command over storage that counts as it is told. */
async function touch(argv: readonly string[], counts?: object) {
  const counting = counts ? `    counts: '${JSON.stringify(counts)}'\n` : ''
  await writeFile(join(cwd, 'phlo.yaml'), `catalogs:\n  lake:\n    type: fake\n    journal: ${cwd}/journal\n${counting}`)
  return runCommand(root, ['touch', 'sales.orders', ...argv], {cwd, now: () => 0})
}

describe('what was asked of storage', () => {
  test('is told at the end with --verbose, on standard error', async () => {
    const {stdout, stderr} = await touch(['--yes', '--verbose'], COUNTS)
    expect(stderr.slice(-LINE.length)).toBe(LINE)
    expect(stdout).not.toContain('Requests')
  })

  test.each([['--yes'], ['--dry-run'], ['--plan-out', 'plan.json']])('is in the document of %s', async (...flags) => {
    const {stdout, stderr} = await touch([...flags, '--json'], COUNTS)
    expect(JSON.parse(stdout).result.requests).toEqual(COUNTS)
    expect(stderr).toBe('')
  })

  test('is not told without --verbose', async () => {
    expect((await touch(['--yes'], COUNTS)).stderr).not.toContain('Requests')
  })

  test('is not told of storage whose requests cost nothing', async () => {
    expect((await touch(['--yes', '--verbose'])).stderr).not.toContain('Requests')
    expect(JSON.parse((await touch(['--yes', '--json'])).stdout).result).not.toHaveProperty('requests')
  })

  test('of several stores is added up', () => {
    const store = {requests: () => COUNTS}
    expect(addRequests([store, {}, store])).toEqual({...COUNTS, get: 2400, put: 4, delete: 2, bytesRead: 5_000_000, bytesWritten: 80})
    expect(addRequests([{}])).toBeUndefined()
    const none = Object.fromEntries(Object.keys(COUNTS).map((key) => [key, 0])) as typeof COUNTS
    expect(formatRequests(none)).toBe('Requests to storage: none; 0 B read, 0 B written')
  })
})
