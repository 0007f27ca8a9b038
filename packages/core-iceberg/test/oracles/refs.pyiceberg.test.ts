import {afterAll, expect, test} from '@jest/globals'
import {standingPyiceberg} from '../../../iceberg/test/support/judges.js'
import {sharedLake} from '../support/judged.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

const DAY = 86_400_000

test('PyIceberg finds the branches, tags, retention, log and ancestors that Phlo’s commands made', async () => {
  const lake = sharedLake()
  await pyiceberg.create(lake, 'made.orders', 2, 5, 10)
  const before = await pyiceberg.refs(lake, 'made.orders')
  const [first, second, third, , head] = before.log as [string, string, string, string, string]
  const snapshot = (...words: string[]) => lake.must('snapshot', ...words, '--yes')
  await snapshot('tag', 'create', 'made.orders', 'first', '--at', first, '--max-ref-age', '365d')
  await snapshot('branch', 'create', 'made.orders', 'audit', '--at', third, '--max-snapshot-age', '2d', '--min-snapshots-to-keep', '4')
  await snapshot('branch', 'create', 'made.orders', 'gone')
  await snapshot('branch', 'delete', 'made.orders', 'gone')
  await snapshot('rollback', 'made.orders', '--to', second)
  await snapshot('fast-forward', 'made.orders', 'main', '--to', 'audit')
  const {refs, log, ancestors} = await pyiceberg.refs(lake, 'made.orders')
  expect(refs).toEqual({
    main: {type: 'branch', snapshotId: third, maxRefAge: null, maxSnapshotAge: null, minSnapshotsToKeep: null},
    audit: {type: 'branch', snapshotId: third, maxRefAge: null, maxSnapshotAge: 2 * DAY, minSnapshotsToKeep: 4},
    first: {type: 'tag', snapshotId: first, maxRefAge: 365 * DAY, maxSnapshotAge: null, minSnapshotsToKeep: null},
  })
  expect(log).toEqual([...before.log, second, third])
  expect(ancestors).toEqual([third, second, first])

  await snapshot('cherry-pick', 'made.orders', head)
  const profile = await pyiceberg.profile(lake, 'made.orders')
  const [picked] = (await pyiceberg.refs(lake, 'made.orders')).ancestors
  expect(profile[picked as string]?.rows).toBe((profile[third]?.rows ?? 0) + 10)
  const sum = (id: string | undefined) => Number(profile[id as string]?.columns['id']?.sum)
  expect(sum(picked) - sum(third)).toBe(sum(head) - sum(before.log[3]))
})

test('snapshot diff finds the files that PyIceberg finds in one snapshot and not in the other', async () => {
  const lake = sharedLake()
  await pyiceberg.create(lake, 'made.orders', 2, 5, 10)
  await lake.must('table', 'optimize', 'made.orders', '--min-input-files', '2', '--yes')
  await pyiceberg.append(lake, 'made.orders', 1000, 7)
  await lake.must('table', 'rewrite-manifests', 'made.orders', '--sort-by', 'at_day', '--yes')
  await lake.must('snapshot', 'rollback', 'made.orders', '--to', (await pyiceberg.refs(lake, 'made.orders')).log[2] as string, '--yes')
  await pyiceberg.append(lake, 'made.orders', 2000, 3)
  const files = await pyiceberg.files(lake, 'made.orders')
  const ids = Object.keys(files)
  expect(ids).toHaveLength(9)
  for (const from of ids) {
    for (const to of ids) {
      const only = (one: string, other: string) =>
        Object.entries(files[one] ?? {})
          .filter(([path]) => !(path in (files[other] ?? {})))
          .map(([path, [records, bytes]]) => ({path, records, bytes}))
          .sort((a, b) => a.path.localeCompare(b.path))
      const diff = await lake.must('snapshot', 'diff', 'made.orders', from, to, '--files')
      const found = (change: string) =>
        (diff.files as {change: string; path: string; records: number; bytes: number}[])
          .filter((file) => file.change === change)
          .map(({path, records, bytes}) => ({path, records, bytes}))
          .sort((a, b) => a.path.localeCompare(b.path))
      expect({added: found('added'), removed: found('removed')}).toEqual({added: only(to, from), removed: only(from, to)})
      const total = (list: readonly {records: number; bytes: number}[]) => ({
        files: list.length,
        records: list.reduce((sum, {records}) => sum + records, 0),
        bytes: list.reduce((sum, {bytes}) => sum + bytes, 0),
      })
      expect(diff.dataFiles).toEqual({added: total(only(to, from)), removed: total(only(from, to))})
    }
  }
})
