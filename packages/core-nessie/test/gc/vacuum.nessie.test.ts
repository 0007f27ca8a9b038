import {existsSync} from 'node:fs'
import {readdir, readFile, rename, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {newName} from '../support/nessie.js'
import {type NessieShop, nessieShop, shopWithDev} from '../support/shop.js'

let shop: NessieShop & {readonly dev: string}

beforeEach(async () => {
  shop = await shopWithDev()
})

const ORDERS = 'shop.orders'
const CUTOFF = ['--default-cutoff', '1']

/** Files of the warehouse but those that Phlo keeps for itself, by their names. */
async function files(): Promise<readonly string[]> {
  const entries = await readdir(join(shop.cwd, 'warehouse'), {recursive: true, withFileTypes: true})
  return entries
    .filter((entry) => entry.isFile())
    .map(({parentPath, name}) => join(parentPath, name))
    .sort()
}

/** Lets every file be ten days old. */
async function age(): Promise<void> {
  const then = new Date(Date.now() - 10 * 86_400_000)
  for (const file of await files()) await utimes(file, then, then)
}

const location = async (ref = shop.trunk) => fileURLToPath((await shop.must('table', 'show', ORDERS, '--ref', ref)).location)

async function stranger(folder: string): Promise<string> {
  const path = join(folder, 'data', 'stranger.parquet')
  await writeFile(path, 'x')
  return path
}

describe('table vacuum and expire-snapshots', () => {
  test('forget snapshots of a branch, and keep what the history or another branch needs until neither does', async () => {
    await shop.append(shop.trunk, 10, 30)
    await shop.must('table', 'optimize', ORDERS, '--min-input-files', '2', '--yes')
    const expire = await shop.must('table', 'expire-snapshots', ORDERS, '--older-than', '0s', '--yes')
    expect(expire).toMatchObject({outcome: 'done', summary: expect.stringContaining('stay until vacuum'), report: {expiredSnapshots: 2}})
    const orphan = await stranger(await location())
    await age()
    const before = await files()

    const planned = await shop.must('table', 'vacuum', ORDERS, '--dry-run')
    expect(planned.plan.files.map(({path}: {path: string}) => fileURLToPath(path))).toEqual([orphan])
    expect(planned.plan.reached).toMatchObject({references: expect.any(Number), metadataFiles: expect.any(Number)})
    await shop.must('table', 'vacuum', ORDERS, '--yes')
    expect(await files()).toEqual(before.filter((file) => file !== orphan))
    expect([await shop.rows(shop.trunk), await shop.rows(shop.dev), await shop.rows(`${shop.trunk}~1`)]).toEqual([40, 30, 40])
    expect(await shop.must('table', 'vacuum', ORDERS, '--yes')).toMatchObject({outcome: 'nothing-to-do'})

    // Without its history the branch needs one file, and dev another.
    await shop.must('table', 'vacuum', ORDERS, ...CUTOFF, '--yes')
    expect([await shop.rows(shop.trunk), await shop.rows(shop.dev)]).toEqual([40, 30])
    const data = async () => (await files()).filter((file) => file.endsWith('.parquet')).length
    expect(await data()).toBe(2)
    await shop.must('branch', 'delete', shop.dev, '--yes')
    await shop.must('table', 'vacuum', ORDERS, ...CUTOFF, '--yes')
    expect(await data()).toBe(1)
    expect(await shop.rows(shop.trunk)).toBe(40)
    expect(await shop.must('table', 'vacuum', ORDERS, ...CUTOFF, '--yes')).toMatchObject({outcome: 'nothing-to-do'})
    expect((await shop.must('table', 'check', ORDERS)).findings ?? []).toEqual([])
  })

  test('delete nothing that a reference needs which came after the plan', async () => {
    const old = await shop.hashOf(shop.trunk)
    await shop.append(shop.trunk, 10, 30)
    await shop.must('branch', 'delete', shop.dev, '--yes')
    await shop.must('table', 'optimize', ORDERS, '--min-input-files', '2', '--yes')
    await shop.must('table', 'expire-snapshots', ORDERS, '--older-than', '0s', '--yes')
    await age()
    await shop.must('table', 'vacuum', ORDERS, ...CUTOFF, '--plan-out', 'plan.json')
    await shop.must('tag', 'create', newName('tag'), '--from', old)
    const before = await files()
    expect(await shop.json('table', 'apply', 'plan.json', '--yes')).toMatchObject({exit: 5, error: {code: 'PLAN_OUTDATED'}})
    expect(await files()).toEqual(before)
    expect(await shop.rows(old)).toBe(30)
  })

  test('keep what a branch needs whose metadata is gone, until that is said to be lost', async () => {
    await shop.append(shop.dev, 10, 30)
    const {metadataLocation} = await shop.must('table', 'show', ORDERS, '--ref', shop.dev)
    const metadata = fileURLToPath(metadataLocation)
    await rename(metadata, `${shop.cwd}/kept`)
    await age()
    const before = await files()
    const refusal = await shop.json('table', 'vacuum', ORDERS, '--yes')
    expect(refusal).toMatchObject({exit: 6, error: {code: 'METADATA_GONE', message: expect.stringContaining(`the head of ${shop.dev}`)}})
    expect(refusal.error?.suggestions?.join()).toContain(`--lost-metadata ${metadataLocation}`)
    expect(await files()).toEqual(before)
    const lost = await shop.must('table', 'vacuum', ORDERS, '--lost-metadata', metadataLocation, '--dry-run')
    expect(lost.plan.files.filter(({path}: {path: string}) => path.endsWith('.parquet'))).toHaveLength(1)
    await rename(`${shop.cwd}/kept`, metadata)
    expect(await shop.rows(shop.dev)).toBe(40)
  })

  test('leave purging to them, and cutoffs to catalogs that have branches', async () => {
    const purge = await shop.json('table', 'drop', ORDERS, '--purge', '--yes')
    expect(purge).toMatchObject({exit: 6, error: {code: 'GC_DISABLED', suggestions: ['phlo branch gc --dry-run']}})
    expect(await shop.json('table', 'vacuum', ORDERS, '--cutoff', 'main')).toMatchObject({exit: 2, error: {code: 'INVALID_CUTOFF'}})
    const alone = ['table', 'vacuum', `${await location()}/metadata/x/shop`, '--catalog', 'file', ...CUTOFF]
    expect((await shop.json(...alone)).exit).not.toBe(0)
  })
})

describe('branch gc', () => {
  test('takes cutoffs from the configuration unless others are typed', async () => {
    const wrong = await nessieShop({'gc.cutoff': 'main=NONE x=1', 'gc.default-cutoff': 'sometimes'})
    expect(await wrong.json('branch', 'gc', '--dry-run')).toMatchObject({exit: 2, error: {message: expect.stringContaining('sometimes')}})
    const {plan} = await wrong.must('branch', 'gc', '--default-cutoff', '1', '--below', 'file:///nowhere', '--dry-run')
    expect(plan.options).toMatchObject({cutoffs: ['main=NONE', 'x=1'], defaultCutoff: '1'})
  })

  const gc = (...more: readonly string[]) => ['branch', 'gc', ...CUTOFF, '--below', `file://${shop.cwd}`, ...more]

  test('deletes what no branch, tag or commit that counts needs, of dropped tables too, and says why', async () => {
    await shop.must('table', 'create', 'shop.gone', '--schema', 'id: long, amount: double, country: string')
    await shop.append(shop.trunk, 5, 0, 'shop.gone')
    await shop.must('table', 'drop', 'shop.gone', '--yes')
    await shop.append(shop.dev, 10, 30)
    const orphan = await stranger(await location())
    await age()
    const {plan} = await shop.must(...gc('--dry-run'))
    expect(plan.places.map(({name, isReached, reason}: Record<string, unknown>) => ({name, isReached, reason}))).toEqual([
      {name: 'shop.gone', isReached: false, reason: 'no branch, tag or commit that counts has the table'},
      {name: 'shop.orders', isReached: true, reason: 'no metadata of the table that counts refers to them'},
    ])
    expect((await shop.type(gc('--dry-run'))).stdout).toContain('stranger.parquet')
    expect(existsSync(orphan)).toBe(true)

    await shop.must(...gc('--plan-out', 'gc.json'))
    const saved = JSON.parse(await readFile(join(shop.cwd, 'gc.json'), 'utf8'))
    await writeFile(join(shop.cwd, 'other.json'), JSON.stringify({...saved, repository: {...saved.repository, commit: 'ab'.repeat(32)}}))
    expect(await shop.json('branch', 'gc', '--plan', 'other.json', '--yes')).toMatchObject({exit: 6, error: {code: 'PLAN_OF_ANOTHER'}})
    expect(existsSync(orphan)).toBe(true)
    expect(await shop.must('branch', 'gc', '--plan', 'gc.json', '--yes')).toMatchObject({outcome: 'done', report: {skipped: []}})
    expect((await files()).filter((file) => file.includes('/gone/'))).toEqual([])
    expect(existsSync(orphan)).toBe(false)
    expect([await shop.rows(shop.trunk), await shop.rows(shop.dev)]).toEqual([30, 40])
    const again = await shop.must(...gc('--dry-run'))
    expect(again.plan).toMatchObject({noop: true, skipped: []})
    expect(await shop.json('table', 'apply', 'gc.json', '--yes')).toMatchObject({
      exit: 3,
      error: {message: expect.stringContaining('branch-gc')},
    })
  })

  test('finds in a whole location what only a deleted branch had, moves it aside, and brings it back', async () => {
    const side = newName('side')
    await shop.must('branch', 'create', side)
    await shop.must('table', 'create', 'shop.side', '--schema', 'id: long, amount: double, country: string', '--ref', side)
    await shop.append(side, 5, 0, 'shop.side')
    const head = await shop.hashOf(side)
    await shop.must('branch', 'delete', side, '--yes')
    await age()
    const before = await files()
    const unknown = await shop.must(...gc('--dry-run'))
    expect(JSON.stringify(unknown.plan.places)).not.toContain('/side/')
    const whole = gc('--location', `file://${shop.cwd}/warehouse`, '--quarantine')
    const {report} = await shop.must(...whole, '--yes')
    const [place] = report.places
    expect((await files()).filter((file) => file.includes('/side/'))).toEqual([])
    expect(await shop.rows(shop.trunk)).toBe(30)
    expect(await shop.must(...whole, '--yes')).toMatchObject({outcome: 'nothing-to-do'})
    await shop.must(...place.undo.split(' ').slice(1))
    expect(await files()).toEqual(before)
    await shop.must('branch', 'create', side, '--from', head)
    expect(await shop.rows(side, 'shop.side')).toBe(5)
    expect(await shop.json('branch', 'gc', '--restore', 'file:///nowhere')).toMatchObject({exit: 2, error: {code: 'INVALID_OPTION'}})
  })
})
