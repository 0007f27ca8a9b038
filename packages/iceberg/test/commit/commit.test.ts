import {randomUUID} from 'node:crypto'
import {mkdtempSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {commitConflict, commitStateUnknown, unavailable} from '@phlo/core'
import {
  appendFiles,
  type Catalog,
  type CommitContext,
  type DataFile,
  headOf,
  type IcebergTable,
  icebergTable,
  localFileIO,
  readManifest,
  readManifestList,
  replaceFiles,
  type Snapshot,
} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogTables} from '@phlo/iceberg/sql'
import {type Database, openDatabase} from '@phlo/state'
import {createManifestWriter} from '../../src/avro/manifest-writer.js'
import {commitTable} from '../../src/commit/commit-table.js'
import {NO_FILES} from '../../src/commit/manifests.js'
import {proposeSnapshot} from '../../src/commit/propose-snapshot.js'

const io = localFileIO()
const name = {namespace: ['sales'], name: 'orders'}
const soon = {'commit.retry.min-wait-ms': '1', 'commit.status-check.min-wait-ms': '1', 'commit.retry.num-retries': '3'}
const context: CommitContext = {signal: new AbortController().signal, clock: {now: Date.now}, log: {debug() {}, warn() {}}}

let database: Database<SqlCatalogTables>
let catalog: Catalog
let table: IcebergTable

const load = async (source = catalog, ref?: string) => icebergTable(source, name, await source.loadTable(name), ref)
const file = (path: string, recordCount = 10): DataFile => ({
  content: 'data',
  filePath: path,
  fileFormat: 'PARQUET',
  specId: 0,
  partition: [],
  recordCount,
  fileSizeInBytes: 100,
})

/** Every live file of the table's head with its sequence number and first row id. */
async function live(of: IcebergTable): Promise<readonly (readonly [string, bigint, bigint | undefined])[]> {
  const head = headOf(of)
  const found: (readonly [string, bigint, bigint | undefined])[] = []
  for (const manifest of head ? await readManifestList(io, head, of.metadata['format-version']) : []) {
    if (manifest.content === 'deletes') continue
    for await (const {status, sequenceNumber, dataFile} of readManifest(io, manifest, of)) {
      if (status !== 'deleted') found.push([dataFile.filePath, sequenceNumber, dataFile.firstRowId])
    }
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1))
}
const paths = async (of: IcebergTable) => (await live(of)).map(([path]) => path)
const avroFiles = async () => (await readdir(join(table.location, 'metadata'))).filter((each) => each.endsWith('.avro'))

async function create(version: string): Promise<IcebergTable> {
  const schema = {type: 'struct' as const, 'schema-id': 0, fields: [{id: 1, name: 'id', required: true, type: 'long'}]}
  await catalog.createTable(name, {schema, properties: {'format-version': version, ...soon}})
  return load()
}

/** The catalog with another way to commit. */
const committing = (commitTable: Catalog['commitTable']): Catalog => ({...catalog, commitTable})

beforeAll(async () => {
  database = await openDatabase('sqlite:///:memory:')
})
afterAll(() => database.close())
beforeEach(async () => {
  const warehouse = mkdtempSync(join(tmpdir(), 'phlo-commit-'))
  catalog = createSqlCatalog({name: randomUUID(), warehouse, db: async () => database.db, openIO: async () => io})
  await catalog.createNamespace(['sales'], {})
  table = await create('2')
})

describe('an append', () => {
  test.each(['1', '2', '3'])('to a table of version %p adds files with their numbers', async (version) => {
    await catalog.dropTable(name)
    table = await create(version)
    await appendFiles(table, [file('a', 3)], context)
    const {table: after, result} = await appendFiles(await load(), [file('b', 4)], context, {'phlo.test': 'yes'})
    const number = (sequence: bigint) => (version === '1' ? 0n : sequence)
    const row = (id: bigint) => (version === '3' ? id : undefined)
    expect(await live(after)).toEqual([
      ['a', number(1n), row(0n)],
      ['b', number(2n), row(3n)],
    ])
    expect(after.metadata['next-row-id']).toBe(row(7n))
    expect(result['added-rows']).toBe(row(4n))
    expect(result.summary).toMatchObject({
      operation: 'append',
      'added-data-files': '1',
      'added-records': '4',
      'added-files-size': '100',
      'total-records': '7',
      'total-data-files': '2',
      'total-files-size': '200',
      'total-delete-files': '0',
      'changed-partition-count': '1',
      'phlo.test': 'yes',
    })
    expect((await load()).metadata).toEqual(after.metadata)
  })

  test('on a head that is not the newest any more begins again, and both appends survive', async () => {
    const stale = await load()
    await appendFiles(table, [file('first')], context)
    const {attempts, table: after, result} = await appendFiles(stale, [file('second')], context)
    expect(attempts).toBe(2)
    expect(await paths(after)).toEqual(['first', 'second'])
    expect(result['parent-snapshot-id']).toBe(after.metadata.snapshots[0]?.['snapshot-id'])
    // Two lists, two manifests: nothing of the attempt that lost.
    expect(await avroFiles()).toHaveLength(4)
  })

  test('on a head whose files were expired meanwhile begins again; one whose files are lost fails', async () => {
    await appendFiles(table, [file('first')], context)
    const stale = await load()
    await appendFiles(stale, [file('second')], context)
    const expired = headOf(stale)
    await catalog.commitTable(name, [], [{action: 'remove-snapshots', 'snapshot-ids': [expired?.['snapshot-id'] as bigint]}])
    await io.delete([expired?.['manifest-list'] as string])
    const {attempts, table: after} = await appendFiles(stale, [file('third')], context)
    expect([attempts, await paths(after)]).toEqual([2, ['first', 'second', 'third']])
    await io.delete([headOf(after)?.['manifest-list'] as string])
    await expect(appendFiles(after, [file('fourth')], context)).rejects.toMatchObject({code: 'FILE_NOT_FOUND', exit: 3})
  })

  test('of many at once are all in the table', async () => {
    await catalog.commitTable(name, [], [{action: 'set-properties', updates: {'commit.retry.num-retries': '30'}}])
    const stale = await load()
    const names = Array.from({length: 6}, (_, index) => `file-${index}`)
    await Promise.all(names.map((each) => appendFiles(stale, [file(each)], context)))
    expect(await paths(await load())).toEqual(names)
  })

  test('gives up after commit.retry.num-retries, and leaves no file', async () => {
    let attempts = 0
    const busy = committing(async () => {
      attempts++
      throw commitConflict('somebody else was first')
    })
    await expect(appendFiles(await load(busy), [file('a')], context)).rejects.toMatchObject({code: 'COMMIT_CONFLICT', exit: 5})
    expect(attempts).toBe(4)
    expect(await avroFiles()).toEqual([])
  })

  test('that fails for certain leaves no file and is not tried again', async () => {
    let attempts = 0
    const broken = committing(async () => {
      attempts++
      throw unavailable('CATALOG_UNAVAILABLE', 'the catalog is gone')
    })
    await expect(appendFiles(await load(broken), [file('a')], context)).rejects.toMatchObject({code: 'CATALOG_UNAVAILABLE'})
    expect(attempts).toBe(1)
    expect(await avroFiles()).toEqual([])
  })

  test('to a tag is refused', async () => {
    const {result} = await appendFiles(table, [file('a')], context)
    const tag = {action: 'set-snapshot-ref' as const, 'ref-name': 'v1', type: 'tag' as const, 'snapshot-id': result['snapshot-id']}
    await catalog.commitTable(name, [], [tag])
    await expect(appendFiles(await load(catalog, 'v1'), [file('b')], context)).rejects.toMatchObject({code: 'REF_IS_A_TAG', exit: 6})
  })

  test('to a branch leaves main and the retention of the branch as they were', async () => {
    const {result} = await appendFiles(table, [file('a')], context)
    const branch = {action: 'set-snapshot-ref' as const, 'ref-name': 'b', type: 'branch' as const, 'snapshot-id': result['snapshot-id']}
    await catalog.commitTable(name, [], [{...branch, 'max-ref-age-ms': 5}])
    const {table: after} = await appendFiles(await load(catalog, 'b'), [file('b')], context)
    expect(await paths(after)).toEqual(['a', 'b'])
    expect(await paths(await load())).toEqual(['a'])
    expect(after.metadata.refs['b']).toMatchObject({'max-ref-age-ms': 5})
  })
})

describe('a commit of which the catalog does not tell', () => {
  const lost = () => commitStateUnknown('the answer was lost')
  const landing = () =>
    committing(async (...given) => {
      await catalog.commitTable(...given)
      throw lost()
    })

  test('is done when the table shows it', async () => {
    const {table: after, attempts} = await appendFiles(await load(landing()), [file('a')], context)
    expect(attempts).toBe(1)
    expect(await paths(after)).toEqual(['a'])
  })

  test('stays unknown when the table does not show it, and no file is deleted', async () => {
    const silent = committing(async () => {
      throw lost()
    })
    await expect(appendFiles(await load(silent), [file('a')], context)).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN'})
    expect(await avroFiles()).toHaveLength(2)
  })

  test('stays unknown when the catalog cannot be asked, and no file is deleted', async () => {
    const start = await load(landing())
    const gone = async () => {
      throw unavailable('CATALOG_UNAVAILABLE', 'the catalog is gone')
    }
    await expect(appendFiles({...start, refresh: gone}, [file('a')], context)).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN'})
    expect(await paths(await load())).toEqual(['a'])
  })

  test('stays unknown when it is interrupted before it can be asked', async () => {
    const controller = new AbortController()
    const silent = committing(async (...given) => {
      await catalog.commitTable(...given)
      controller.abort()
      throw lost()
    })
    const interrupted = appendFiles(await load(silent), [file('a')], {...context, signal: controller.signal})
    await expect(interrupted).rejects.toMatchObject({code: 'COMMIT_STATE_UNKNOWN'})
    expect(await paths(await load())).toEqual(['a'])
  })
})

describe('an interruption', () => {
  test('while the catalog commits does not hide that the commit was made', async () => {
    const controller = new AbortController()
    const slow = committing(async (...given) => {
      const loaded = await catalog.commitTable(...given)
      controller.abort()
      return loaded
    })
    const {table: after} = await appendFiles(await load(slow), [file('a')], {...context, signal: controller.signal})
    expect(await paths(after)).toEqual(['a'])
  })

  test('before the catalog is asked changes nothing and leaves no file', async () => {
    const controller = new AbortController()
    const interrupted = commitTable(
      table,
      async (base) => {
        const change = {operation: 'append' as const, added: [{dataFile: file('a')}], removed: NO_FILES}
        const proposal = await proposeSnapshot(base, change, context)
        controller.abort()
        return proposal
      },
      {...context, signal: controller.signal},
    )
    await expect(interrupted).rejects.toMatchObject({name: 'AbortError'})
    expect(headOf(await load())).toBeUndefined()
    expect(await avroFiles()).toEqual([])
  })
})

describe('a replacement', () => {
  test('keeps the sequence number that it began with, and what was appended meanwhile', async () => {
    await appendFiles(table, [file('a', 5), file('b', 5), file('kept')], context)
    const start = await load()
    await appendFiles(start, [file('late')], context)
    const replacement = {removed: [file('a', 5), file('b', 5)], added: [file('ab', 10)], startingSequenceNumber: 1n}
    const {table: after, result, attempts} = await replaceFiles(start, replacement, context)
    expect(attempts).toBe(2)
    expect(await live(after)).toEqual([
      ['ab', 1n, undefined],
      ['kept', 1n, undefined],
      ['late', 2n, undefined],
    ])
    expect(result.summary).toMatchObject({
      operation: 'replace',
      'added-data-files': '1',
      'deleted-data-files': '2',
      'deleted-records': '10',
      'removed-files-size': '200',
      'total-records': '30',
      'total-data-files': '3',
    })
    const manifests = await readManifestList(io, result, 2)
    expect(manifests.map((manifest) => manifest.minSequenceNumber).sort()).toEqual([1n, 1n, 2n])
  })

  test('reads manifests while it waits for others, and of a file that stays no more than its path', async () => {
    for (const each of ['a', 'b', 'c', 'd', 'e', 'f']) await appendFiles(await load(), [file(each), file(`${each}2`)], context)
    const start = await load()
    const open = new Set<string>()
    let most = 0
    const slow: IcebergTable['io'] = {
      ...start.io,
      async open(path, options) {
        open.add(path)
        most = Math.max(most, open.size)
        await new Promise((resolve) => setTimeout(resolve, 5))
        open.delete(path)
        return start.io.open(path, options)
      },
    }
    const replacement = {removed: [file('b'), file('e')], added: [file('be', 20)], startingSequenceNumber: 1n}
    const {table: after, result} = await replaceFiles({...start, io: slow}, replacement, context)
    expect(most).toBeGreaterThan(3)
    expect(await paths(after)).toEqual(['a', 'a2', 'b2', 'be', 'c', 'c2', 'd', 'd2', 'e2', 'f', 'f2'])
    const untouched = (await readManifestList(io, headOf(start) as Snapshot, 2)).filter(
      ({sequenceNumber}) => ![2n, 5n].includes(sequenceNumber),
    )
    const manifests = (await readManifestList(io, result, 2)).map(({manifestPath}) => manifestPath)
    expect(manifests).toHaveLength(6)
    expect(manifests.slice(1, 5)).toEqual(untouched.map(({manifestPath}) => manifestPath))
  })

  test('ends its reading when it is interrupted, and leaves no file', async () => {
    for (let each = 0; each < 12; each++) await appendFiles(await load(), [file(`f${each}`)], context)
    const start = await load()
    const before = await avroFiles()
    const stop = new AbortController()
    const opened: string[] = []
    const stopping: IcebergTable['io'] = {
      ...start.io,
      open(path, options) {
        opened.push(path)
        if (opened.length === 2) stop.abort(new Error('enough'))
        return start.io.open(path, options)
      },
    }
    const replacement = {removed: [file('f0')], added: [file('x')], startingSequenceNumber: 1n}
    await expect(replaceFiles({...start, io: stopping}, replacement, {...context, signal: stop.signal})).rejects.toThrow('enough')
    expect(opened.length).toBeLessThan(11)
    expect(await avroFiles()).toEqual(before)
  })

  test('of files that somebody else removed is refused, and changes nothing', async () => {
    await appendFiles(table, [file('a'), file('b')], context)
    const start = await load()
    await replaceFiles(start, {removed: [file('a')], added: [file('x')], startingSequenceNumber: 1n}, context)
    const before = await avroFiles()
    const late = replaceFiles(start, {removed: [file('a'), file('b')], added: [file('ab')], startingSequenceNumber: 1n}, context)
    await expect(late).rejects.toMatchObject({code: 'FILES_GONE', exit: 5, message: expect.stringContaining('a was removed')})
    expect(await paths(await load())).toEqual(['b', 'x'])
    expect(await avroFiles()).toEqual(before)
  })

  test.each([
    ['of the file', {referencedDataFile: 'a'}, 'NEW_DELETES'],
    ['of its partition', {}, 'NEW_DELETES'],
    ['of another file', {referencedDataFile: 'elsewhere'}, undefined],
    ['that are by equality', {content: 'equality-deletes' as const, equalityIds: [1]}, undefined],
  ])('after new position deletes %s', async (_, given, code) => {
    await appendFiles(table, [file('a')], context)
    const start = await load()
    await addDeletes({...file('d'), content: 'position-deletes', ...given})
    const replaced = replaceFiles(start, {removed: [file('a')], added: [file('x')], startingSequenceNumber: 1n}, context)
    if (code === undefined) expect(await paths((await replaced).table)).toEqual(['x'])
    else await expect(replaced).rejects.toMatchObject({code, exit: 5})
  })
})

/** Commits a delete file, as an engine that deletes rows does. */
async function addDeletes(dataFile: DataFile): Promise<void> {
  const {writeManifestList} = await import('../../src/avro/manifest-list.js')
  const {metadata, location} = await load()
  const head = headOf(await load())
  const [snapshotId, sequenceNumber] = [4242n, metadata['last-sequence-number'] + 1n]
  const [schema, spec] = [metadata.schemas[0], metadata['partition-specs'][0]]
  if (!head || !schema || !spec) throw new Error('the table has no snapshot')
  const options = {formatVersion: 2, spec, schema, content: 'deletes' as const, snapshotId}
  const writer = await createManifestWriter(io, `${location}/metadata/${randomUUID()}.avro`, options)
  await writer.add({status: 'added', dataFile})
  const list = `${location}/metadata/snap-deletes-${randomUUID()}.avro`
  const manifests = [await writer.close(), ...(await readManifestList(io, head, 2))]
  await writeManifestList(io, list, {formatVersion: 2, snapshotId, sequenceNumber, parentSnapshotId: head['snapshot-id']}, manifests)
  const snapshot = {
    'snapshot-id': snapshotId,
    'parent-snapshot-id': head['snapshot-id'],
    'sequence-number': sequenceNumber,
    'timestamp-ms': Date.now(),
    'manifest-list': list,
    summary: {...head.summary, operation: 'delete'},
    'schema-id': 0,
  }
  const main = {action: 'set-snapshot-ref' as const, 'ref-name': 'main', type: 'branch' as const, 'snapshot-id': snapshotId}
  await catalog.commitTable(name, [], [{action: 'add-snapshot', snapshot}, main])
}
