import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {optimize, upgrade} from '@phlo/iceberg'
import {appendRows, emptyTable, entriesOf, findingsOf, openCheckedLake} from '../inspect/checked.js'
import {closeSound} from '../support/close-sound.js'
import type {Lake} from '../support/lake.js'
import {rowsBySnapshot} from '../support/saved-lake.js'

let lake: Lake
beforeAll(async () => {
  lake = await openCheckedLake()
})
afterAll(() => closeSound(lake))

test('a table goes from version 1 to 2 to 3, and every snapshot keeps its rows, whatever is done in between', async () => {
  const name = await emptyTable(lake, 1)
  let rows: Awaited<ReturnType<typeof rowsBySnapshot>> = {}
  const step = async () => {
    const table = await lake.table(name)
    const now = await rowsBySnapshot(table)
    expect(now).toMatchObject(rows)
    rows = now
    expect(await findingsOf(lake, table, {data: true, allSnapshots: true})).toEqual([])
    return table
  }
  for (const version of [1, 2, 3]) {
    if (version > 1) {
      const before = await step()
      const {plan, result} = await lake.run(upgrade, name, {formatVersion: version})
      expect(plan).toMatchObject({noop: false, from: version - 1, to: version})
      expect(result).toEqual({summary: `${name} has format version ${version}; it had ${version - 1}`, snapshotId: null})
      const after = await step()
      expect(after.metadata).toMatchObject({'format-version': version, snapshots: before.metadata.snapshots})
    }
    await appendRows(lake, name, version * 100)
    await step()
    await appendRows(lake, name, version * 100 + 50)
    await step()
    await lake.run(optimize, name, {minInputFiles: 2})
    await step()
  }
  const {metadata} = await lake.table(name)
  expect(metadata.snapshots).toHaveLength(9)
  expect((await lake.table(name)).metadata['next-row-id']).toBeGreaterThan(0n)
})

test('a table goes from version 1 to 3 at once, and begins with row id 0', async () => {
  const name = await emptyTable(lake, 1)
  await appendRows(lake, name)
  await lake.run(upgrade, name, {formatVersion: 3})
  const table = await lake.table(name)
  expect(table.metadata).toMatchObject({'format-version': 3, 'next-row-id': 0n, 'last-sequence-number': 0n})
  expect((await entriesOf(table)).every(({dataFile}) => dataFile.firstRowId === undefined)).toBe(true)
  await appendRows(lake, name, 100)
  const ids = (await entriesOf(await lake.table(name))).map(({dataFile}) => dataFile.firstRowId)
  expect(ids).not.toContain(undefined)
  expect(new Set(ids).size).toBe(ids.length)
})

test('the plan says what the upgrade means, and changes nothing', async () => {
  const name = await emptyTable(lake, 1)
  await appendRows(lake, name)
  const before = await lake.table(name)
  const plan = await upgrade.plan(before, {formatVersion: 3}, lake.context)
  expect(plan.consequences.join('\n')).toMatch(
    /sequence numbers.*version 1 cannot open.*next-row-id begins at 0.*versions 1 and 2 cannot open.*cannot go back/s,
  )
  expect((await upgrade.plan(before, {formatVersion: 2}, lake.context)).consequences.join('\n')).not.toContain('next-row-id')
  expect((await lake.table(name)).metadataLocation).toBe(before.metadataLocation)
})

test('the version that it has is nothing to do', async () => {
  const name = await emptyTable(lake, 2)
  const before = await lake.table(name)
  expect(await lake.run(upgrade, name, {formatVersion: 2})).toMatchObject({
    plan: {noop: true, consequences: []},
    result: {snapshotId: null},
  })
  expect((await lake.table(name)).metadataLocation).toBe(before.metadataLocation)
})

test.each([
  [3, 2, 'FORMAT_VERSION_DOWNGRADE', 6],
  [2, 1, 'FORMAT_VERSION_DOWNGRADE', 6],
  [2, 4, 'INVALID_OPTION', 2],
  [2, 2.5, 'INVALID_OPTION', 2],
])('from version %d to %d is refused', async (from, to, code, exit) => {
  const table = await lake.table(await emptyTable(lake, from))
  await expect(upgrade.plan(table, {formatVersion: to}, lake.context)).rejects.toMatchObject({code, exit})
})

test('a table whose snapshots have no manifest lists is refused, and the command that mends it named', async () => {
  const name = await emptyTable(lake, 1)
  await appendRows(lake, name)
  const table = await lake.table(name)
  const snapshots = table.metadata.snapshots.map(({'manifest-list': _, ...snapshot}) => ({...snapshot, manifests: ['file:///m.avro']}))
  const old = {...table, metadata: {...table.metadata, snapshots}}
  await expect(upgrade.plan(old, {formatVersion: 2}, lake.context)).rejects.toMatchObject({
    code: 'SNAPSHOTS_WITHOUT_LIST',
    suggestions: [`phlo table expire-snapshots ${name} --snapshot-id ${snapshots[0]?.['snapshot-id']}`],
  })
})

test('commits that land between plan and execution stay; another upgrade is a conflict', async () => {
  const name = await emptyTable(lake, 2)
  const stale = await lake.table(name)
  const plan = await upgrade.plan(stale, {formatVersion: 3}, lake.context)
  await appendRows(lake, name)
  await upgrade.execute(stale, plan, lake.context)
  const table = await lake.table(name)
  expect(table.metadata).toMatchObject({'format-version': 3, snapshots: [{'sequence-number': 1n}]})
  await expect(upgrade.execute(table, plan, lake.context)).rejects.toMatchObject({code: 'PLAN_OUTDATED', exit: 5})
})
