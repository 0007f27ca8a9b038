import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {expireSnapshots, optimize, rewriteDeletes, rewriteManifests, scanRecordBatches, tableStats, vacuum} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import {standingJava} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const java = standingJava()
afterAll(() => java.close())

const HOUR = 60 * 60 * 1000

/** Rows and the sum of the ids of each snapshot, as Phlo reads them. */
async function scanned(lake: Lake, name: string): Promise<Record<string, {rows: number; ids: string}>> {
  const table = await lake.table(name)
  const found: Record<string, {rows: number; ids: string}> = {}
  for (const snapshot of table.metadata.snapshots) {
    let rows = 0
    let ids = 0n
    for await (const batch of scanRecordBatches(table, {snapshot, columns: ['id']})) {
      rows += batch.numRows
      for (const id of batch.getChild('id') ?? []) ids += id as bigint
    }
    found[String(snapshot['snapshot-id'])] = {rows, ids: String(ids)}
  }
  return found
}

const judged = async (lake: Lake, name: string) =>
  Object.fromEntries(
    Object.entries(await java.profile(lake, name)).map(([id, {rows, columns}]) => [id, {rows, ids: columns['id']?.sum ?? '0'}]),
  )

describe.each([2, 3])('a v%d table with every kind of delete', (version) => {
  const name = `made.with_deletes_v${version}`
  let lake: Lake
  beforeAll(async () => {
    lake = await openLake()
    await java.createDeleted(lake, name, version)
  })
  afterAll(() => closeSound(lake))

  test('has the rows that Iceberg’s Java library finds, in every snapshot', async () => {
    expect(await scanned(lake, name)).toEqual(await judged(lake, name))
  })

  test('keeps them when it is optimized with all of its deletes still there', async () => {
    const other = `${name}_at_once`
    await java.createDeleted(lake, other, version)
    const head = String((await lake.table(other)).metadata['current-snapshot-id'])
    const {plan, result} = await lake.run(optimize, other, {rewriteAll: true, verify: 'full'})
    expect(result.removedDeleteFiles).toBe(plan.deadDeletes.length)
    expect(plan.deadDeletes.length).toBeGreaterThan(5)
    const profile = await java.profile(lake, other)
    expect(profile[String(result.snapshotId)]).toEqual(profile[head])
  })

  test('keeps them, and their row ids, when its deletes are moved to merged files', async () => {
    const other = `${name}_moved`
    await java.createDeleted(lake, other, version)
    const head = String((await lake.table(other)).metadata['current-snapshot-id'])
    const {result} = await lake.run(optimize, other, {rewriteAll: true, keepDeletes: true, verify: 'full'})
    expect(result.keptDeletedRows).toBeGreaterThan(50)
    const profile = await java.profile(lake, other)
    expect(profile[String(result.snapshotId)]).toEqual(profile[head])
    expect(await tableStats(await lake.table(other), lake.context)).toMatchObject({deleteFiles: result.addedDeleteFiles})
  })

  test('keeps them when its manifests are written anew', async () => {
    const before = await java.profile(lake, name)
    const head = String((await lake.table(name)).metadata['current-snapshot-id'])
    const {plan, result} = await lake.run(rewriteManifests, name, {sortBy: ['kind']})
    expect(plan.rewrites.map(({content}) => content)).toContain('data')
    expect(await java.profile(lake, name)).toEqual({...before, [String(result.snapshotId)]: before[head]})
  })

  test('keeps them when its position deletes, and then its equality deletes, are rewritten', async () => {
    const before = await java.profile(lake, name)
    const head = String((await lake.table(name)).metadata['current-snapshot-id'])
    const positions = await lake.run(rewriteDeletes, name, {minInputFiles: 2})
    const first = await java.profile(lake, name)
    expect(first).toEqual({...before, [String(positions.result.snapshotId)]: before[head]})
    const equalities = await lake.run(rewriteDeletes, name, {equality: true})
    expect(equalities).toMatchObject({plan: {inputFiles: 5}, result: {deletedRows: expect.any(Number)}})
    expect(equalities.result.deletedRows).toBeGreaterThan(30)
    expect(await java.profile(lake, name)).toEqual({...first, [String(equalities.result.snapshotId)]: before[head]})
    for (const options of [{}, {equality: true}]) expect((await lake.run(rewriteDeletes, name, options)).plan.noop).toBe(true)
  })

  test('keeps them, and their row ids, when it is optimized, and has no deletes afterwards', async () => {
    const before = await java.profile(lake, name)
    const head = String((await lake.table(name)).metadata['current-snapshot-id'])
    const {plan, result} = await lake.run(optimize, name, {rewriteAll: true, verify: 'full'})
    expect(plan.deadDeletes.length).toBeGreaterThan(1)
    expect(result.removedDeleteFiles).toBe(plan.deadDeletes.length)
    expect(result.deletedRows).toBeGreaterThan(50)
    const after = await java.profile(lake, name)
    expect(after).toEqual({...before, [String(result.snapshotId)]: before[head]})
    expect(await tableStats(await lake.table(name), lake.context)).toMatchObject({deleteFiles: 0, rows: before[head]?.rows})
    expect((await lake.run(optimize, name, {})).plan.noop).toBe(true)
  })

  test('is left with what its head needs, when old snapshots expire and orphans are removed', async () => {
    const head = String((await lake.table(name)).metadata['current-snapshot-id'])
    const before = (await java.profile(lake, name))[head]
    await lake.run(expireSnapshots, name, {olderThan: 0})
    const later = {...lake.context, clock: {now: () => Date.now() + 2 * HOUR}}
    const table = await lake.table(name)
    await vacuum.execute(table, await vacuum.plan(table, {olderThan: HOUR, forceUnsafeAge: true}, later), later)
    expect(await java.profile(lake, name)).toEqual({[head]: before})
  })
})
