import {describe, expect, test} from '@jest/globals'
import {resolveExpireOptions} from '../../src/maintenance/expire-snapshots/options.js'
import {decideRetention} from '../../src/maintenance/expire-snapshots/retention.js'
import type {Snapshot, SnapshotRef, TableMetadata} from '../../src/spec/table-metadata.js'

const DAY = 24 * 60 * 60 * 1000
const NOW = 100 * DAY

/** Snapshot `id` was made on day `id` after its parent. */
const snapshot = (id: number, parent?: number): Snapshot => ({
  'snapshot-id': BigInt(id),
  ...(parent !== undefined && {'parent-snapshot-id': BigInt(parent)}),
  'sequence-number': BigInt(id),
  'timestamp-ms': id * DAY,
})

const ref = (id: number, type: 'branch' | 'tag' = 'branch', retention: Partial<SnapshotRef> = {}): SnapshotRef => ({
  type,
  'snapshot-id': BigInt(id),
  ...retention,
})

const table = (snapshots: readonly Snapshot[], refs: Record<string, SnapshotRef>) =>
  ({snapshots, refs, 'current-snapshot-id': refs['main']?.['snapshot-id']}) as unknown as TableMetadata

const line = (from: number, to: number) =>
  Array.from({length: to - from + 1}, (_, index) => snapshot(from + index, index === 0 ? undefined : from + index - 1))

const expired = (metadata: TableMetadata, options: Parameters<typeof resolveExpireOptions>[0] = {}) =>
  decideRetention(metadata, resolveExpireOptions(options, {}), NOW).expiredSnapshots.map(Number)

describe('the snapshot retention policy', () => {
  test('keeps what is younger than five days and the head of main', () => {
    expect(expired(table(line(93, 99), {main: ref(99)}))).toEqual([93, 94])
    expect(expired(table(line(1, 3), {main: ref(3)}))).toEqual([1, 2])
  })

  test('keeps the last so many of a branch whatever their age', () => {
    expect(expired(table(line(1, 9), {main: ref(9)}), {retainLast: 3})).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('keeps the head of every branch and tag, and of a branch its own minimum', () => {
    const metadata = table([...line(1, 9), snapshot(20, 4)], {
      main: ref(9),
      release: ref(2, 'tag'),
      audit: ref(20, 'branch', {'min-snapshots-to-keep': 2}),
    })
    expect(expired(metadata)).toEqual([1, 3, 5, 6, 7, 8])
  })

  test('lets a branch’s own maximum age override the option', () => {
    const metadata = table(line(1, 9), {main: ref(9, 'branch', {'max-snapshot-age-ms': 95 * DAY})})
    expect(expired(metadata, {olderThan: DAY})).toEqual([1, 2, 3, 4])
  })

  test('drops refs over their age, never main, and then what only they held', () => {
    const metadata = table([...line(1, 5), snapshot(50, 5)], {main: ref(50), old: ref(2, 'tag', {'max-ref-age-ms': 10 * DAY})})
    const {expiredRefs, expiredSnapshots} = decideRetention(metadata, resolveExpireOptions({}, {}), NOW)
    expect(expiredRefs).toEqual(['old'])
    expect(expiredSnapshots.map(Number)).toEqual([1, 2, 3, 4, 5])
  })

  test('keeps a young snapshot that no ref reaches: somebody may be about to publish it', () => {
    const metadata = table([...line(1, 2), snapshot(98, 2), snapshot(90, 2)], {main: ref(2)})
    expect(expired(metadata)).toEqual([1, 90])
  })

  test('takes exactly the snapshots that are named, and refuses heads and strangers', () => {
    const metadata = table(line(95, 99), {main: ref(99), keep: ref(96, 'tag')})
    expect(expired(metadata, {snapshotIds: ['97', '95']})).toEqual([97, 95])
    expect(() => expired(metadata, {snapshotIds: ['96']})).toThrow(expect.objectContaining({code: 'SNAPSHOT_REFERENCED', exit: 6}))
    expect(() => expired(metadata, {snapshotIds: ['1']})).toThrow(expect.objectContaining({code: 'SNAPSHOT_NOT_FOUND'}))
  })

  test('gives every snapshot a reason', () => {
    const metadata = table(line(90, 99), {main: ref(99)})
    const {reasons} = decideRetention(metadata, resolveExpireOptions({}, {}), NOW)
    expect([...reasons.keys()].sort()).toEqual(metadata.snapshots.map((entry) => entry['snapshot-id']))
    expect([...reasons.values()].every((reason) => reason.length > 0)).toBe(true)
  })

  test.each([{retainLast: 0}, {snapshotIds: ['x']}])('refuses %j', (given) => {
    expect(() => resolveExpireOptions(given, {})).toThrow(expect.objectContaining({code: 'INVALID_OPTION', exit: 2}))
  })
})
