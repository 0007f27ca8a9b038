import {existsSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, test} from '@jest/globals'
import type {CutoffOptions, Reached} from '@phlo/iceberg/catalog'
import {testContext} from '../../../iceberg/test/support/lake.js'
import type {NessieApi} from '../../src/api/nessie-api.js'
import {nessieHistory, openMarks, reachedBy} from '../../src/gc/history.js'
import {committer, emptyBranch} from '../support/commits.js'
import {keptByRule} from '../support/kept-by-rule.js'
import {all, behindProxy, newFolder, newName, openLake} from '../support/nessie.js'

const noFiles = () => Promise.reject(new Error('no file is read for this'))

let nessie: NessieApi
/** The branches of the test, in the order in which they were made; others on the server are not looked at. */
const names = {trunk: newName('trunk'), dev: newName('dev'), late: newName('late')}
let middle = 0

beforeAll(async () => {
  nessie = (await openLake(undefined)).nessie
  const {put, drop} = committer(nessie)
  const {trunk, dev, late} = names
  await emptyBranch(nessie, trunk)
  for (let commit = 0; commit < 4; commit++) await put(trunk, 'orders', `file:///m/orders/metadata/${trunk}-${commit}.json`)
  await put(trunk, 'gone', `file:///m/gone/metadata/${trunk}.json`)
  await nessie.createReference('BRANCH', dev, await nessie.reference(trunk))
  await drop(trunk, 'gone')
  middle = Date.now()
  for (let commit = 4; commit < 7; commit++) await put(trunk, 'orders', `file:///m/orders/metadata/${trunk}-${commit}.json`)
  await put(dev, 'orders', `file:///m/orders/metadata/${dev}.json`)
  await nessie.createReference('BRANCH', late, await nessie.resolve(nessie.ref(`${trunk}~1`)))
})

/** What a walk along each reference alone keeps. */
const kept = async (options: CutoffOptions) =>
  (await keptByRule(nessie, options, Object.values(names))).map(({metadataLocation}) => metadataLocation).sort()

const isOurs = (location: string) => location.includes(names.trunk) || location.includes(names.dev)

/** What a look tells, of this test. */
async function told(reached: Pick<Reached, 'look'>, isWanted = isOurs): Promise<readonly string[]> {
  const tables = await all(reached.look())
  const files = await Promise.all(tables.map(async ({metadataFiles}) => (await all(metadataFiles())).flat()))
  return files.flat().filter(isWanted).sort()
}

async function found(options: CutoffOptions, api: NessieApi = nessie): Promise<readonly string[]> {
  const reached = await nessieHistory(api, {}, noFiles).reached(options, testContext())
  try {
    return await told(reached)
  } finally {
    await reached.close()
  }
}

describe('the mark phase', () => {
  test.each<[string, () => CutoffOptions]>([
    ['everything', () => ({})],
    ['heads alone', () => ({defaultCutoff: '1'})],
    ['some commits', () => ({defaultCutoff: '3'})],
    ['what came since a moment', () => ({defaultCutoff: new Date(middle).toISOString()})],
    ['all of one and little of others', () => ({cutoffs: [`${names.dev}=NONE`], defaultCutoff: '2'})],
    ['what the first rule that fits says', () => ({cutoffs: ['trunk.*=2', 'trunk.*=NONE', `late.*=${new Date(middle).toISOString()}`]})],
    ['nothing before the far future but heads', () => ({defaultCutoff: '2100-01-01'})],
  ])('keeps, of %s, what a walk along each reference alone does', async (_, options) => {
    const expected = await kept(options())
    expect(expected.length).toBeGreaterThan(1)
    expect(await found(options())).toEqual(expected)
    // Whoever looks for garbage also walks what does not count, to learn what there was.
    const marks = await openMarks(nessie, noFiles, options(), true, testContext())
    try {
      expect(await told(reachedBy(marks))).toEqual(expected)
    } finally {
      await marks.close()
    }
  })

  test('walks a history that many references share once', async () => {
    const {put} = committer(nessie)
    const shared = newName('shared')
    await emptyBranch(nessie, shared)
    const hashes: string[] = []
    // As many as a walk takes first: one that is longer may be met by another walk before its end, or not.
    for (let commit = 0; commit < 12; commit++) hashes.push(await put(shared, 't', `file:///m/t/metadata/${shared}-${commit}.json`))
    const head = await nessie.reference(shared)
    for (let tag = 0; tag < 10; tag++) await nessie.createReference('TAG', newName('tag'), head)
    await nessie.createReference('BRANCH', newName('old'), {...head, hash: hashes[5] ?? ''})
    const walks: string[] = []
    await behindProxy(
      ({url}) => {
        if (url.includes('/history') && hashes.some((hash) => url.includes(hash))) walks.push(url)
        return undefined
      },
      async ({uri}) => found({}, (await openLake(undefined, {uri})).nessie),
    )
    // The old branch may have its turn first, or at the same time.
    expect(walks.length).toBeGreaterThanOrEqual(1)
    expect(walks.length).toBeLessThanOrEqual(2)
  })

  test('tells what has come since the last look, and nothing when nothing has', async () => {
    const {put} = committer(nessie)
    const branch = newName('look')
    const file = (commit: number) => `file:///m/t/metadata/${branch}-${commit}.json`
    await emptyBranch(nessie, branch)
    for (let commit = 0; commit < 3; commit++) await put(branch, 't', file(commit))
    const reached = await nessieHistory(nessie, {}, noFiles).reached({defaultCutoff: '1'}, testContext())
    const look = () => told(reached, (location) => location.includes(branch))
    expect(await look()).toEqual([file(2)])
    expect(await look()).toEqual([])
    await put(branch, 't', file(3))
    await nessie.createReference('TAG', newName('tag'), await nessie.resolve(nessie.ref(`${branch}~3`)))
    expect(await look()).toEqual([file(0), file(3)])
    await nessie.deleteReference(await nessie.reference(branch))
    expect(await look()).toEqual([])
    await reached.close()
  })

  test('goes on, in a file of its own, where it was interrupted, and takes up no other search', async () => {
    const markFile = join(newFolder(), 'marks.db')
    const options = {cutoffs: [`${names.late}=3`], markFile}
    let histories = 0
    await behindProxy(
      ({url}) => (url.includes('/history') && histories++ >= 2 ? {status: 400, headers: {}, body: '{}'} : undefined),
      async ({uri}) => {
        const spoiled = (await openLake(undefined, {uri})).nessie
        await expect(found(options, spoiled)).rejects.toMatchObject({code: expect.any(String)})
      },
    )
    expect(existsSync(markFile)).toBe(true)
    const before = await openMarks(nessie, noFiles, options, false, testContext())
    const {walks, counts, close} = {...before.store, close: before.close}
    expect(counts().commits).toBeGreaterThan(0)
    expect(walks().length).toBeGreaterThan(0)
    await close()
    expect(await found(options)).toEqual(await kept(options))
    await expect(found({markFile})).rejects.toMatchObject({code: 'MARK_OF_ANOTHER', exit: 6, suggestions: [`rm ${markFile}`]})
  })

  test('takes up no search in another repository, also where a server does not tell when it was made', async () => {
    const markFile = join(newFolder(), 'marks.db')
    const old = {...nessie, server: {...nessie.server, since: ''}}
    // One that was at the same address before, or had commits that are lost.
    const other = {...old, reference: async (name: string) => ({type: 'BRANCH' as const, name, hash: 'ab'.repeat(32)})}
    const open = async (api: NessieApi) => (await openMarks(api, noFiles, {markFile}, false, testContext())).close()
    await open(other)
    await expect(open(old)).rejects.toMatchObject({code: 'MARK_OF_ANOTHER', exit: 6})
    rmSync(markFile)
    await open(old)
    await open(old)
  })

  test.each(['main', '=P30D', 'main=sometimes', 'main=0', 'main=P1M', '(=NONE', 'main=2026-02-30'])(
    'refuses the cutoff %p',
    async (cutoff) => {
      await expect(found({cutoffs: [cutoff]})).rejects.toMatchObject({code: 'INVALID_CUTOFF', exit: 2})
    },
  )
})
