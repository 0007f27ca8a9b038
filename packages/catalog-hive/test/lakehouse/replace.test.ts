import {describe, expect, test} from '@jest/globals'
import {commitStateUnknown, unavailable} from '@phlo/core'
import type {Changed} from '../../src/api/client.js'
import type {HeldLock} from '../../src/api/locks.js'
import type {Metastore} from '../../src/api/metastore.js'
import type {HiveTable} from '../../src/api/structs.js'
import {comesWithComparison} from '../../src/api/version.js'
import {replaceTable} from '../../src/lakehouse/replace.js'

const ORDERS = {namespace: ['shop'], name: 'orders'}
const gone = {unknown: commitStateUnknown('nobody knows')}
const failed = {refusal: {kind: 'MetaException', message: 'The database is down'}}

interface Story {
  readonly said?: string
  readonly changed?: Changed<void>
  /** Where the table is after the change. */
  readonly after?: string
  readonly landed?: () => Promise<boolean>
  /** What the lock is, each time that it is looked at. */
  readonly held?: readonly boolean[]
}

/** Replaces shop.orders, whose metadata is at a, in a metastore that behaves so; and tells what became of it and of the lock. */
async function replaced({said = '4.0.1', changed = {done: undefined}, after = 'b', landed = async () => false, held = []}: Story) {
  const done: string[] = []
  const looks = [...held]
  const lock: HeldLock = {
    isHeld: () => looks.shift() ?? true,
    release: async () => void done.push('released'),
    leave: () => void done.push('left'),
  }
  let location = 'a'
  const metastore = {
    catalog: 'lake',
    version: async () => said,
    table: async () => ({parameters: {metadata_location: location}}),
    async alterTable() {
      done.push('altered')
      location = after
      return changed
    },
  } as unknown as Metastore
  const options = {metastore, locks: {take: async () => lock}, version: undefined}
  const error = await replaceTable(options, {name: ORDERS, base: 'a', isLocked: true, replace: (table) => table, landed}).catch(
    (thrown) => thrown,
  )
  return {code: error?.code, done}
}

describe('what becomes of a lock', () => {
  test.each([
    ['the table was replaced', {}, undefined, ['altered', 'released']],
    ['it was gone before', {held: [false]}, 'COMMIT_CONFLICT', ['released']],
    ['it went meanwhile', {held: [true, false]}, 'COMMIT_STATE_UNKNOWN', ['altered', 'released']],
    ['nothing was answered, and the change is there', {changed: gone, landed: async () => true}, undefined, ['altered', 'released']],
    ['nothing was answered by one that compares', {changed: gone}, 'COMMIT_STATE_UNKNOWN', ['altered', 'released']],
    ['nothing was answered by one that may not', {changed: gone, said: '3.0'}, 'COMMIT_STATE_UNKNOWN', ['altered', 'left']],
    ['it failed', {changed: failed, after: 'a'}, 'CATALOG_UNAVAILABLE', ['altered', 'released']],
    ['it failed after it had succeeded', {changed: failed, landed: async () => true}, undefined, ['altered', 'released']],
    ['somebody else was first', {changed: failed, after: 'c'}, 'COMMIT_CONFLICT', ['altered', 'released']],
    [
      'it failed, and nobody can look',
      {changed: failed, landed: () => Promise.reject(unavailable('CATALOG_UNAVAILABLE', 'no'))},
      'COMMIT_STATE_UNKNOWN',
      ['altered', 'released'],
    ],
  ] as readonly (readonly [string, Story, string | undefined, readonly string[]])[])('when %s', async (_, story, code, done) => {
    expect(await replaced(story)).toEqual({code, done})
  })
})

describe('a metastore compares', () => {
  test.each([
    ['2.3.9', false],
    ['2.3.10', true],
    ['3.0.0', false],
    ['3.1.3', false],
    ['3.1.3000.7.1.8', false],
    ['3.1.4', true],
    ['4.0.0-alpha-2', false],
    ['4.0.0-beta-1', true],
    ['4.0.0', true],
    ['4.1.0-SNAPSHOT', true],
    ['1.2.1', false],
    ['something', false],
    ['3.0', false],
  ])('when it is %s: %s', (version, compares) => {
    expect(comesWithComparison(version)).toBe(compares)
  })
})

test('columns that the metastore does not compare rightly stay in its entry as they were', async () => {
  const column = (name: string, type: string) => ({name, type})
  const entry = {parameters: {metadata_location: 'a'}, sd: {cols: [column('id', 'bigint')]}}
  const asked: unknown[] = []
  const metastore = {
    catalog: 'lake',
    version: async () => '4.0.1',
    table: async () => entry,
    async alterTable(_database: string, _name: string, {sd}: typeof entry): Promise<Changed<void>> {
      asked.push(sd.cols)
      const message = 'The following columns have types incompatible with the existing columns in their respective positions :\nid'
      return asked.length === 1 ? {refusal: {kind: 'InvalidOperationException', message}} : {done: undefined}
    },
  } as unknown as Metastore
  const lock: HeldLock = {isHeld: () => true, release: async () => {}, leave: async () => {}}
  const replace = (table: HiveTable): HiveTable => ({...table, sd: {...table.sd, cols: [column('note', 'string'), column('id', 'bigint')]}})
  const options = {metastore, locks: {take: async () => lock}, version: undefined}
  await replaceTable(options, {name: ORDERS, base: 'a', isLocked: true, replace, landed: async () => false})
  expect(asked).toEqual([[column('note', 'string'), column('id', 'bigint')], [column('id', 'bigint')]])
})
