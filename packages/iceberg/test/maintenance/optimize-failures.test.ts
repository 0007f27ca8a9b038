import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from '@jest/globals'
import type {ExecutionEngine, FileIO} from '@phlo/core'
import {type IcebergTable, localPath, optimize} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import {type Lake, openLake} from '../support/lake.js'
import {append, createTable} from './sorted-tables.js'

const PLACES = 3

let lake: Lake
let name = ''
const refusing: ExecutionEngine = {
  $type: '@phlo/engine',
  contract: 1,
  name: 'picky',
  capabilities: {sql: false, sort: true, distributed: false},
  refusal: () => 'it is Sunday',
  sort: async () => {
    throw new Error('it was asked all the same')
  },
}
beforeEach(async () => {
  lake = await openLake({engines: {names: ['picky'], load: async () => refusing}})
  await lake.catalog.createNamespace(['s'], {})
  name = await createTable(lake, {transform: 'identity'})
  for (let file = 0; file < 2; file++) await append(lake, name, file * 300, 300)
})
afterEach(() => closeSound(lake))

/** The table, of which one group's first new file cannot be written while the others wait for its end. */
function failing(table: IcebergTable) {
  const begun: string[] = []
  const released = Promise.withResolvers<void>()
  const io: FileIO = {
    ...table.io,
    async create(path) {
      if (!path.endsWith('.parquet')) return table.io.create(path)
      const isFirst = begun.push(path) === 1
      const file = await table.io.create(path)
      return {
        path,
        get bytesWritten() {
          return file.bytesWritten
        },
        async write(bytes) {
          if (isFirst) {
            setTimeout(released.resolve, 50)
            throw new Error('the first one broke')
          }
          await released.promise
          return file.write(bytes)
        },
        close: () => file.close(),
        abort: () => file.abort(),
      }
    },
  }
  return {table: {...table, io}, begun}
}

const dataFiles = async (table: IcebergTable) =>
  (await readdir(join(localPath(table.location), 'data'), {recursive: true})).filter((path) => path.endsWith('.parquet')).sort()

describe('a group that fails', () => {
  test.each([false, true])('ends the others of its batch, and nothing of them is left; partial progress %p', async (partialProgress) => {
    const table = await lake.table(name)
    const before = await dataFiles(table)
    const options = {
      rewriteAll: true,
      concurrency: PLACES,
      partialProgress,
      maxCommits: 1,
      targetFileSize: 2000,
      minFileSize: 1,
      maxFileSize: 2 ** 20,
    }
    const plan = await optimize.plan(table, options, lake.context)
    expect(plan.groups).toHaveLength(PLACES)
    expect(plan.outputFiles).toBeGreaterThan(PLACES)
    const {table: broken, begun} = failing(table)
    await expect(optimize.execute(broken, plan, lake.context)).rejects.toThrow('the first one broke')
    expect(begun.length).toBeLessThanOrEqual(PLACES)
    expect(await dataFiles(table)).toEqual(before)
  })
})

describe('an engine that is asked for by its name and refuses', () => {
  test.each([
    ['picky', ['The engine picky does not sort these rows, and Phlo sorts by itself: it is Sunday']],
    [undefined, []],
  ])('is told once, however many groups there are: %p', async (engine, expected) => {
    const told: string[] = []
    const context = {...lake.context, log: {debug() {}, warn: (message: string) => told.push(message)}}
    const table = await lake.table(name)
    const plan = await optimize.plan(table, {sort: 'id', rewriteAll: true, ...(engine && {engine})}, context)
    const {engines} = await optimize.execute(table, plan, context)
    expect(engines).toEqual({builtin: PLACES})
    expect(told).toEqual(expected)
  })
})
