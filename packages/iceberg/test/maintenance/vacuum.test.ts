import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {append, expireSnapshots, type IcebergTable, localPath, vacuum} from '@phlo/iceberg'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import {examineFiles} from '../../src/maintenance/vacuum/examine.js'
import {resolveVacuumOptions} from '../../src/maintenance/vacuum/options.js'
import {type Lake, openLake, testContext} from '../support/lake.js'

const later = testContext(() => Date.now() + 5 * 86_400_000)
let lake: Lake
let table: IcebergTable
let temporary = ''

beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['t'], {})
  const schema = {type: 'struct' as const, fields: [{id: 1, name: 'id', type: 'long', required: false}]}
  await lake.catalog.createTable({namespace: ['t'], name: 'events'}, {schema})
  const source = join(lake.folder, 'source.arrow')
  await writeFile(source, tableToIPC(tableFromArrays({id: BigInt64Array.of(1n)}), 'file'))
  for (let commit = 0; commit < 5; commit++) await lake.run(append, 't.events', {files: [source]})
  await lake.run(expireSnapshots, 't.events', {olderThan: 0, retainLast: 2})
  table = await lake.table('t.events')
  for (let index = 0; index < 40; index++) await writeFile(join(localPath(table.location), 'data', `stranger-${index}`), 'x')
  temporary = await mkdtemp(join(tmpdir(), 'phlo-temporary-'))
})
afterAll(async () => {
  await rm(temporary, {recursive: true})
  await lake.close()
})

async function verdicts(memory: number): Promise<readonly string[]> {
  const limits = {memory, below: temporary}
  const found: string[] = []
  for await (const {file, verdict} of examineFiles(table, resolveVacuumOptions({}, table.location), later, limits)) {
    found.push(`${verdict} ${file.path}`)
  }
  return found.sort()
}

describe('vacuum of more files than memory is to hold', () => {
  test.each([0, 3_000, 12_000])('finds with %i bytes what it finds with plenty, and leaves no temporary file', async (memory) => {
    const found = await verdicts(memory)
    expect(found).toEqual(await verdicts(1_000_000_000))
    expect(found.filter((line) => line.startsWith('orphan ') && line.includes('/stranger-'))).toHaveLength(40)
    expect(found.filter((line) => line.startsWith('referenced ') && line.endsWith('.parquet'))).toHaveLength(5)
    expect(await readdir(temporary)).toEqual([])
  })

  test.each(['a read', 'the listing', 'the one who asks'])('leaves no temporary file when it is ended by %s', async (cause) => {
    const controller = new AbortController()
    const spilled: (readonly string[])[] = []
    const io = {
      ...table.io,
      async *list(prefix: string) {
        for await (const page of table.io.list(prefix)) for (const file of page) yield [file]
        spilled.push(await readdir(temporary))
        if (cause === 'the listing') controller.abort(new Error('stop'))
        yield []
      },
      readAll: (path: string) =>
        cause === 'a read' && path.includes('/snap-') ? Promise.reject(new Error('stop')) : table.io.readAll(path),
      open: (path: string) => (cause === 'a read' ? Promise.reject(new Error('stop')) : table.io.open(path)),
    }
    const spoiled: IcebergTable = {...table, io, refresh: async () => spoiled}
    const limits = {memory: 0, below: temporary}
    const options = resolveVacuumOptions({}, table.location)
    const examined = (async () => {
      for await (const _ of examineFiles(spoiled, options, {...later, signal: controller.signal}, limits)) throw new Error('stop')
    })()
    await expect(examined).rejects.toThrow('stop')
    expect(spilled).toEqual([[expect.stringMatching(/^phlo-vacuum-/)]])
    expect(await readdir(temporary)).toEqual([])
  })
})

test('a plan of vacuum names its files in the order of their paths', async () => {
  const plan = await vacuum.plan(table, {}, later)
  const paths = plan.files.map(({path}) => path)
  expect(paths.length).toBeGreaterThanOrEqual(40)
  expect(paths).toEqual(paths.toSorted())
})

test('vacuum leaves what was moved aside of a table that lay below and has no metadata any more', async () => {
  const aside = join(localPath(table.location), 'dropped', '_phlo_quarantine', '1', 'data')
  await mkdir(aside, {recursive: true})
  await writeFile(join(aside, 'a.parquet'), 'x')
  const plan = await vacuum.plan(table, {}, later)
  expect(plan.files.length).toBeGreaterThan(0)
  expect(plan.files.filter(({path}) => path.includes('_phlo_quarantine'))).toEqual([])
  expect(plan.quarantinedFiles).toBe(1)
})
