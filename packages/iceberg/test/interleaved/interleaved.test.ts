import {existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {hasCode, isPhloError} from '@phlo/core'
import {
  append,
  computeStats,
  expireSnapshots,
  headOf,
  type IcebergTable,
  localFileIO,
  optimize,
  repair,
  rewriteDeletes,
  rewriteManifests,
} from '@phlo/iceberg'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import {withFile} from '../inspect/checked.js'
import {deleteByEquality, deleteByPosition} from '../support/delete-rows.js'
import {interposedIO} from '../support/interposed-io.js'
import {openLake, testContext} from '../support/lake.js'
import {type OpenedLake, referencedFiles, rowsBySnapshot, type SavedLake, saveLake} from '../support/saved-lake.js'

const NAME = 't.rows'
const context = testContext(() => Date.now() + 1000)

/** Of every so many calls one is tried, beginning elsewhere for each pair; `PHLO_TEST_EVERY=1` tries all. */
const EVERY = Number(process.env['PHLO_TEST_EVERY'] ?? 23)

interface Work {
  readonly run: (open: () => Promise<IcebergTable>, folder: string) => Promise<unknown>
  /** What it does to the rows that are there. */
  readonly rows: (ids: readonly number[]) => readonly number[]
}

const same = (ids: readonly number[]) => ids
const operation =
  (
    one: typeof optimize | typeof rewriteDeletes | typeof rewriteManifests | typeof expireSnapshots | typeof repair | typeof computeStats,
    options: object,
  ): Work['run'] =>
  async (open) => {
    const table = await open()
    const plan = await one.plan(table, options, context)
    return one.execute(table, plan as never, context)
  }

const deleting = (open: () => Promise<IcebergTable>) => ({table: open, context})

const WORKS: Readonly<Record<string, Work>> = {
  'an append': {
    run: async (open, folder) => {
      const table = await open()
      const plan = await append.plan(table, {files: [join(folder, 'more.arrow')]}, context)
      return append.execute(table, plan, context)
    },
    rows: (ids) => [...ids, 1001, 1002, 1003],
  },
  'a delete by position': {
    run: (open) => deleteByPosition(deleting(open), NAME, (id) => id % 10n === 3n && id < 1000n),
    rows: (ids) => ids.filter((id) => id % 10 !== 3 || id > 1000),
  },
  'a delete by equality': {
    run: (open) => deleteByEquality(deleting(open), NAME, 1, [4n, 14n, 24n]),
    rows: (ids) => ids.filter((id) => ![4, 14, 24].includes(id)),
  },
  optimize: {run: operation(optimize, {rewriteAll: true}), rows: same},
  sorting: {run: operation(optimize, {sort: 'id desc', rewriteAll: true}), rows: same},
  'rewriting position deletes': {run: operation(rewriteDeletes, {minInputFiles: 1}), rows: same},
  'rewriting equality deletes': {run: operation(rewriteDeletes, {equality: true}), rows: same},
  'rewriting manifests': {run: operation(rewriteManifests, {}), rows: same},
  repairing: {run: operation(repair, {}), rows: same},
  'computing statistics': {run: operation(computeStats, {force: true}), rows: same},
  'expiring snapshots': {run: operation(expireSnapshots, {olderThan: 0, retainLast: 1}), rows: same},
}

const write = (path: string, ids: readonly number[]) => writeFileSync(path, tableToIPC(tableFromArrays({id: ids.map(BigInt)}), 'file'))

describe.each(['2', '3'])('in a v%s table', (version) => {
  let saved: SavedLake
  let folder = ''
  let before: Readonly<Record<string, readonly string[]>>
  let ids: readonly number[] = Array.from({length: 30}, (_, id) => id)
  beforeAll(async () => {
    const lake = await openLake()
    folder = lake.folder
    await lake.catalog.createNamespace(['t'], {})
    const schema = {type: 'struct' as const, fields: [{id: 1, name: 'id', type: 'long', required: false}]}
    // Retries without a wait: what is tried is their order, not their patience.
    const properties = {'format-version': version, 'commit.retry.min-wait-ms': '1', 'commit.retry.max-wait-ms': '1'}
    await lake.catalog.createTable({namespace: ['t'], name: 'rows'}, {schema, properties})
    for (const part of [ids.slice(0, 10), ids.slice(10, 20), ids.slice(20)]) {
      write(join(folder, 'rows.arrow'), part)
      await lake.run(append, NAME, {files: [join(folder, 'rows.arrow')]})
    }
    // Something to be repaired, which no reader minds.
    await withFile(lake, NAME, () => ({splitOffsets: [1]}))
    await deleteByPosition(lake, NAME, (id) => id % 10n === 7n)
    await deleteByPosition(lake, NAME, (id) => id % 10n === 8n)
    await deleteByEquality(lake, NAME, 1, [0n, 10n])
    ids = ids.filter((id) => ![7, 8].includes(id % 10) && id !== 0 && id !== 10)
    write(join(folder, 'more.arrow'), [1001, 1002, 1003])
    before = await rowsBySnapshot(await lake.table(NAME))
    saved = await saveLake(lake)
  })
  afterAll(() => saved.remove())

  /** What has to be so, whoever was first. */
  async function isSound(opened: OpenedLake, expected: readonly number[]) {
    const table = await opened.table(NAME)
    for (const path of await referencedFiles(table)) if (!/metadata\.json$/.test(path)) expect(existsSync(path) ? '' : path).toBe('')
    const now = await rowsBySnapshot(table)
    expect(now[String(headOf(table)?.['snapshot-id'])]).toEqual(expected.map(String).sort())
    for (const [id, rows] of Object.entries(before)) if (now[id]) expect(now[id]).toEqual(rows)
  }

  const pairs = Object.keys(WORKS).flatMap((first) => Object.keys(WORKS).map((second) => [first, second] as const))
  const maintenance = pairs.filter(([first]) => !first.startsWith('a delete'))

  test.each(maintenance)('%s into which comes %s', async (first, second) => {
    const [one, two] = [WORKS[first] as Work, WORKS[second] as Work]
    const start = 1 + (pairs.findIndex(([a, b]) => a === first && b === second) % EVERY)
    for (let at = start; ; at += EVERY) {
      const opened = await saved.restore()
      let came: unknown = 'not yet'
      const {io} = interposedIO(localFileIO(), at, async () => {
        came = await two
          .run(() => opened.table(NAME), folder)
          .then(
            () => 'done',
            (error: unknown) => error,
          )
      })
      const ended = await one
        .run(() => opened.table(NAME, io), folder)
        .then(
          () => 'done',
          (error: unknown) => error,
        )
      for (const error of [ended, came].filter((outcome) => typeof outcome !== 'string')) {
        // Who plans with a snapshot whose files another one expires meanwhile is told which file is gone.
        const gone = second === 'expiring snapshots' && hasCode(error, 'FILE_NOT_FOUND')
        expect({first, second, at, error}).toMatchObject({error: {exit: gone ? 3 : 5}})
        expect(isPhloError(error) && !hasCode(error, 'COMMIT_STATE_UNKNOWN')).toBe(true)
      }
      let expected = ids
      if (came === 'done') expected = two.rows(expected)
      if (ended === 'done') expected = one.rows(expected)
      // An append that was not there yet when the rows were deleted keeps its rows: they are none of those.
      await isSound(opened, expected)
      await opened.close()
      if (came === 'not yet') break
    }
  })
})
