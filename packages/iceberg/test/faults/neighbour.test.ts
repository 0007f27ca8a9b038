import {writeFileSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {append, headOf, localFileIO, localPath, vacuum} from '@phlo/iceberg'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import {faultyIO} from '../support/faulty-io.js'
import {type Lake, openLake, testContext} from '../support/lake.js'
import {filesOnDisk, referencedFiles, rowsOf, saveLake} from '../support/saved-lake.js'

const later = testContext(() => Date.now() + 2 * 86_400_000)
const options = {olderThan: 0, forceUnsafeAge: true}
const schema = {type: 'struct' as const, fields: [{id: 1, name: 'id', type: 'long', required: false}]}

/** A table whose data lie below another table's location, and whose metadata do not. */
async function createNeighbours(lake: Lake): Promise<void> {
  await lake.catalog.createNamespace(['t'], {})
  const {metadata} = await lake.catalog.createTable({namespace: ['t'], name: 'outer'}, {schema})
  await lake.catalog.createTable(
    {namespace: ['t'], name: 'inner'},
    {schema, location: `${metadata.location}/inner`, properties: {'write.metadata.path': `${lake.warehouse}/elsewhere`}},
  )
  const source = join(lake.folder, 'source.arrow')
  writeFileSync(source, tableToIPC(tableFromArrays({id: BigInt64Array.of(1n, 2n, 3n)}), 'file'))
  for (const name of ['t.outer', 't.inner']) await lake.run(append, name, {files: [source]})
}

test('vacuum with an I/O error at any call deletes no file of a table that lies below its own', async () => {
  const lake = await openLake()
  await createNeighbours(lake)
  const saved = await saveLake(lake)
  for (let at = 1; ; at++) {
    const opened = await saved.restore()
    const {io, failed} = faultyIO(localFileIO(), 'an I/O error', at)
    const vacuumed = opened.table('t.outer', io).then(async (table) => {
      const plan = await vacuum.plan(table, options, later)
      return vacuum.execute(table, plan, later)
    })
    await vacuumed.catch((error: unknown) =>
      expect(error).toMatchObject({exit: 3, code: expect.stringMatching(/^(STORAGE_UNAVAILABLE|NEIGHBOUR_UNKNOWN)$/)}),
    )
    for (const name of ['t.outer', 't.inner']) {
      const table = await opened.table(name)
      expect(await rowsOf(table, headOf(table))).toEqual(['1', '2', '3'])
    }
    const inner = await opened.table('t.inner')
    const data = (await referencedFiles(inner)).filter((path) => path.includes('/inner/data/'))
    expect(data).toHaveLength(1)
    expect(await filesOnDisk(inner)).toEqual(data)
    await opened.close()
    if (failed.length === 0) break
  }
  await saved.remove()
})

test('vacuum is not held up by a table of the catalog whose metadata is gone, and names it', async () => {
  const lake = await openLake()
  await createNeighbours(lake)
  const {metadata} = await lake.catalog.createTable({namespace: ['t'], name: 'dead'}, {schema})
  await rm(localPath(metadata.location), {recursive: true})
  const warnings: string[] = []
  const context = {...later, log: {debug() {}, warn: (message: string) => void warnings.push(message)}}
  const plan = await vacuum.plan(await lake.table('t.outer'), options, context)
  expect(plan.noop).toBe(true)
  expect(plan.neighbours).toEqual([{name: 't.inner', location: expect.stringMatching(/outer\/inner$/), files: 1}])
  expect(warnings).toEqual([expect.stringContaining('t.dead could not be loaded to see where it lies')])
  await lake.close()
})

test('vacuum leaves the data of a table that writes below its location, wherever that table itself lies', async () => {
  const lake = await openLake()
  await createNeighbours(lake)
  const {metadata} = await lake.catalog.loadTable({namespace: ['t'], name: 'outer'})
  await lake.catalog.createTable({namespace: ['t'], name: 'guest'}, {schema, properties: {'write.data.path': `${metadata.location}/guest`}})
  await lake.run(append, 't.guest', {files: [join(lake.folder, 'source.arrow')]})
  const table = await lake.table('t.outer')
  await vacuum.execute(table, await vacuum.plan(table, options, later), later)
  const guest = await lake.table('t.guest')
  expect(await rowsOf(guest, headOf(guest))).toEqual(['1', '2', '3'])
  await lake.close()
})

test('vacuum is refused when a table came to lie below its own since it was planned', async () => {
  const lake = await openLake()
  await createNeighbours(lake)
  const table = await lake.table('t.outer')
  const inner = await lake.catalog.loadTable({namespace: ['t'], name: 'inner'})
  await lake.catalog.dropTable({namespace: ['t'], name: 'inner'})
  const plan = await vacuum.plan(table, options, later)
  expect(plan.files.length).toBeGreaterThan(0)
  await lake.catalog.registerTable({namespace: ['t'], name: 'inner'}, inner.metadataLocation)
  await expect(vacuum.execute(table, plan, later)).rejects.toMatchObject({code: 'PLAN_OUTDATED', exit: 5})
  const again = await lake.table('t.inner')
  expect(await rowsOf(again, headOf(again))).toEqual(['1', '2', '3'])
  await lake.close()
})
