import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {isPhloError} from '@phlo/core'
import {openFileIO} from '@phlo/iceberg'
import {testContext} from '../../../iceberg/test/support/lake.js'
import {formatKey} from '../../src/api/keys.js'
import type {NessieApi} from '../../src/api/nessie-api.js'
import type {Content, Key} from '../../src/api/types.js'
import {type GarbageOptions, planGarbage} from '../../src/gc/garbage.js'
import {openMarks} from '../../src/gc/history.js'
import type {NessieLakehouse} from '../../src/lakehouse/nessie-lakehouse.js'
import {loadTable} from '../../src/lakehouse/tables.js'
import {lakeWithOrders, ORDERS, RETURNS, schema} from '../support/nessie.js'

type Rewrite = (key: string, content: Content) => Content

const later = testContext(() => Date.now() + 10 * 86_400_000)

let lake: NessieLakehouse & {readonly branch: string}
/** Of shop.returns, which was dropped, with a file that nothing refers to. */
let location = ''
let stray = ''

beforeEach(async () => {
  lake = await lakeWithOrders()
  location = (await lake.createTable(RETURNS, {schema})).location
  stray = `${location}/metadata/stray.parquet`
  await writeFile(fileURLToPath(stray), 'x')
  await lake.dropTable(RETURNS)
  await lake.createTable({namespace: ['shop'], name: 'other'}, {schema})
})

/** The server as if it had no other branches, and other contents: suites that run at the same time look at all that it has. */
function asSeen(nessie: NessieApi, branch: string, rewrite: Rewrite): NessieApi {
  const seen = (key: Key, content: Content) => rewrite(formatKey(key), content)
  return {
    ...nessie,
    async *references() {
      yield await nessie.reference(branch)
    },
    async *log(ref, options) {
      for await (const entry of nessie.log(ref, options)) {
        const operations = entry.operations.map((operation) =>
          operation.type === 'PUT' ? {...operation, content: seen(operation.key, operation.content)} : operation,
        )
        yield {...entry, operations}
      }
    },
    async *entries(ref, options) {
      for await (const entry of nessie.entries(ref, options)) {
        yield entry.content ? {...entry, content: seen(entry.key, entry.content)} : entry
      }
    },
  }
}

async function planned(options: GarbageOptions, rewrite: Rewrite = (_, content) => content) {
  const nessie = asSeen(lake.nessie, lake.branch, rewrite)
  const cutoff = {defaultCutoff: '1'}
  const load = (path: string) => loadTable(path, {openIO: async () => openFileIO(path)})
  const marks = await openMarks(nessie, load, {...cutoff, ...options}, true, later)
  try {
    const {places, skipped} = await planGarbage({...lake, nessie}, {...cutoff, ...options}, marks, later)
    return {
      files: places.flatMap(({plan}) => plan.files.map(({path}) => path)),
      skipped: skipped.map(({name, code, reason}) => `${name} ${code} ${reason}`),
    }
  } finally {
    await marks.close()
  }
}

/** Lets shop.other, which came after shop.returns was dropped, be something else. */
const other =
  (more: object): Rewrite =>
  (key, content) =>
    key === 'shop.other' ? ({...more, ...(content.id !== undefined && {id: content.id})} as Content) : content

describe('the place of a table that nobody has any more', () => {
  test('is cleaned up', async () => {
    expect((await planned({})).files).toContain(stray)
  })

  test('is left to the table of Delta Lake that lies there now', async () => {
    const delta = (root: string) =>
      other({type: 'DELTA_LAKE_TABLE', metadataLocationHistory: [`${root}/_delta_log/0.json`], checkpointLocationHistory: []})
    const {files, skipped} = await planned({}, delta(location))
    expect({files: files.filter((path) => path.startsWith(location)), skipped}).toEqual({files: [], skipped: []})
    expect((await planned({}, delta('file:///elsewhere'))).files).toContain(stray)
  })

  test('is left as it is when something does not tell where it lies', async () => {
    const {files, skipped} = await planned({}, other({type: 'SOMETHING'}))
    expect(files.filter((path) => path.startsWith(location))).toEqual([])
    expect(skipped).toEqual([expect.stringMatching(/^shop\.returns CONTENT_UNKNOWN shop\.other is no Iceberg table/)])
    expect((await planned({}, other({type: 'UDF'}))).files).toContain(stray)
  })
})

describe('a whole location', () => {
  test('is refused when a table may have files there whose metadata is in a store that is not read', async () => {
    const metadataLocation = 'gs://far/other/metadata/1.metadata.json'
    const far = other({type: 'ICEBERG_TABLE', metadataLocation, snapshotId: -1, schemaId: 0, specId: 0, sortOrderId: 0})
    const whole = {locations: [join(location, '..').replace('file:/', 'file:///')]}
    expect((await planned(whole)).files).toContain(stray)
    const refusal: unknown = await planned(whole, far).catch((error: unknown) => error)
    expect(refusal).toMatchObject({code: 'METADATA_UNREADABLE', exit: 6})
    expect(isPhloError(refusal) && refusal.message).toContain(metadataLocation)
    // What is looked at alone is that of tables which can be read.
    expect((await planned({}, far)).files).toContain(stray)
  })

  test('is left as it is when a head in it lost its metadata, unless that is said to be lost', async () => {
    const table = await lake.getTable(ORDERS)
    await table.source.commitTable(ORDERS, [], [{action: 'set-properties', updates: {a: 'b'}}])
    const head = (await lake.getTable(ORDERS)).metadataLocation
    await rm(fileURLToPath(head))
    const options = {defaultCutoff: '9', locations: [table.location]}
    const own = `${table.location}/metadata/stray.parquet`
    await writeFile(fileURLToPath(own), 'x')
    const {files, skipped} = await planned(options)
    expect(files.filter((path) => path.startsWith(table.location))).toEqual([])
    expect(skipped).toEqual([
      expect.stringMatching(`METADATA_GONE shop.orders has at the head of ${lake.branch} the metadata file ${head}`),
    ])
    expect((await planned({...options, lostMetadata: [head]})).files).toContain(own)
  })
})
