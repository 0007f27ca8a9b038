import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {
  appendFiles,
  arrowRows,
  currentSchema,
  expireSnapshots,
  type IcebergTable,
  liveFiles,
  optimize,
  scanRecordBatches,
  vacuum,
  writeDataFiles,
} from '@phlo/iceberg'
import {Schema as ArrowSchema, Field, Int64, makeData, RecordBatch, Struct, Utf8, vectorFromArray} from 'apache-arrow'
import fc from 'fast-check'
import {closeSound} from '../support/close-sound.js'
import {type Lake, openLake, testContext} from '../support/lake.js'

const DAY = 86_400_000

/** A table by chance: its partition spec, and commits of some files of some rows. */
const tables = fc.record({
  transform: fc.constantFrom(undefined, 'identity', 'bucket[3]', 'truncate[10]'),
  version: fc.constantFrom('1', '2', '3'),
  commits: fc.array(fc.array(fc.integer({min: 1, max: 400}), {minLength: 1, maxLength: 5}), {minLength: 1, maxLength: 5}),
  /** From so small that files are split to so large that one is made of all. */
  target: fc.constantFrom(600, 2_000, 10_000, 1_000_000),
  minInputFiles: fc.integer({min: 1, max: 6}),
})

let lake: Lake
let next = 0
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['p'], {})
})
afterAll(() => closeSound(lake))

function rowsFrom(first: number, count: number): RecordBatch {
  const ids = BigInt64Array.from({length: count}, (_, row) => BigInt(first + row))
  const names = vectorFromArray(
    Array.from({length: count}, (_, row) => (row % 9 === 0 ? null : `name ${(first + row) % 37}`)),
    new Utf8(),
  )
  const keys = BigInt64Array.from({length: count}, (_, row) => BigInt((first + row) % 25))
  const fields = [new Field('id', new Int64(), true), new Field('key', new Int64(), true), new Field('name', new Utf8(), true)]
  const longs = [ids, keys].map((data) => makeData({type: new Int64(), length: count, nullCount: 0, data}))
  return new RecordBatch(
    new ArrowSchema(fields),
    makeData({type: new Struct(fields), length: count, nullCount: 0, children: [...longs, names.data[0] as never]}),
  )
}

async function makeTable({
  transform,
  version,
  commits,
}: {
  transform: string | undefined
  version: string
  commits: readonly (readonly number[])[]
}): Promise<string> {
  const name = `t${next++}`
  const fields = ['id', 'key', 'name'].map((column, index) => ({
    id: index + 1,
    name: column,
    type: index < 2 ? 'long' : 'string',
    required: false,
  }))
  const partition = transform === undefined ? [] : [{'source-id': 2, 'field-id': 1000, name: 'key_part', transform}]
  await lake.catalog.createTable(
    {namespace: ['p'], name},
    {schema: {type: 'struct', fields}, partitionSpec: {'spec-id': 0, fields: partition}, properties: {'format-version': version}},
  )
  let first = 0
  for (const files of commits) {
    const table = await lake.table(`p.${name}`)
    const added = []
    for (const count of files) {
      const batch = arrowRows(rowsFrom(first, count), currentSchema(table.metadata))
      first += count
      const one = (async function* () {
        yield batch
      })()
      added.push(...(await writeDataFiles(table, one, {signal: lake.context.signal, onStaged() {}, onRows() {}})))
    }
    await appendFiles(table, added, lake.context)
  }
  return `p.${name}`
}

async function pathsOf(table: IcebergTable): Promise<ReadonlySet<string>> {
  const paths = new Set<string>()
  for await (const {path} of liveFiles(table)) paths.add(path)
  return paths
}

async function rowsOf(table: IcebergTable): Promise<readonly string[]> {
  const rows: string[] = []
  for await (const batch of scanRecordBatches(table)) {
    for (let row = 0; row < batch.numRows; row++)
      rows.push(['id', 'key', 'name'].map((name) => String(batch.getChild(name)?.get(row))).join())
  }
  return rows.sort()
}

async function filesBelow(table: IcebergTable): Promise<ReadonlyMap<string, number>> {
  const files = new Map<string, number>()
  for await (const page of table.io.list(`${table.location}/`)) for (const {path, size} of page) files.set(path, size)
  return files
}

describe('what a dry run shows is what the execution does', () => {
  test('for optimize: the same inputs, the same bytes, the number of outputs; and a second run has nothing to do', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ({target, minInputFiles, ...shape}) => {
        const name = await makeTable(shape)
        const before = await lake.table(name)
        const [paths, rows] = [await pathsOf(before), await rowsOf(before)]
        const options = {targetFileSize: target, minInputFiles}
        const plan = await optimize.plan(before, options, lake.context)
        expect(await pathsOf(await lake.table(name))).toEqual(paths)
        // A plan is JSON: what was saved and read back is what is executed.
        const result = await optimize.execute(await lake.table(name), JSON.parse(JSON.stringify(plan)), lake.context)
        const after = await lake.table(name)
        const now = await pathsOf(after)
        const planned = new Set(plan.groups.flatMap(({merges}) => merges.flatMap(({inputs}) => inputs.map(({path}) => path))))
        expect(paths.difference(now)).toEqual(planned)
        expect(now.difference(paths).size).toBe(plan.outputFiles)
        expect(result).toMatchObject({
          rewrittenDataFiles: plan.inputFiles,
          rewrittenBytes: plan.inputBytes,
          addedDataFiles: plan.outputFiles,
        })
        expect(await rowsOf(after)).toEqual(rows)
        expect((await optimize.plan(after, options, lake.context)).summary).toMatch(/^nothing to do/)
      }),
      {numRuns: 40},
    )
  })

  test('for expire-snapshots and vacuum: the same files and the same bytes are gone, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.integer({min: 1, max: 3}), fc.integer({min: 0, max: 4}), async (shape, retainLast, strangers) => {
        const name = await makeTable(shape)
        await lake.run(optimize, name, {minInputFiles: 2})
        const rows = await rowsOf(await lake.table(name))
        const before = await filesBelow(await lake.table(name))
        const {plan, result} = await lake.run(expireSnapshots, name, {olderThan: 0, retainLast})
        const after = await filesBelow(await lake.table(name))
        const planned = Object.values(plan.files).flat()
        expect([...before.keys()].filter((path) => !after.has(path)).sort()).toEqual(planned.map(({path}) => path).sort())
        expect(result.deletedBytes).toBe(plan.bytes)
        expect(await rowsOf(await lake.table(name))).toEqual(rows)

        const table = await lake.table(name)
        for (let index = 0; index < strangers; index++) {
          const file = await table.io.create(`${table.location}/data/stranger-${index}.parquet`)
          await file.write(new Uint8Array(10 + index))
          await file.close()
        }
        const later = testContext(() => Date.now() + 5 * DAY)
        const orphans = await vacuum.plan(table, {}, later)
        const known = await filesBelow(table)
        await vacuum.execute(table, orphans, later)
        const left = await filesBelow(table)
        expect([...known.keys()].filter((path) => !left.has(path)).sort()).toEqual(orphans.files.map(({path}) => path).sort())
        // The metadata files that fell off the log are orphans too; what a snapshot needs is not.
        expect(orphans.files.filter(({path}) => path.includes('stranger-')).length).toBe(strangers)
        expect(await rowsOf(await lake.table(name))).toEqual(rows)
      }),
      {numRuns: 20},
    )
  })
})
