import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {headOf, type IcebergTable, type OptimizeOptions, optimize, readManifestList} from '@phlo/iceberg'
import {filesByPartition} from '../../src/maintenance/optimize/candidates.js'
import {resolveOptions} from '../../src/maintenance/optimize/options.js'
import {judgeFile} from '../../src/maintenance/optimize/select.js'
import {closeSound} from '../support/close-sound.js'
import {deleteByEquality, deleteByPosition} from '../support/delete-rows.js'
import type {Lake} from '../support/lake.js'
import {openSorted} from './sorted-tables.js'

const FILES = 12

let lake: Lake
let name = ''
beforeAll(async () => {
  const opened = await openSorted(FILES, 50)
  lake = opened.lake
  name = opened.name
  await deleteByPosition(lake, name, (id) => id % 5n === 0n)
  await deleteByEquality(lake, name, 1, [1n, 2n, 333n])
})
afterAll(() => closeSound(lake))

/** The same table, with the paths that are opened; `onOpen` is told how many they are. */
function watched(table: IcebergTable, onOpen: (count: number) => void = () => {}) {
  const opened: string[] = []
  const io: IcebergTable['io'] = {
    ...table.io,
    open(path, options) {
      opened.push(path)
      onOpen(opened.length)
      return table.io.open(path, options)
    },
  }
  return {table: {...table, io}, opened}
}

const manifestsOf = async (table: IcebergTable) => {
  const head = headOf(table)
  return head ? await readManifestList(table.io, head, 2) : []
}

describe('planning an optimize', () => {
  test.each<[OptimizeOptions, boolean]>([
    [{}, true],
    [{keepDeletes: true}, false],
    [{rewriteAll: true}, false],
  ])('with %j reads deletes where they decide: %p', async (given, isRead) => {
    const {table, opened} = watched(await lake.table(name))
    const manifests = await manifestsOf(await lake.table(name))
    const deletes = manifests.filter(({content}) => content === 'deletes').map(({manifestPath}) => manifestPath)
    expect(deletes).toHaveLength(2)
    const options = resolveOptions(given, table.properties)
    const [partition] = await filesByPartition(table, manifests, options, null, lake.context)
    expect(partition?.files).toHaveLength(FILES)
    expect(opened.filter((path) => deletes.includes(path))).toHaveLength(isRead ? 2 : 0)
    const plan = await optimize.plan(await lake.table(name), given, lake.context)
    const wanted = partition?.files.filter((file) => judgeFile(file, options).candidate).map(({file}) => file.path)
    expect(plan.groups.flatMap(({merges}) => merges.flatMap(({inputs}) => inputs.map(({path}) => path)))).toEqual(wanted)
    expect(plan.deadDeletes).toHaveLength(2)
  })

  test.each([4, 12, 16, 18, 22, 26])('ends when it is interrupted as it opens its file %i', async (at) => {
    const stop = new AbortController()
    const context = {...lake.context, signal: stop.signal}
    const {table, opened} = watched(await lake.table(name), (count) => {
      if (count === at) stop.abort(new Error('enough'))
    })
    // The list and its 14 manifests for the plan, for the files that it names, for their deletes and for the reasons.
    const explaining = async () => {
      for await (const _ of optimize.explain?.(table, {rewriteAll: true}, context) ?? []) throw new Error('not interrupted')
    }
    await expect(explaining()).rejects.toThrow('enough')
    expect(opened.length).toBeLessThan(at + 10)
  })

  test('what is explained reads the deletes of a group once, however many files come of it', async () => {
    const {table, opened} = watched(await lake.table(name))
    const options = {rewriteAll: true, targetFileSize: 4000, minFileSize: 1, maxFileSize: 100_000}
    const plan = await optimize.plan(await lake.table(name), options, lake.context)
    expect(plan.groups.map(({merges}) => merges.length)).toEqual([expect.any(Number)])
    expect(plan.groups[0]?.merges.length).toBeGreaterThan(2)
    for await (const _ of optimize.explain?.(table, options, lake.context) ?? []);
    const times = plan.deadDeletes.map(({path}) => opened.filter((each) => each === path).length)
    expect(times).toEqual([1, 1])
  })
})
