import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {parseTableName} from '@phlo/core'
import {
  append,
  changeProperties,
  expireSnapshots,
  type IcebergTable,
  icebergTable,
  localPath,
  optimize,
  parsePartitionSpec,
  type RewritePathOptions,
  rewriteManifests,
  rewritePath,
  type Schema,
} from '@phlo/iceberg'
import {faultyIO} from '../support/faulty-io.js'
import {type Lake, openLake} from '../support/lake.js'
import {moveTable, withoutFilesOf} from '../support/move-table.js'
import {writePlainParquet} from '../support/plain-parquet.js'
import {referencedFiles, rowsBySnapshot} from '../support/saved-lake.js'
import {treeOf} from '../support/tree.js'

const SCHEMA: Schema = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    {id: 1, name: 'id', required: false, type: 'long'},
    {id: 2, name: 'kind', required: false, type: 'string'},
  ],
}

describe('rewrite-path', () => {
  let lake: Lake
  let tables = 0
  beforeAll(async () => {
    lake = await openLake()
    await lake.catalog.createNamespace(['t'], {})
  })
  afterAll(() => lake.close())

  async function addRows(name: string, first: number): Promise<void> {
    const path = writePlainParquet(join(lake.folder, 'in', `${name}-${first}.parquet`), [
      {name: 'id', type: 'INT64', data: [0, 1, 2].map((row) => BigInt(first + row))},
      {name: 'kind', type: 'STRING', data: ['a', 'b', null]},
    ])
    await lake.run(append, name, {files: [path]})
  }

  /** A table of four snapshots, the last one a rewrite. */
  async function create(options: {version?: number; properties?: Readonly<Record<string, string>>} = {}): Promise<string> {
    const name = `t.m${++tables}`
    await lake.catalog.createTable(parseTableName(name), {
      schema: SCHEMA,
      partitionSpec: parsePartitionSpec('kind', SCHEMA),
      properties: {'format-version': String(options.version ?? 2), ...options.properties},
    })
    for (const first of [0, 10, 20]) await addRows(name, first)
    await lake.run(optimize, name, {minInputFiles: 2})
    return name
  }

  const location = async (name: string) => localPath((await lake.table(name)).location)
  const elsewhere = (name: string) => join(lake.folder, 'elsewhere', name)

  async function refuses(name: string, options: Partial<RewritePathOptions>, code: string, ...said: string[]): Promise<void> {
    const before = treeOf(lake.folder)
    const error = await lake.run(rewritePath, name, {targetPrefix: elsewhere(name), ...options}).then(
      () => undefined,
      (caught: Error & {code?: string}) => caught,
    )
    expect({code: error?.code, message: error?.message}).toMatchObject({code})
    for (const part of said) expect(error?.message).toContain(part)
    expect(treeOf(lake.folder)).toEqual(before)
  }

  test.each([1, 2, 3])('moves a v%d table with all its snapshots, and leaves the original as it was', async (version) => {
    const name = await create({version})
    const [rows, before] = [await rowsBySnapshot(await lake.table(name)), treeOf(await location(name))]
    const {moved, plan, result} = await moveTable(lake, name, {staging: join(lake.folder, 'staging', name)})
    expect(treeOf(await location(name))).toEqual(before)
    expect(result).toMatchObject({
      presentFiles: 0,
      copiedFiles: plan.rewrites.length + plan.copies.length,
      rewrittenDeleteFilePathsCount: 0,
    })
    await withoutFilesOf(lake, name, async () => {
      const table = await lake.table(moved)
      expect(await rowsBySnapshot(table)).toEqual(rows)
      expect(table.metadata['metadata-log']).toHaveLength(4)
      const files = await referencedFiles(table)
      expect(files.every((path) => path.startsWith(elsewhere(name)) && existsSync(path))).toBe(true)
      // It is a table like any other.
      await addRows(moved, 100)
      await lake.run(optimize, moved, {rewriteAll: true, verify: 'full'})
      await lake.run(rewriteManifests, moved, {sortBy: ['kind']})
      await lake.run(expireSnapshots, moved, {olderThan: 0})
      expect(Object.values(await rowsBySnapshot(await lake.table(moved)))).toEqual([
        [...(Object.values(rows).at(-1) ?? []), '100,a', '101,b', '102,null'].sort(),
      ])
    })
  })

  test('lists what has to be copied, with checksums, and copies nothing unless it is told to', async () => {
    const name = await create()
    const {plan, result} = await lake.run(rewritePath, name, {targetPrefix: `${elsewhere(name)}/`})
    expect(existsSync(elsewhere(name))).toBe(false)
    const lines = readFileSync(localPath(result.fileListLocation), 'utf8').trimEnd().split('\n')
    const list = JSON.parse(readFileSync(localPath(result.fileListJsonLocation), 'utf8'))
    expect(lines).toEqual(list.files.map(({source, target}: {source: string; target: string}) => `${source},${target}`))
    expect(lines).toHaveLength(plan.rewrites.length + plan.copies.length)
    expect(lines.at(-1)).toBe(`${plan.staging}/metadata/${result.latestVersion},file://${elsewhere(name)}/metadata/${result.latestVersion}`)
    expect(list.files[0]).toMatchObject({size: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/)})
    expect(plan.staging).toContain('/metadata/copy-table-staging-')
    expect(result.register).toBe(`phlo table register ${name} file://${elsewhere(name)}/metadata/${result.latestVersion}`)
  })

  test('goes on where a copy was interrupted, at every file, and copies nothing twice', async () => {
    const name = await create()
    const rows = await rowsBySnapshot(await lake.table(name))
    const staging = join(lake.folder, 'staging', name)
    const options = {targetPrefix: elsewhere(name), staging, copy: true}
    await lake.run(rewritePath, name, {...options, copy: false})
    const total = (await rewritePath.plan(await lake.table(name), options, lake.context)).copies.length
    const counts: number[] = []
    for (let done = false, tries = 0; !done && tries < 100; tries++) {
      const controller = new AbortController()
      let left = 3
      const advance = () => {
        if (--left === 0 && !done) controller.abort(new Error('interrupted'))
      }
      const table = await lake.table(name)
      const plan = await rewritePath.plan(table, options, lake.context)
      // Files that are there already count as progress, too: the interruption comes later each time.
      left += counts.at(-1) ?? 0
      await rewritePath.execute(table, plan, {...lake.context, signal: controller.signal, progress: {start() {}, advance, done() {}}}).then(
        () => {
          done = true
        },
        () => {},
      )
      const there = existsSync(elsewhere(name)) ? Object.keys(treeOf(elsewhere(name))) : []
      expect(there.filter((path) => path.includes('.tmp'))).toEqual([])
      counts.push(there.length)
    }
    expect(counts.length).toBeGreaterThan(3)
    expect(counts.at(-1)).toBeGreaterThan(total)
    const {result} = await lake.run(rewritePath, name, options)
    expect(result).toMatchObject({copiedFiles: 0, presentFiles: counts.at(-1)})
    await lake.catalog.registerTable(parseTableName('t.resumed'), result.register.split(' ').at(-1) as string)
    expect(await rowsBySnapshot(await lake.table('t.resumed'))).toEqual(rows)
  })

  test('says how to go on with a copy that failed, which also works when the table has changed meanwhile', async () => {
    const name = await create()
    const rows = await rowsBySnapshot(await lake.table(name))
    const plan = await rewritePath.plan(await lake.table(name), {targetPrefix: elsewhere(name), copy: true}, lake.context)
    const first = localPath(plan.copies[0]?.path ?? '')
    const bytes = readFileSync(first)
    const warnings: string[] = []
    await rewritePath.execute(await lake.table(name), {...plan, copy: false}, lake.context)
    rmSync(first)
    const context = {...lake.context, log: {debug() {}, warn: (message: string) => void warnings.push(message)}}
    await expect(rewritePath.execute(await lake.table(name), plan, context)).rejects.toMatchObject({code: 'FILE_NOT_FOUND'})
    const [, staging, endVersion] = /--staging (\S+) --end-version (\S+) /.exec(warnings.join()) ?? []
    writeFileSync(first, bytes)
    await addRows(name, 50)
    const {result} = await lake.run(rewritePath, name, {
      targetPrefix: elsewhere(name),
      staging: staging ?? '',
      endVersion: endVersion ?? '',
      copy: true,
    })
    expect(result.copiedFiles).toBeGreaterThan(0)
    await lake.catalog.registerTable(parseTableName('t.continued'), result.register.split(' ').at(-1) as string)
    expect(await rowsBySnapshot(await lake.table('t.continued'))).toEqual(rows)
  })

  test('never writes over a file at the target, and names it', async () => {
    const name = await create()
    const staging = join(lake.folder, 'staging', name)
    const {plan} = await lake.run(rewritePath, name, {targetPrefix: elsewhere(name), staging, copy: true})
    const target = localPath(plan.copies[0]?.target ?? '')
    writeFileSync(target, 'mine')
    await expect(lake.run(rewritePath, name, {targetPrefix: elsewhere(name), staging, copy: true})).rejects.toMatchObject({
      code: 'TARGET_EXISTS',
      message: expect.stringContaining(target),
    })
    expect(readFileSync(target, 'utf8')).toBe('mine')
  })

  test('copies only what was added since a version that is there already', async () => {
    const name = await create()
    const first = (await lake.table(name)).metadataLocation
    await lake.run(rewritePath, name, {targetPrefix: elsewhere(name), copy: true})
    await addRows(name, 30)
    await addRows(name, 40)
    const rows = await rowsBySnapshot(await lake.table(name))
    const startVersion = first.slice(first.lastIndexOf('/') + 1)
    const {plan, result} = await lake.run(rewritePath, name, {targetPrefix: elsewhere(name), startVersion, copy: true})
    expect(plan.rewrites.map(({kind}) => kind).sort()).toEqual([
      ...['manifest', 'manifest', 'manifest-list', 'manifest-list'],
      ...['metadata', 'metadata'],
    ])
    expect(plan.copies).toHaveLength(6)
    expect(result.presentFiles).toBe(0)
    await lake.catalog.registerTable(parseTableName('t.later'), result.register.split(' ').at(-1) as string)
    await withoutFilesOf(lake, name, async () => expect(await rowsBySnapshot(await lake.table('t.later'))).toEqual(rows))
    await refuses(name, {targetPrefix: elsewhere('nowhere'), startVersion}, 'TARGET_INCOMPLETE', elsewhere('nowhere'))
    await refuses(name, {startVersion: 'v7.metadata.json'}, 'VERSION_NOT_FOUND', 'v7.metadata.json')
  })

  test('moves the table of an earlier metadata file', async () => {
    const name = await create()
    const table = await lake.table(name)
    const endVersion = table.metadata['metadata-log'].at(-1)?.['metadata-file'] ?? ''
    const {moved} = await moveTable(lake, name, {endVersion})
    const all = await rowsBySnapshot(table)
    delete (all as Record<string, unknown>)[String(table.metadata['current-snapshot-id'])]
    expect(await rowsBySnapshot(await lake.table(moved))).toEqual(all)
  })

  test('takes statistics files along', async () => {
    const name = await create()
    const table = await lake.table(name)
    const [snapshotId, folder] = [table.metadata['current-snapshot-id'] as bigint, await location(name)]
    const file = {'snapshot-id': snapshotId, 'file-size-in-bytes': 5}
    for (const part of ['stats', 'partitions']) writeFileSync(join(folder, 'metadata', part), 'bytes')
    await lake.catalog.commitTable(
      table.name,
      [],
      [
        {
          action: 'set-statistics',
          statistics: {...file, 'statistics-path': `${table.location}/metadata/stats`, 'file-footer-size-in-bytes': 1, 'blob-metadata': []},
        },
        {action: 'set-partition-statistics', 'partition-statistics': {...file, 'statistics-path': `${table.location}/metadata/partitions`}},
      ],
    )
    const {moved} = await moveTable(lake, name)
    const {metadata} = await lake.table(moved)
    const paths = [metadata.statistics?.[0]?.['statistics-path'], metadata['partition-statistics']?.[0]?.['statistics-path']]
    expect(paths).toEqual(['stats', 'partitions'].map((part) => `file://${elsewhere(name)}/metadata/${part}`))
    for (const path of paths) expect(readFileSync(localPath(path ?? ''), 'utf8')).toBe('bytes')
  })

  test('goes without metadata files of the log that are gone', async () => {
    const name = await create()
    const table = await lake.table(name)
    rmSync(localPath(table.metadata['metadata-log'][1]?.['metadata-file'] ?? ''))
    const {moved, plan} = await moveTable(lake, name)
    expect(plan.missingVersions).toHaveLength(1)
    expect((await lake.table(moved)).metadata['metadata-log']).toHaveLength(3)
  })

  describe('refuses', () => {
    test('a path that is not below the source prefix, and names it', async () => {
      const name = await create()
      await refuses(name, {sourcePrefix: `${await location(name)}/data`}, 'PATH_OUTSIDE_PREFIX', await location(name))
      const near = (await location(name)).slice(0, -1)
      await refuses(name, {sourcePrefix: near}, 'PATH_OUTSIDE_PREFIX', 'is not below')
      const spread = await create({properties: {'write.data.path': `file://${lake.folder}/other`}})
      await refuses(spread, {}, 'PATH_OUTSIDE_PREFIX', `${lake.folder}/other`)
      const both = await moveTable(lake, spread, {sourcePrefix: lake.folder, targetPrefix: `${lake.folder}-new`})
      expect(both.plan.copies.some(({target}) => target.startsWith(`file://${lake.folder}-new/other/`))).toBe(true)
      await withoutFilesOf(lake, spread, async () =>
        expect(Object.keys(await rowsBySnapshot(await lake.table(both.moved)))).toHaveLength(4),
      )
      rmSync(`${lake.folder}-new`, {recursive: true})
    })

    test('a target at or below the source, and a staging folder in the way', async () => {
      const name = await create()
      const source = await location(name)
      await refuses(name, {targetPrefix: source}, 'INVALID_PREFIX', source)
      await refuses(name, {targetPrefix: `file:${source}/moved/`}, 'INVALID_PREFIX', 'below')
      await refuses(name, {staging: source}, 'INVALID_STAGING', source)
      await refuses(name, {staging: `${elsewhere(name)}/staging`}, 'INVALID_STAGING')
      await refuses(name, {staging: `${source}/metadata`}, 'STAGING_NOT_EMPTY', `${source}/metadata`)
    })

    test('an encrypted table', async () => {
      const name = await create()
      await changeProperties(await lake.table(name), {set: {'encryption.key-id': 'k'}, remove: []}, lake.context)
      await refuses(name, {}, 'TABLE_ENCRYPTED')
    })
  })

  const faults = ['a disk that is full for a moment', 'an error although the change was made'] as const
  test.each(faults)('leaves nothing in the staging folder after %s, whenever it comes', async (fault) => {
    const name = await create()
    const table = await lake.table(name)
    const staging = join(lake.folder, 'staging', name)
    const plan = await rewritePath.plan(table, {targetPrefix: elsewhere(name), staging}, lake.context)
    const before = treeOf(lake.folder)
    for (let at = 1; ; at += 2) {
      const {io, failed} = faultyIO(table.io, fault, at)
      const sick: IcebergTable = {...icebergTable(table.source, table.name, table), io}
      const error = await rewritePath.execute(sick, plan, lake.context).then(
        () => undefined,
        (caught: Error) => caught,
      )
      if (failed.length === 0) {
        expect(error).toBeUndefined()
        break
      }
      expect(error).toMatchObject({code: expect.stringMatching(/^[A-Z_]+$/), exit: expect.any(Number)})
      expect(treeOf(lake.folder)).toEqual(before)
    }
    expect(readdirSync(staging).sort()).toEqual(['file-list.csv', 'file-list.json', 'metadata'])
  })
})
