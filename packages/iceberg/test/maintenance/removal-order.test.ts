import {afterEach, beforeEach, expect, test} from '@jest/globals'
import {expireSnapshots, type IcebergTable, icebergTable, optimize} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import type {Lake} from '../support/lake.js'
import {openSorted} from './sorted-tables.js'

let lake: Lake
let name = ''
beforeEach(async () => {
  const opened = await openSorted(3, 10)
  lake = opened.lake
  name = opened.name
  await lake.run(optimize, name, {rewriteAll: true})
})
afterEach(() => closeSound(lake))

const kindOf = (path: string) => (path.includes('/data/') ? 'data' : /\/snap-[^/]*$/.test(path) ? 'list' : 'manifest')

/** Each removal that the store was asked for, as the kinds of its files. */
function watched(table: IcebergTable) {
  const told: string[] = []
  const removals: (readonly string[])[] = []
  const note = (paths: readonly string[]) => {
    const kinds = paths.filter((path) => !path.endsWith('.json')).map(kindOf)
    if (kinds.length > 0) removals.push([...new Set(kinds)])
    told.push(...kinds)
  }
  const io: IcebergTable['io'] = {
    ...table.io,
    delete(paths) {
      note(paths)
      return table.io.delete(paths)
    },
    async move(from, to) {
      note([from])
      await new Promise((resolve) => setTimeout(resolve, 1))
      return table.io.move(from, to)
    },
  }
  const source = {
    ...table.source,
    loadTable: async (...given: Parameters<typeof table.source.loadTable>) => ({...(await table.source.loadTable(...given)), io}),
    commitTable: async (...given: Parameters<typeof table.source.commitTable>) => ({...(await table.source.commitTable(...given)), io}),
  }
  const {metadata, metadataLocation} = table
  return {table: icebergTable(source, table.name, {metadata, metadataLocation, io}), told, removals}
}

test.each([false, true])('what refers to other files is removed after them, by a request of its own; quarantine %p', async (quarantine) => {
  const {table, told, removals} = watched(await lake.table(name))
  const later = {...lake.context, clock: {now: () => Date.now() + 1000}}
  const plan = await expireSnapshots.plan(table, {olderThan: 0, quarantine}, later)
  await expireSnapshots.execute(table, plan, later)
  expect(told).toEqual([...Array(3).fill('data'), ...Array(plan.files.manifests.length).fill('manifest'), ...Array(3).fill('list')])
  expect(plan.files.manifests.length).toBeGreaterThan(0)
  if (!quarantine) expect(removals).toEqual([['data'], ['manifest'], ['list']])
})
