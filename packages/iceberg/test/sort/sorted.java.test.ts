import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {currentSchema, optimize, parseSortOrder} from '@phlo/iceberg'
import fc from 'fast-check'
import {leavesOf} from '../../src/parquet/leaves.js'
import {rowKeys} from '../../src/sort/row-keys.js'
import {leafValues, schemaOf} from '../parquet/samples.js'
import {closeSound} from '../support/close-sound.js'
import {standingJava} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const java = standingJava()
afterAll(() => java.close())

/** Between them every type, and every transform. */
const ORDERS = [
  'flag desc nulls first, small, ratio desc, id',
  'amount, price desc, id desc',
  'balance nulls last, huge desc',
  'huge, id',
  'clock desc, day',
  'year(day) desc, month(at), id desc',
  'hour(instant), at desc nulls first',
  'name desc, hash',
  'hash desc nulls first, blob',
  'place.zip, place.city desc',
  'bucket(3, name), truncate(2, blob) desc, truncate(10, small), id',
]

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
})
afterAll(() => closeSound(lake))

describe('Iceberg’s Java library', () => {
  const name = 'made.to_sort'
  beforeAll(async () => {
    await java.create(lake, name, 2, 6, 80)
  })

  test('finds every file that Phlo sorted in the order that it is said to be in, and the rows that were there', async () => {
    const head = String((await lake.table(name)).metadata['current-snapshot-id'])
    const sortedBy: {order: string; location: string; sortOrderId: number; snapshotId: string | null}[] = []
    for (const order of ORDERS) {
      const table = await lake.table(name)
      const sortOrder = parseSortOrder(order, currentSchema(table.metadata))
      await lake.catalog.commitTable(
        table.name,
        [],
        [
          {action: 'add-sort-order', 'sort-order': sortOrder},
          {action: 'set-default-sort-order', 'sort-order-id': -1},
        ],
      )
      const {result} = await lake.run(optimize, name, {sort: 'table', verify: 'full'})
      const {metadataLocation: location, metadata} = await lake.table(name)
      sortedBy.push({order, location, sortOrderId: metadata['default-sort-order-id'], snapshotId: result.snapshotId})
    }
    const files = JSON.parse(await java.sorted('files', ...sortedBy.map(({location}) => location))) as readonly (readonly {
      rows: number
    }[])[]
    const profile = await java.profile(lake, name)
    for (const [index, {order, sortOrderId, snapshotId}] of sortedBy.entries()) {
      const found = files[index] as readonly {rows: number}[]
      expect({order, files: found}).toEqual({order, files: found.map(({rows}) => ({sortOrderId, rows, misplaced: 0}))})
      expect(profile[String(snapshotId)]).toEqual(profile[head])
    }
    expect(profile[head]?.rows).toBe(480)
  })

  test.each([2, 3])('finds the rows, and their ids, of a v%d table with every kind of delete, older schemas and specs', async (version) => {
    const deleted = `made.deleted_to_sort_v${version}`
    await java.createDeleted(lake, deleted, version)
    const head = String((await lake.table(deleted)).metadata['current-snapshot-id'])
    const {result} = await lake.run(optimize, deleted, {sort: 'sort desc, id desc', rewriteAll: true, verify: 'full'})
    const curve = await lake.run(optimize, deleted, {zorder: ['id', 'sort'], memoryLimit: 1024 ** 2, verify: 'full'})
    const profile = await java.profile(lake, deleted)
    expect(result.deletedRows).toBeGreaterThan(50)
    expect(profile[String(result.snapshotId)]).toEqual(profile[head])
    expect(profile[String(curve.result.snapshotId)]).toEqual(profile[head])
  })

  test('finds the rows of a table with the types and defaults of version 3, whose files are of Parquet and Avro', async () => {
    const typed = 'made.typed_to_sort'
    await java.createTyped(lake, typed, ['parquet', 'avro'])
    const {metadata} = await lake.table(typed)
    const {result} = await lake.run(optimize, typed, {sort: 'id desc', rewriteAll: true, verify: 'full'})
    const profile = await java.profile(lake, typed)
    expect(result.rows).toBeGreaterThan(0)
    expect(profile[String(result.snapshotId)]).toEqual(profile[String(metadata['current-snapshot-id'])])
  })

  /** Not of doubles: release 1.11 shifts their sign by 31 bits instead of 63, so that their lower halves are not in order. */
  test('makes the same z-values', async () => {
    const schema = schemaOf({a: 'long', b: 'int', c: 'string', d: 'boolean'})
    const row = fc.record({
      a: fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}),
      b: fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1}),
      c: fc.string({unit: 'grapheme-ascii', maxLength: 8}),
      d: fc.boolean(),
    })
    const rows = fc.sample(row, 300)
    const path = join(lake.folder, 'rows.json')
    writeFileSync(path, JSON.stringify(rows.map(({a, b, c, d}) => [String(a), b, c, d])))
    const order = {kind: 'zorder' as const, text: '', columns: [1, 2, 3, 4], varLength: 5, constant: []}
    const keys = rowKeys(order, leavesOf(schema))((leaf) => leafValues(schema, leaf, rows), rows.length)
    const ours = rows.map((_, at) => Buffer.from(keys.bytes.slice(keys.offsets[at], keys.offsets[at + 1])).toString('hex'))
    expect(ours).toEqual(JSON.parse(await java.sorted('z-values', path)))
  })
})
