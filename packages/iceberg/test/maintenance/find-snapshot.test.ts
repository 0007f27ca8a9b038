import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {ancestorIds, findSnapshot, headOf, type IcebergTable, type Snapshot, type TableMetadata} from '@phlo/iceberg'
import {currentAt} from '../../src/maintenance/refs/find-snapshot.js'
import {closeSound} from '../support/close-sound.js'
import {type Lake, openLake} from '../support/lake.js'

/** Snapshot n was made at n o'clock. */
const hour = (n: number) => Date.UTC(2026, 0, 31, n)
const at = (n: number) => new Date(hour(n)).toISOString()

let lake: Lake
let empty: IcebergTable
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['f'], {})
  await lake.catalog.createTable(
    {namespace: ['f'], name: 't'},
    {schema: {type: 'struct', fields: [{id: 1, name: 'id', type: 'long', required: false}]}},
  )
  empty = await lake.table('f.t')
})
afterAll(() => closeSound(lake))

const snapshot = (id: number, parent?: number): Snapshot => ({
  'snapshot-id': BigInt(id),
  'sequence-number': BigInt(id),
  'timestamp-ms': hour(id),
  ...(parent !== undefined && {'parent-snapshot-id': BigInt(parent)}),
})

/** 1 ← 2 ← 3 ← 5 on main, 4 on a branch off 2; main was at 1, 2, 3, went back to 2 at six, and is at 5 since seven. */
function table(metadata: Partial<TableMetadata> = {}): IcebergTable {
  const log = [
    [1, 1],
    [2, 2],
    [3, 3],
    [2, 6],
    [5, 7],
  ] as const
  return {
    ...empty,
    metadata: {
      ...empty.metadata,
      snapshots: [snapshot(1), snapshot(2, 1), snapshot(3, 2), snapshot(4, 2), snapshot(5, 3)],
      'current-snapshot-id': 5n,
      'snapshot-log': log.map(([id, time]) => ({'snapshot-id': BigInt(id), 'timestamp-ms': hour(time)})),
      refs: {
        main: {type: 'branch', 'snapshot-id': 5n},
        audit: {type: 'branch', 'snapshot-id': 4n},
        '3': {type: 'tag', 'snapshot-id': 1n},
        '77': {type: 'tag', 'snapshot-id': 2n},
        '2026-01-31': {type: 'tag', 'snapshot-id': 4n},
      },
      ...metadata,
    },
  }
}

const found = (named: IcebergTable, text: string) => Number(findSnapshot(named, text)['snapshot-id'])

describe('the name of a snapshot', () => {
  test.each([
    ['2', 2, 'an id'],
    ['3', 3, 'an id before a tag of that name'],
    ['77', 2, 'a tag whose name is a number'],
    ['audit', 4, 'a branch'],
    ['2026-01-31', 4, 'a tag before the day that it is named for'],
  ])('%s is snapshot %i: %s', (text, id) => {
    expect(found(table(), text)).toBe(id)
  })

  test.each([
    [1, 1],
    [2.5, 2],
    [5, 3],
    [6.5, 2],
    [9, 5],
  ])('that is a time, %i o’clock, is what the log says that main was at', (time, id) => {
    expect(found(table(), at(time))).toBe(id)
  })

  test('that is a time of a branch is the latest ancestor that was made by then', () => {
    expect([2, 3, 4, 9].map((time) => found({...table(), ref: 'audit'}, at(time)))).toEqual([2, 2, 4, 4])
  })

  test('that is a time goes by the ancestors where the log does not reach so far', () => {
    const cut = table({'snapshot-log': [{'snapshot-id': 5n, 'timestamp-ms': hour(7)}]})
    expect([2, 6, 7].map((time) => found(cut, at(time)))).toEqual([2, 5, 5])
  })

  test.each(['toString', '__proto__', 'constructor', ''])('%j is none', (text) => {
    expect(() => findSnapshot(table(), text)).toThrow(expect.objectContaining({code: 'REF_NOT_FOUND', exit: 2}))
  })

  test('is none before the first, in a table without any, and when the log names one that is gone', () => {
    const expected = expect.objectContaining({code: 'SNAPSHOT_NOT_FOUND', exit: 2})
    expect(() => findSnapshot(table(), at(0))).toThrow(expected)
    expect(() => findSnapshot(empty, at(9))).toThrow(expected)
    expect(() => findSnapshot(table({snapshots: [snapshot(5)]}), at(3))).toThrow(expected)
  })

  test('only counts ancestors when it is asked to', () => {
    const own = table({
      'current-snapshot-id': 4n,
      refs: {main: {type: 'branch', 'snapshot-id': 4n}},
      'snapshot-log': [...table().metadata['snapshot-log'], {'snapshot-id': 4n, 'timestamp-ms': hour(8)}],
    })
    const ancestors = ancestorIds(own, headOf(own))
    expect(currentAt(own, hour(7))?.['snapshot-id']).toBe(5n)
    expect(currentAt(own, hour(7), ancestors)?.['snapshot-id']).toBe(2n)
    expect(currentAt(own, hour(9), new Set())).toBeUndefined()
  })
})

test('snapshots that are each other’s ancestors are each met once', () => {
  const circle = table({snapshots: [snapshot(1, 5), snapshot(2, 1), snapshot(5, 2)]})
  expect([...ancestorIds(circle, headOf(circle))].map(Number)).toEqual([5, 2, 1])
})
