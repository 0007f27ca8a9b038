import {execFileSync} from 'node:child_process'
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {beforeAll, describe, expect, test} from '@jest/globals'
import type {CutoffOptions} from '@phlo/iceberg/catalog'
import {runCommand} from '@phlo/testing'
import {required} from '../../../iceberg/test/support/required.js'
import {isTable} from '../../src/api/types.js'
import {age, type MadeHistory, makeHistory} from '../support/history.js'
import {type Kept, keptByRule} from '../support/kept-by-rule.js'
import {server} from '../support/nessie.js'

interface Judged {
  readonly location: string
  readonly files: readonly string[]
  readonly one: readonly string[]
  readonly rows: number | null
}

/** What the snapshots of one content refer to that commits which count name, and where its metadata says that it lies. */
interface ContentReach {
  readonly files: Set<string>
  readonly places: Set<string>
}

const root = join(import.meta.dirname, '..', '..')
const judge = join(root, '..', '..', 'scripts', 'oracles', 'pyiceberg_reach.py')

/** What PyIceberg finds in metadata files. */
function judged(items: readonly {readonly metadata: string; readonly snapshot: string | null; readonly scan: boolean}[]) {
  const input = JSON.stringify(items)
  const said = execFileSync(required('PHLO_TEST_PYICEBERG'), [judge], {input, encoding: 'utf8', maxBuffer: 256 * 1024 ** 2})
  return JSON.parse(said) as readonly Judged[]
}

let made: MadeHistory
let cutoffs: CutoffOptions
let flags: readonly string[]
let kept: readonly Kept[]
/** Before anything was deleted: what the metadata that counts refers to, and the rows of each table at each reference. */
let needed: ReadonlySet<string>
let rows: ReadonlyMap<string, number | null>
let ofOne: ReadonlySet<string>
let contents: ReadonlyMap<string, ContentReach>
let before: readonly string[]
const young = new Set<string>()

const references = () => [...made.branches, ...made.tags]
const onDisk = () =>
  readdirSync(join(made.folder, 'warehouse'), {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map(({parentPath, name}) => join(parentPath, name))
    .sort()
const pathOf = (uri: string) => fileURLToPath(uri)

/** The metadata of every table at every reference as it is now. */
async function heads(): Promise<readonly string[]> {
  const {nessie} = made.lake
  const found = new Set<string>()
  for (const name of references()) {
    for await (const {content} of nessie.entries(nessie.ref(name), {details: true}))
      if (isTable(content)) found.add(content.metadataLocation)
  }
  return [...found].sort()
}

async function rowsAtHeads(): Promise<ReadonlyMap<string, number | null>> {
  const locations = await heads()
  const items = judged(locations.map((metadata) => ({metadata, snapshot: null, scan: true})))
  return new Map(locations.map((location, index) => [location, items[index]?.rows ?? null]))
}

function byContent(reach: readonly Judged[]): ReadonlyMap<string, ContentReach> {
  const found = new Map(kept.map(({id}) => [id, {files: new Set<string>(), places: new Set<string>()}]))
  for (const [index, {one, location}] of reach.entries()) {
    const content = found.get(kept[index]?.id ?? '')
    for (const uri of one) content?.files.add(pathOf(uri))
    content?.places.add(`${pathOf(location)}/`)
  }
  return found
}

/** What nessie-gc deletes, whose program was found to do so: content by content, whatever lies where that one lies and is not its own. */
const sweptByNessieGc = () =>
  before.filter(
    (path) =>
      !young.has(path) &&
      [...contents.values()].some(({files, places}) => !files.has(path) && [...places].some((place) => path.startsWith(place))),
  )

async function gc(...more: readonly string[]) {
  const argv = ['branch', 'gc', ...flags, '--location', made.warehouse, '--below', made.warehouse, ...more, '--json']
  const {stdout, stderr, exitCode} = await runCommand(root, argv, {
    cwd: made.folder,
    home: join(made.folder, 'home'),
    plugins: [join(root, '..', 'core-iceberg')],
  })
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} exited with ${exitCode}: ${stdout}${stderr}`)
  return JSON.parse(stdout).result
}

beforeAll(async () => {
  made = await makeHistory({tables: 20, commits: 200, references: 50})
  const properties = {type: 'nessie', uri: server(), warehouse: made.warehouse, ref: made.branches[0]}
  writeFileSync(join(made.folder, 'phlo.yaml'), `catalogs: {"far": ${JSON.stringify(properties)}}\ndefaultCatalog: far\n`)
  cutoffs = {cutoffs: ['release.*=NONE', 'dev.*=3', 'tag.*=1'], defaultCutoff: new Date(made.middle).toISOString()}
  flags = [...(cutoffs.cutoffs ?? []).flatMap((cutoff) => ['--cutoff', cutoff]), '--default-cutoff', cutoffs.defaultCutoff ?? '']
  const tables = join(made.folder, 'warehouse', 'shop')
  for (const name of ['stray.parquet', 'young.parquet']) {
    mkdirSync(join(tables, 't0', 'data'), {recursive: true})
    writeFileSync(join(tables, 't0', 'data', name), name)
  }
  await age(onDisk())
  young.add(join(tables, 't0', 'data', 'young.parquet'))
  await age([...young], 1)
  before = onDisk()
  const {nessie} = made.lake
  kept = await keptByRule(nessie, cutoffs, references())
  const reach = judged(kept.map(({metadataLocation, snapshotId}) => ({metadata: metadataLocation, snapshot: snapshotId, scan: false})))
  needed = new Set(reach.flatMap(({files}) => files.map(pathOf)))
  ofOne = new Set(reach.flatMap(({one}) => one.map(pathOf)))
  contents = byContent(reach)
  rows = await rowsAtHeads()
})

describe('garbage of fifty branches and tags over two hundred commits of twenty tables', () => {
  test('is what no metadata that counts refers to, as PyIceberg reads it', async () => {
    expect(references().length).toBe(50)
    expect(made.commits).toBeGreaterThanOrEqual(200)
    const {plan} = await gc('--dry-run')
    expect(onDisk()).toEqual(before)
    const planned = plan.places.flatMap(({plan: {files}}: {plan: {files: {path: string}[]}}) => files.map(({path}) => pathOf(path)))
    expect(planned.sort()).toEqual(before.filter((path) => !needed.has(path) && !young.has(path)))
    expect(planned.length).toBeGreaterThan(50)
    expect(before.filter((path) => needed.has(path)).length).toBeGreaterThan(200)
  })

  test('is that of nessie-gc, but for files that can be told why', () => {
    const mine = new Set(before.filter((path) => !needed.has(path) && !young.has(path)))
    const theirs = new Set(sweptByNessieGc())
    const places = [...contents.values()].flatMap((content) => [...content.places])
    // It looks where tables lie that commits which count have: not where those were that are dropped.
    const onlyMine = [...mine].filter((path) => !theirs.has(path))
    expect(onlyMine.filter((path) => places.some((place) => path.startsWith(place)))).toEqual([])
    expect(onlyMine.length).toBeGreaterThan(0)
    // Whatever it deletes beyond that is needed: by other snapshots of metadata that counts, or by a table that was registered again there.
    const onlyTheirs = [...theirs].filter((path) => !mine.has(path))
    expect(onlyTheirs.filter((path) => !needed.has(path))).toEqual([])
    expect(onlyTheirs.filter((path) => ofOne.has(path)).length).toBeGreaterThan(0)
  })

  test('goes, and every reference is read in full as before; a second run finds nothing', async () => {
    const {outcome, report} = await gc('--yes')
    expect({outcome, skipped: report.skipped}).toEqual({outcome: 'done', skipped: []})
    expect(onDisk()).toEqual(before.filter((path) => needed.has(path) || young.has(path)))
    expect(await rowsAtHeads()).toEqual(rows)
    expect([...rows.values()].some((count) => Number(count) > 30)).toBe(true)
    const all = judged(kept.map(({metadataLocation}) => ({metadata: metadataLocation, snapshot: null, scan: false})))
    expect(new Set(all.flatMap(({files}) => files.map(pathOf)))).toEqual(needed)
    expect(await gc('--yes')).toMatchObject({outcome: 'nothing-to-do'})
  })
})
