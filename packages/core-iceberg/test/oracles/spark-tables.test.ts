import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {parseTableName} from '@phlo/core'
import {
  type ChangesOptions,
  expireSnapshots,
  optimize,
  type ReadOptions,
  repair,
  rewriteDeletes,
  rewriteManifests,
  scanChanges,
  scanRecordBatches,
  vacuum,
} from '@phlo/iceberg'
import type {RecordBatch} from 'apache-arrow'
import {codesOf, findingsOf} from '../../../iceberg/test/inspect/checked.js'
import {closeSound} from '../../../iceberg/test/support/close-sound.js'
import {type Lake, openLake, testContext} from '../../../iceberg/test/support/lake.js'
import {type Expected, sparkKinds, takeSparkTable} from '../../../iceberg/test/support/spark-tables.js'
import {jsonValue} from '../../src/cells.js'
import {treeOf} from '../support/phlo.js'

type Row = Readonly<Record<string, unknown>>

/** Rows in the order of their JSON, as the fixtures have them. */
async function rowsOf(batches: AsyncIterable<RecordBatch>): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const batch of batches) {
    for (let row = 0; row < batch.numRows; row++) {
      rows.push(Object.fromEntries(batch.schema.fields.map(({name}, column) => [name, jsonValue(batch.data.children[column]!, row)])))
    }
  }
  return sorted(rows)
}

const keyOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : Object.is(part, -0)
        ? '-0'
        : part,
  )
const sorted = (rows: readonly Row[]) => [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['spark'], {})
})
afterAll(() => closeSound(lake))

/** What Phlo reads of a snapshot, or of the head: the columns that Spark read. */
async function scanned(name: string, wanted: readonly Row[], options: ReadOptions = {}): Promise<readonly Row[]> {
  const columns = Object.keys(wanted[0] ?? {})
  return rowsOf(scanRecordBatches(await lake.table(name), {...(columns.length > 0 && {columns}), ...options}))
}

async function expectSnapshots(name: string, {snapshots, head}: Expected): Promise<void> {
  const table = await lake.table(name)
  for (const snapshot of table.metadata.snapshots) {
    const rows = snapshots[String(snapshot['snapshot-id'])]
    if (rows) expect({snapshot, rows: await scanned(name, rows, {snapshot})}).toEqual({snapshot, rows: sorted(rows)})
  }
  expect(await scanned(name, head)).toEqual(sorted(head))
}

const findings = async (name: string) => findingsOf(lake, await lake.table(name), {data: true, allSnapshots: true})

const SPARKS: Readonly<Record<'changes' | 'net' | 'updates', ChangesOptions>> = {
  changes: {},
  net: {net: true},
  updates: {identifier: ['id']},
}

/** Spark's lz4 is not written; whoever has such a table names another codec first. */
const ZSTD = {'write.parquet.compression-codec': 'zstd'}

/** Spark aggregated the rows of `statistics`; the others are compared row by row. */
const READ = sparkKinds.filter((kind) => !['statistics', 'orc_files'].includes(kind))

describe('a table that Spark wrote', () => {
  test.each(READ)('has the rows that Spark reads, before and after every operation: %s', async (kind) => {
    const {name, expected} = await takeSparkTable(lake, kind)
    await expectSnapshots(name, expected)
    expect(await findings(name)).toEqual([])
    // What Spark does not count of INT96 when it adds files is filled in.
    expect(await repair.plan(await lake.table(name), {}, lake.context)).toMatchObject({noop: kind !== 'hive_files', left: []})
    const version = (await lake.table(name)).metadata['format-version']
    if (version > 1) await lake.run(rewriteDeletes, name, {minInputFiles: 1})
    await lake.run(rewriteManifests, name, {})
    if (kind === 'codecs') {
      const before = treeOf(lake.folder)
      await expect(lake.run(optimize, name, {rewriteAll: true})).rejects.toMatchObject({code: 'INVALID_PROPERTY', exit: 2})
      expect(treeOf(lake.folder)).toEqual(before)
      await lake.catalog.commitTable(parseTableName(name), [], [{action: 'set-properties', updates: ZSTD}])
    }
    await lake.run(optimize, name, {rewriteAll: true, minInputFiles: 1, verify: 'full'})
    await expectSnapshots(name, expected)
    await lake.run(expireSnapshots, name, {olderThan: Date.now(), retainLast: 2})
    const later = testContext(() => Date.now() + 5 * 86_400_000)
    await vacuum.execute(await lake.table(name), await vacuum.plan(await lake.table(name), {}, later), later)
    await expectSnapshots(name, expected)
    expect(await findings(name)).toEqual([])
  })

  test.each(Object.entries(SPARKS))('has the change log that Spark makes: %s', async (log, options) => {
    const {name, expected} = await takeSparkTable(lake, 'copy_on_write', `changes_${log}`)
    const wanted = expected[log as keyof typeof SPARKS] ?? []
    expect(await rowsOf(scanChanges(await lake.table(name), options))).toEqual(sorted(wanted))
    expect(wanted.length).toBeGreaterThan(30)
  })

  test('is carried by whatever needs no values when its files are ORC, and refused by name by what does', async () => {
    const {name, expected} = await takeSparkTable(lake, 'orc_files')
    await lake.run(rewriteManifests, name, {})
    const kept = await lake.table(name)
    expect(codesOf(await findings(name))).toEqual(Array(4).fill('NOT_CHECKED'))
    for (const work of [() => scanned(name, expected.head), () => lake.run(optimize, name, {rewriteAll: true})]) {
      await expect(work()).rejects.toMatchObject({code: 'FORMAT_NOT_READ', exit: 6, message: expect.stringMatching(/\.orc .*ORC/)})
    }
    expect((await lake.table(name)).metadata).toEqual(kept.metadata)
    await lake.run(expireSnapshots, name, {olderThan: Date.now(), retainLast: 1})
    expect(codesOf(await findings(name))).toEqual(Array(4).fill('NOT_CHECKED'))
  })

  test('keeps the statistics that Spark computed', async () => {
    const {name, expected} = await takeSparkTable(lake, 'statistics')
    const {metadata, io} = await lake.table(name)
    expect([metadata.statistics?.length, metadata['partition-statistics']?.length]).toEqual([1, 1])
    await lake.run(optimize, name, {rewriteAll: true})
    await lake.run(rewriteManifests, name, {})
    const later = testContext(() => Date.now() + 5 * 86_400_000)
    await vacuum.execute(await lake.table(name), await vacuum.plan(await lake.table(name), {}, later), later)
    const kept = (await lake.table(name)).metadata
    expect(kept).toMatchObject({statistics: metadata.statistics, 'partition-statistics': metadata['partition-statistics']})
    const files = [...(metadata.statistics ?? []), ...(metadata['partition-statistics'] ?? [])]
    const sizes = await Promise.all(files.map(async (file) => (await io.stat(file['statistics-path']))?.size))
    expect(sizes).toEqual(files.map((file) => file['file-size-in-bytes']))
    let [rows, ids] = [0, 0]
    for await (const batch of scanRecordBatches(await lake.table(name), {columns: ['id']})) {
      rows += batch.numRows
      for (const id of batch.getChild('id') ?? []) ids += Number(id)
    }
    expect([{rows, ids}]).toEqual(expected.head)
  })
})
