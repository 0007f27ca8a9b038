import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {standingJava} from '../../../iceberg/test/support/judges.js'
import {type SharedLake, sharedLake} from '../support/judged.js'

const java = standingJava()
afterAll(() => java.close())

const HOUR = 3_600_000

/** The commands that Phlo is given, one after the other; what it says of each, and what Java says of the same pick. */
const PICKS = [
  ['publish', 'next', undefined, /^$/],
  ['cherry-pick', 'append-a', undefined, /^$/],
  ['publish', 'overwrite-b', 'PARTITIONS_CHANGED', /changed partition/], // `next` landed in partition b
  ['publish', 'overwrite-e', undefined, /^$/],
  ['cherry-pick', 'append-a', 'ALREADY_PICKED', /already/],
  ['publish', 'next', 'ALREADY_AN_ANCESTOR', /already/],
  ['cherry-pick', 'overwrite-c', 'PARTITIONS_CHANGED', /changed partition/],
  ['publish', 'delete-a', 'NOT_PICKABLE', /not append, dynamic overwrite, or fast-forward/],
] as const

describe.each([1, 2, 3])('of a v%d table with staged snapshots, Iceberg’s Java library', (version) => {
  let lake: SharedLake
  const staged = new Map<string, string>()
  const twin = new Map<string, string>()
  const snapshotsOf = async (table: string, ...flags: string[]) =>
    (await lake.must('snapshot', 'list', table, ...flags)).snapshots as {id: string; summary: Record<string, string>}[]

  beforeAll(async () => {
    lake = sharedLake()
    for (const [name, ids] of [
      ['made.ours', staged],
      ['made.theirs', twin],
    ] as const) {
      await java.createStaged(lake, name, version)
      for (const {id, summary} of await snapshotsOf(name)) if (summary['wap.id']) ids.set(summary['wap.id'], id)
    }
  })

  test('makes of its own picks what Phlo makes of the same ones, row ids included, and refuses what Phlo refuses', async () => {
    for (const [command, wapId, refusal] of PICKS) {
      const name = command === 'publish' ? wapId : staged.get(wapId)
      const before = lake.tree()
      const {exit, error, result} = await lake.json('snapshot', command, 'made.ours', name as string, '--yes')
      expect({wapId, exit, code: error?.code}).toEqual({wapId, exit: refusal ? 6 : 0, code: refusal})
      if (refusal) expect(lake.tree()).toEqual(before)
      else expect(result.report.fastForward).toBe(wapId === 'next')
      expect(error?.suggestions).not.toEqual([])
    }
    const theirs = await java.cherryPick(
      lake,
      'made.theirs',
      PICKS.map(([, wapId]) => twin.get(wapId) as string),
    )
    for (const [index, [, , , refusal]] of PICKS.entries()) expect(theirs[index]).toMatch(refusal)

    const history = async (table: string) => {
      const profile = await java.profile(lake, table)
      return (await snapshotsOf(table, '--ancestors')).map(({id}) => profile[id])
    }
    const ours = await history('made.ours')
    expect(ours).toHaveLength(version === 1 ? 5 : 7)
    expect(ours).toEqual(await history('made.theirs'))

    const snapshots = await snapshotsOf('made.ours', '--ancestors')
    expect(snapshots.map(({id}) => id).reverse()).toEqual((await java.refs(lake, 'made.ours')).ancestors)
    expect(snapshots.at(-1)?.summary).toMatchObject({
      operation: 'overwrite',
      'source-snapshot-id': staged.get('overwrite-e'),
      'published-wap-id': 'overwrite-e',
    })
    // The deletes of the replaced file are gone with it.
    const live = (await lake.must('table', 'files', 'made.ours')).files as {content: string; partition: string}[]
    expect(live.filter(({partition}) => partition === 'place=e')).toMatchObject([{content: 'data'}])
  })

  test('may leave it to Phlo to see that a delete landed in the partition since', async () => {
    const {exit, error} = await lake.json('snapshot', 'publish', 'made.ours', 'overwrite-d', '--dry-run')
    if (version === 1) expect(exit).toBe(0)
    else expect({exit, code: error?.code}).toEqual({exit: 6, code: 'PARTITIONS_CHANGED'})
  })

  test('publishes nothing that is staged twice or not at all', async () => {
    for (const [wapId, exit, code] of [
      ['twice', 6, 'WAP_ID_AMBIGUOUS'],
      ['nope', 2, 'WAP_ID_NOT_FOUND'],
      ['next', 6, 'ALREADY_AN_ANCESTOR'],
    ] as const) {
      const outcome = await lake.json('snapshot', 'publish', 'made.ours', wapId, '--yes')
      expect({wapId, exit: outcome.exit, code: outcome.error?.code}).toEqual({wapId, exit, code})
      expect(outcome.error?.suggestions.length).toBeGreaterThan(0)
    }
  })

  test('finds every ref, its retention and the history as Phlo left them', async () => {
    const head = (await lake.must('table', 'show', 'made.ours')).snapshot.id
    const id = staged.get('append-a') as string
    await lake.must('snapshot', 'branch', 'create', 'made.ours', 'audit', '--at', id, '--max-ref-age', '48h', '--max-snapshot-age', '24h')
    await lake.must('snapshot', 'tag', 'create', 'made.ours', 'v1.0', '--max-ref-age', '1h')
    await lake.must('snapshot', 'tag', 'create', 'made.ours', 'mistake')
    await lake.must('snapshot', 'tag', 'delete', 'made.ours', 'mistake', '--yes')
    await lake.must('snapshot', 'branch', 'replace', 'made.ours', 'audit', '--min-snapshots-to-keep', '5', '--yes')
    expect((await lake.must('snapshot', 'fast-forward', 'made.ours', 'audit', '--to', 'main', '--yes')).outcome).toBe('nothing-to-do')
    const {log} = await java.refs(lake, 'made.ours')
    await lake.must('snapshot', 'rollback', 'made.ours', '--to', log[0] as string, '--yes')
    await lake.must('snapshot', 'set-current', 'made.ours', '--to', 'v1.0', '--yes')
    const judged = await java.refs(lake, 'made.ours')
    expect(judged.refs).toEqual({
      main: {type: 'branch', snapshotId: head, maxRefAge: null, maxSnapshotAge: null, minSnapshotsToKeep: null},
      audit: {type: 'branch', snapshotId: head, maxRefAge: 48 * HOUR, maxSnapshotAge: 24 * HOUR, minSnapshotsToKeep: 5},
      'v1.0': {type: 'tag', snapshotId: head, maxRefAge: HOUR, maxSnapshotAge: null, minSnapshotsToKeep: null},
    })
    expect(judged.log).toEqual([...log, log[0], head])
  })
})
