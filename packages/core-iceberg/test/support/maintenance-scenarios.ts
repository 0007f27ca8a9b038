import {randomBytes} from 'node:crypto'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {type StandingJudge, standingPyiceberg} from '../../../iceberg/test/support/judges.js'
import {maintainByCommands, type SharedLake} from './judged.js'
import {writeOrders} from './phlo.js'

const newNamespace = () => `n${randomBytes(6).toString('hex')}`

interface ScenarioOptions {
  /** Whether PyIceberg looks at the metadata that Phlo names, where its own way to the catalog does not show all of a table. */
  readonly looksAtMetadata?: boolean
  /** What becomes of scenarios that this catalog does not have, or not all of, by their names. */
  readonly instead?: Readonly<Record<string, {readonly outcome: string; run(lake: SharedLake, pyiceberg: StandingJudge): Promise<void>}>>
  /** Brings a data file to this machine, where commands that are given one have no keys to its storage. */
  readonly bring?: (lake: SharedLake, path: string) => Promise<string>
}

/**
 * What an operator does to tables, typed on one catalog, with PyIceberg looking at the same tables after each step. The page
 * docs/reference/catalogs.md is made of the names of these tests and how they end.
 */
export function maintenanceScenarios(catalog: string, open: () => SharedLake, options: ScenarioOptions = {}): void {
  const {looksAtMetadata = false, instead = {}, bring = async (_, path) => path} = options
  describe(`maintenance on ${catalog}`, () => {
    let pyiceberg: StandingJudge
    beforeAll(() => {
      pyiceberg = looksAtMetadata ? lookingAtMetadata(standingPyiceberg()) : standingPyiceberg()
    })
    afterAll(() => pyiceberg.close())
    const headOf = async (lake: SharedLake, table: string) =>
      (await pyiceberg.profile(lake, table))[(await pyiceberg.refs(lake, table)).ancestors[0] as string]
    /** Rows of the head, as PyIceberg counts them. */
    const rowsOf = async (lake: SharedLake, table: string) => (await headOf(lake, table))?.rows
    /** A table that Phlo made and filled with three appends of 30 rows. */
    const withOrders = async (lake: SharedLake) => {
      const namespace = newNamespace()
      const table = `${namespace}.orders`
      await lake.must('namespace', 'create', namespace)
      await lake.must('table', 'create', table, '--schema', 'id: long, amount: double, country: string', '--partition-by', 'country')
      for (const first of [0, 30, 60]) await lake.must('table', 'append', table, writeOrders(join(lake.cwd, 'orders.arrow'), 30, first))
      expect(await rowsOf(lake, table)).toBe(90)
      return {lake, namespace, table}
    }

    const scenario = (name: string, run: () => Promise<void>) => {
      const other = instead[name]
      if (other) test(`${name} — ${other.outcome}`, () => other.run(open(), pyiceberg))
      else test(name, run)
    }

    scenario('a table that PyIceberg made: optimize, expire snapshots, vacuum', async () => {
      const lake = open()
      const table = `${newNamespace()}.orders`
      await pyiceberg.create(lake, table, 2, 6, 50)
      await maintainByCommands(lake, table, pyiceberg)
    })

    scenario('a table that Phlo made and both fill: optimize with every value compared', async () => {
      const lake = open()
      const namespace = newNamespace()
      await pyiceberg.create(lake, `${namespace}.source`, 2, 1, 40)
      const {files} = await lake.must('table', 'files', `${namespace}.source`)
      const paths: readonly string[] = await Promise.all(files.map(({path}: {path: string}) => bring(lake, path)))
      const table = `${namespace}.types`
      await lake.must('table', 'create', table, '--from', paths[0] as string, '--partition-by', 'day(at)')
      for (const path of paths) await lake.must('table', 'append', table, path)
      for (const first of [1000, 2000, 3000]) await pyiceberg.append(lake, table, first, 20)
      const appended = await headOf(lake, table)
      expect(appended?.rows).toBe(100)
      await lake.must('table', 'optimize', table, '--min-input-files', '2', '--verify', 'full', '--yes')
      expect(await headOf(lake, table)).toEqual(appended)
    })

    scenario('compute statistics, rewrite manifests, upgrade to format version 3', async () => {
      const lake = open()
      const table = `${newNamespace()}.orders`
      await pyiceberg.create(lake, table, 2, 3, 20)
      const before = await headOf(lake, table)
      expect(before?.rows).toBe(60)
      await lake.must('table', 'compute-stats', table, '--yes')
      await lake.must('table', 'compute-partition-stats', table, '--yes')
      await lake.must('table', 'rewrite-manifests', table, '--yes')
      expect(await headOf(lake, table)).toEqual(before)
      await lake.must('table', 'upgrade', table, '--format-version', '3', '--yes')
      await lake.must('table', 'optimize', table, '--min-input-files', '2', '--yes')
      expect(await headOf(lake, table)).toEqual(before)
      expect(await lake.must('table', 'show', table)).toMatchObject({formatVersion: 3})
      expect(await lake.must('table', 'check', table)).toMatchObject({findings: []})
    })

    scenario('evolve the schema: add, rename, promote, require, partition, and back', async () => {
      const {lake, table} = await withOrders(open())
      const columns = async () => (await lake.must('schema', 'show', table)).columns
      const evolve = (...changes: string[]) => lake.must('schema', 'evolve', table, ...changes, '--allow-breaking')
      const before = {columns: await columns(), values: await headOf(lake, table)}
      await evolve(
        '--add',
        'note string first',
        '--add',
        'n int',
        '--rename',
        'amount=total',
        '--require',
        'id',
        '--partition-add',
        'bucket(4, id)',
      )
      await evolve('--type', 'n=long')
      expect(await rowsOf(lake, table)).toBe(90)
      expect(await lake.must('schema', 'diff', `${table}#0`, table)).toMatchObject({identical: false})
      await lake.must('table', 'optimize', table, '--min-input-files', '2', '--yes')
      expect(await headOf(lake, table)).toMatchObject({rows: 90, columns: {total: before.values?.columns['amount']}})
      await evolve('--drop', 'note', '--drop', 'n', '--rename', 'total=amount', '--nullable', 'id', '--partition-drop', 'bucket(4, id)')
      expect(await columns()).toEqual(before.columns)
      await lake.must('table', 'append', table, writeOrders(join(lake.cwd, 'orders.arrow'), 30, 90))
      expect(await headOf(lake, table)).toMatchObject({rows: 120, columns: {amount: {nulls: 0}, id: {nulls: 0}}})
      expect((await lake.must('schema', 'history', table)).versions.length).toBeGreaterThanOrEqual(2)
      expect(await lake.must('table', 'check', table)).toMatchObject({findings: []})
    })

    scenario('set properties, branch, tag, roll back', async () => {
      const {lake, table} = await withOrders(open())
      const before = (await pyiceberg.refs(lake, table)).ancestors[0] as string
      await lake.must('table', 'optimize', table, '--min-input-files', '2', '--yes')
      expect(await rowsOf(lake, table)).toBe(90)
      await lake.must('table', 'properties', table, '--set', 'owner=ada')
      await lake.must('snapshot', 'branch', 'create', table, 'audit', '--yes')
      await lake.must('snapshot', 'branch', 'delete', table, 'audit', '--yes')
      await lake.must('snapshot', 'tag', 'create', table, 'monday', '--at', before, '--yes')
      await lake.must('snapshot', 'rollback', table, '--to', before, '--yes')
      expect(await pyiceberg.refs(lake, table)).toMatchObject({
        refs: {main: {snapshotId: before}, monday: {type: 'tag', snapshotId: before}},
        ancestors: [before, expect.anything(), expect.anything()],
      })
      expect((await lake.must('table', 'properties', table)).properties).toMatchObject({owner: 'ada'})
    })

    scenario('vacuum a table without orphan files: nothing to do', async () => {
      const {lake, table} = await withOrders(open())
      const {plan} = await lake.must('table', 'vacuum', table, '--older-than', '0s', '--force-unsafe-age', '--dry-run')
      // A server that writes through Hadoop leaves a checksum beside each local file.
      expect(plan.files.map(({path}: {path: string}) => path).filter((path: string) => !path.endsWith('.crc'))).toEqual([])
      expect(plan.referencedFiles).toBeGreaterThan(9)
    })

    scenario('rename, drop, register', async () => {
      const {lake, namespace, table} = await withOrders(open())
      const moved = `${namespace}.moved`
      await lake.must('table', 'rename', table, moved)
      expect((await lake.must('table', 'list', namespace)).tables).toEqual([moved])
      expect(await rowsOf(lake, moved)).toBe(90)
      const {metadataLocation} = await lake.must('table', 'show', moved)
      await lake.must('table', 'drop', moved, '--yes')
      await lake.must('table', 'register', table, metadataLocation)
      expect(await rowsOf(lake, table)).toBe(90)
    })
  })
}

/** A judge that is told where the metadata of a table is. */
function lookingAtMetadata(judge: StandingJudge): StandingJudge {
  const metadataOf = async (lake: SharedLake, table: string): Promise<string> => (await lake.must('table', 'show', table)).metadataLocation
  return {
    ...judge,
    profile: async (lake: SharedLake, table) => judge.profile(lake, await metadataOf(lake, table)),
    refs: async (lake: SharedLake, table) => judge.refs(lake, await metadataOf(lake, table)),
  }
}
