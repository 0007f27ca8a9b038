import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {
  appendFiles,
  type DataFile,
  headOf,
  type IcebergTable,
  type ManifestEntry,
  type ManifestFile,
  optimize,
  readManifest,
  readManifestList,
  rewriteManifests,
} from '@phlo/iceberg'
import fc from 'fast-check'
import {type Lake, openLake} from '../support/lake.js'

let lake: Lake
let next = 0
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['m'], {})
})
afterAll(() => lake.close())

/** A data file of a partition as a manifest tells of it; no manifest is about what is in it. */
const fileIn = (partition: string | null, rows = 1): DataFile => ({
  content: 'data',
  filePath: `file:///nowhere/${next++}.parquet`,
  fileFormat: 'PARQUET',
  specId: 0,
  partition: [partition],
  recordCount: rows,
  fileSizeInBytes: 100,
})

async function makeTable(version: string, commits: readonly (readonly (string | null)[])[]): Promise<string> {
  const name = `t${next++}`
  const table = await lake.catalog.createTable(
    {namespace: ['m'], name},
    {
      schema: {type: 'struct', fields: [{id: 1, name: 'place', type: 'string', required: false}]},
      partitionSpec: {'spec-id': 0, fields: [{'source-id': 1, 'field-id': 1000, name: 'place', transform: 'identity'}]},
      properties: {'format-version': version},
    },
  )
  expect(table.metadata.snapshots).toEqual([])
  for (const partitions of commits) {
    await appendFiles(
      await lake.table(`m.${name}`),
      partitions.map((partition) => fileIn(partition, 10)),
      lake.context,
    )
  }
  return `m.${name}`
}

async function manifestsOf(table: IcebergTable): Promise<readonly ManifestFile[]> {
  const head = headOf(table)
  return head ? readManifestList(table.io, head, table.metadata['format-version']) : []
}

/** Every live entry, by path. */
async function entriesOf(table: IcebergTable): Promise<ReadonlyMap<string, Omit<ManifestEntry, 'status'>>> {
  const entries = new Map<string, Omit<ManifestEntry, 'status'>>()
  for (const manifest of await manifestsOf(table)) {
    for await (const {status, ...entry} of readManifest(table.io, manifest, table)) {
      if (status !== 'deleted') entries.set(entry.dataFile.filePath, entry)
    }
  }
  return entries
}

describe('rewriting manifests', () => {
  test('keeps every entry as it was, in as many manifests as the plan says, and finds nothing to do the second time', async () => {
    const place = fc.constantFrom('a', 'b', 'c', 'ä', null)
    const commits = fc.array(fc.array(place, {minLength: 1, maxLength: 6}), {minLength: 2, maxLength: 8})
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('1', '2', '3'), commits, async (version, given) => {
        const name = await makeTable(version, given)
        const before = await entriesOf(await lake.table(name))
        const {plan, result} = await lake.run(rewriteManifests, name, {})
        expect(plan).toMatchObject({noop: false, sortBy: ['place'], keptManifests: 0})
        expect(result).toMatchObject({rewrittenManifests: given.length, addedManifests: 1, entries: before.size})
        const table = await lake.table(name)
        expect(await manifestsOf(table)).toMatchObject([{existingFilesCount: before.size, addedFilesCount: 0, deletedFilesCount: 0}])
        expect(await entriesOf(table)).toEqual(before)
        expect(headOf(table)?.summary).toMatchObject({operation: 'replace', 'total-data-files': String(before.size)})
        expect((await lake.run(rewriteManifests, name, {})).plan).toMatchObject({noop: true, summary: expect.stringContaining('optimal')})
      }),
      {numRuns: 25},
    )
  })

  test('puts the files of a partition side by side, so that each manifest is about few', async () => {
    const places = Array.from({length: 40}, (_, index) => `place ${String(index).padStart(2, '0')}`)
    const name = await makeTable(
      '2',
      Array.from({length: 6}, () => places),
    )
    const {plan} = await lake.run(rewriteManifests, name, {targetManifestSize: 12_000, sortBy: ['place']})
    const manifests = await manifestsOf(await lake.table(name))
    expect(manifests.length).toBe(plan.rewrites[0]?.outputs)
    expect(manifests.length).toBeGreaterThan(1)
    const ranges = manifests.map(({partitions}) => [partitions?.[0]?.lowerBound, partitions?.[0]?.upperBound].map(String))
    for (const [index, [lower]] of ranges.entries()) expect(index === 0 || String(lower) >= String(ranges[index - 1]?.[1])).toBe(true)
  })

  test('leaves what others commit meanwhile where it is', async () => {
    const name = await makeTable('2', [['a'], ['b'], ['a']])
    const plan = await rewriteManifests.plan(await lake.table(name), {}, lake.context)
    const stale = await lake.table(name)
    await appendFiles(await lake.table(name), [fileIn('c')], lake.context)
    await rewriteManifests.execute(stale, plan, lake.context)
    const table = await lake.table(name)
    expect([...(await entriesOf(table)).values()].map(({dataFile}) => dataFile.partition[0]).sort()).toEqual(['a', 'a', 'b', 'c'])
    expect(await manifestsOf(table)).toHaveLength(2)
  })

  test('is refused when a manifest that it was planned for is gone, and changes nothing', async () => {
    const name = await makeTable('2', [['a'], ['b'], ['a']])
    const plan = await rewriteManifests.plan(await lake.table(name), {}, lake.context)
    await lake.run(rewriteManifests, name, {})
    const before = (await lake.table(name)).metadataLocation
    await expect(rewriteManifests.execute(await lake.table(name), plan, lake.context)).rejects.toMatchObject({
      code: 'PLAN_OUTDATED',
      exit: 5,
    })
    expect((await lake.table(name)).metadataLocation).toBe(before)
  })

  test.each([
    [{specId: 7}, 'SPEC_NOT_FOUND'],
    [{sortBy: ['nowhere']}, 'PARTITION_FIELD_NOT_FOUND'],
    [{targetManifestSize: 0}, 'INVALID_OPTION'],
  ])('refuses %j', async (options, code) => {
    const name = await makeTable('2', [['a'], ['b']])
    await expect(rewriteManifests.plan(await lake.table(name), options, lake.context)).rejects.toMatchObject({code, exit: 2})
  })

  test('has nothing to do for a table without snapshots', async () => {
    const name = await makeTable('3', [])
    expect((await lake.run(rewriteManifests, name, {})).plan).toMatchObject({noop: true, rewrites: []})
    expect((await lake.run(optimize, name, {})).plan.noop).toBe(true)
  })
})
