import {existsSync} from 'node:fs'
import {copyFile, readdir} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {engine} from '@phlo/engine-duckdb'
import {
  appendFiles,
  type DataFile,
  type LeafValues,
  type OptimizeOptions,
  optimize,
  parseType,
  type Schema,
  writeDataFiles,
} from '@phlo/iceberg'
import {append, createTable, filesOf, idsIn, sort} from '../../iceberg/test/maintenance/sorted-tables.js'
import {closeSound} from '../../iceberg/test/support/close-sound.js'
import {deleteByPosition} from '../../iceberg/test/support/delete-rows.js'
import {type Lake, openLake} from '../../iceberg/test/support/lake.js'

let lake: Lake
beforeAll(async () => {
  lake = await openLake({engines: {names: ['duckdb'], load: async () => engine}})
  await lake.catalog.createNamespace(['s'], {})
})
afterAll(() => closeSound(lake))

/** What a manifest says of a file but for its place and its bytes. */
const described = ({
  recordCount,
  sortOrderId,
  partition,
  valueCounts,
  nullValueCounts,
  nanValueCounts,
  lowerBounds,
  upperBounds,
}: DataFile) => ({
  ...{recordCount, sortOrderId, partition, valueCounts, nullValueCounts, nanValueCounts, lowerBounds, upperBounds},
})

/** Sorts a table of its own by an engine; the ids in the order of each file, and the files. */
async function sortedBy(name: string, options: OptimizeOptions, given: Parameters<typeof createTable>[1]) {
  const table = await createTable(lake, given)
  for (const first of [0, 700, 1400]) await append(lake, table, first, 700)
  await deleteByPosition(lake, table, (id) => id % 5n === 0n)
  const {result} = await sort(lake, table, {...options, engine: name, deleteFileThreshold: 1})
  expect(Object.keys(result.engines)).toEqual([name])
  const files = await filesOf(lake, table)
  const read = await lake.table(table)
  const ids = await Promise.all(files.map((file) => idsIn(read, file)))
  return {rows: result.rows, deletedRows: result.deletedRows, ids, files: files.map(described)}
}

describe('a table that DuckDB sorts', () => {
  test.each<[string, OptimizeOptions, Parameters<typeof createTable>[1]]>([
    ['columns', {sort: 'place DESC, y NULLS LAST, id'}, {}],
    ['its own order in version 3', {sort: 'table'}, {version: '3', order: 'x desc'}],
    ['transforms within partitions', {sort: 'bucket(8, id), point.lat DESC NULLS LAST'}, {version: '3', transform: 'identity'}],
    ['a z-curve', {zorder: ['x', 'y', 'place']}, {}],
  ])('is the one that Phlo sorts: by %s', async (_, options, given) => {
    expect(await sortedBy('duckdb', options, given)).toEqual(await sortedBy('builtin', options, given))
  })
})

describe('an engine that cannot', () => {
  test('leaves the rows to Phlo, which says so', async () => {
    const told: string[] = []
    const broken = {...engine, sort: async () => Promise.reject(new Error('there is no room'))}
    const own = await openLake({engines: {names: ['duckdb'], load: async () => broken}})
    own.context.log.warn = (message) => told.push(message)
    await own.catalog.createNamespace(['s'], {})
    const table = await createTable(own)
    await append(own, table, 0, 100)
    const {result} = await sort(own, table, {sort: 'id', engine: 'duckdb'})
    expect(result.engines).toEqual({builtin: 1})
    expect(told).toEqual(['The engine duckdb failed, and Phlo sorts by itself: there is no room'])
    await closeSound(own)
  })

  test('is found out when it does not sort', async () => {
    const told: string[] = []
    const lazy: typeof engine = {...engine, sort: (request) => copyFile(request.rows, request.output)}
    const own = await openLake({engines: {names: ['duckdb'], load: async () => lazy}})
    own.context.log.warn = (message) => told.push(message)
    await own.catalog.createNamespace(['s'], {})
    const table = await createTable(own)
    await append(own, table, 0, 100)
    const {result} = await sort(own, table, {sort: 'y, x', engine: 'duckdb'})
    expect(result.engines).toEqual({builtin: 1})
    expect(told).toEqual([expect.stringContaining('Rows were not sorted by y')])
    await closeSound(own)
  })

  test('is not asked for few rows unless it is named, and not without an order', async () => {
    const table = await createTable(lake)
    for (const first of [0, 100]) await append(lake, table, first, 100)
    const {result} = await sort(lake, table, {sort: 'id'})
    expect(result.engines).toEqual({builtin: 1})
    await expect(optimize.plan(await lake.table(table), {engine: 'duckdb'}, lake.context)).rejects.toMatchObject({code: 'INVALID_OPTION'})
  })

  test('is a mistake of usage when it is not installed, with the command that installs it', async () => {
    const table = await createTable(lake)
    await expect(optimize.plan(await lake.table(table), {sort: 'id', engine: 'trino'}, lake.context)).rejects.toMatchObject({
      code: 'ENGINE_NOT_INSTALLED',
      exit: 2,
      suggestions: ['phlo plugins install @phlo/engine-trino', '--engine builtin'],
    })
  })
})

describe('an interrupt', () => {
  test('as the engine gets its rows ends the rewrite, and nothing is left behind', async () => {
    const stop = new AbortController()
    let folder = ''
    const stopping: typeof engine = {
      ...engine,
      async sort(request) {
        folder = dirname(request.rows)
        const sorting = engine.sort?.(request)
        stop.abort(new Error('enough'))
        await sorting
      },
    }
    const own = await openLake({engines: {names: ['duckdb'], load: async () => stopping}})
    await own.catalog.createNamespace(['s'], {})
    const table = await createTable(own)
    await append(own, table, 0, 4000)
    const context = {...own.context, signal: stop.signal}
    const plan = await optimize.plan(await own.table(table), {sort: 'place, id', engine: 'duckdb'}, context)
    const before = await readdir(own.folder, {recursive: true})
    await expect(optimize.execute(await own.table(table), plan, context)).rejects.toThrow('enough')
    expect(await readdir(own.folder, {recursive: true})).toEqual(before)
    expect(existsSync(folder)).toBe(false)
    expect(basename(folder)).toMatch(/^phlo-sort-/)
    await closeSound(own)
  })
})

describe('what DuckDB does not hold', () => {
  test.each([
    ['nanoseconds with a zone', 'timestamptz_ns', undefined, 'DuckDB cuts its nanoseconds off: column other is a timestamptz_ns'],
    ['a fixed', 'fixed[4]', undefined, 'DuckDB writes it as binary of any length: column other is a fixed[4]'],
    ['little memory', 'long', 2 ** 25, 'DuckDB needs 128 MiB of memory for itself, and has 16 MiB'],
  ])('is sorted by Phlo, and --verbose tells why: %s', async (_, type, memoryLimit, reason) => {
    const told: string[] = []
    const own = await openLake({engines: {names: ['duckdb'], load: async () => engine}})
    own.context.log.debug = (message) => told.push(message)
    await own.catalog.createNamespace(['s'], {})
    await own.catalog.createTable(
      {namespace: ['s'], name: 'odd'},
      {schema: parseType(`struct<id: long, other: ${type}>`) as Schema, properties: {'format-version': '3'}},
    )
    const column = (leaf: LeafValues['leaf']): LeafValues => {
      const values = Array.from({length: 50}, (_, row) => (leaf.name === 'id' ? BigInt(50 - row) : null))
      return {leaf, values, definitionLevels: Uint8Array.from(values, (value) => Number(value !== null)), rows: 50}
    }
    const batches = (async function* () {
      yield {rows: 50, column}
    })()
    const opened = await own.table('s.odd')
    const files = await writeDataFiles(opened, batches, {signal: own.context.signal, onStaged() {}, onRows() {}})
    await appendFiles(opened, files, own.context)
    const {result} = await own.run(optimize, 's.odd', {sort: 'id', engine: 'duckdb', ...(memoryLimit && {memoryLimit})})
    expect(result.engines).toEqual({builtin: 1})
    expect(told).toContain(`Phlo sorts 50 rows by itself: engine duckdb: ${reason}`)
    await closeSound(own)
  })
})
