import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {hasCode, type OperationContext, refused} from '@phlo/core'
import type {LoadedTable} from '@phlo/iceberg'
import {type CatalogHistory, type CutoffOptions, placesOf, type Reached, type ReachedTable} from '@phlo/iceberg/catalog'
import type {NessieApi} from '../api/nessie-api.js'
import {batches} from '../batches.js'
import {type CutoffPolicy, cutoffPolicy} from './cutoff.js'
import {metadataOfHeads} from './heads.js'
import {mark} from './mark.js'
import {folderOf, type MarkStore, openMarkStore, type StoredContent} from './mark-store.js'
import {hasRepository, type Repository, repositoryOf} from './repository.js'

/** Metadata files that are told at a time. */
const TOGETHER = 100

/** Marks of the references of a catalog, and what they were made with. */
export interface Marks {
  readonly nessie: NessieApi
  readonly store: MarkStore
  readonly policy: CutoffPolicy
  /** Whether what is before anything that counts was noted too. */
  readonly beyond: boolean
  readonly context: Pick<OperationContext, 'signal' | 'progress'>
  readonly load: (metadataLocation: string) => Promise<LoadedTable>
  /** Where contents lie, as far as that was asked before. */
  readonly places: Map<number, Promise<Places>>
  /** Metadata files that are gone for good, as somebody says. */
  readonly lost: ReadonlySet<string>
}

/** What the references of a Nessie catalog reach; `cutoffs` say which commits count where nobody says otherwise. */
export function nessieHistory(nessie: NessieApi, cutoffs: CutoffOptions, load: Marks['load']): Pick<CatalogHistory, 'reached'> {
  return {
    async reached(options, context) {
      const marks = await openMarks(nessie, load, {...cutoffs, ...options}, false, context)
      return {...reachedBy(marks), close: marks.close}
    },
  }
}

/**
 * Opens the marks of a search, new ones or those of one that was interrupted, whose moment stays the one that durations are counted
 * back from.
 *
 * @throws PhloError `INVALID_CUTOFF` (exit 2); `MARK_OF_ANOTHER` (exit 6) for the file of another search; `MARK_UNAVAILABLE` (exit 3)
 */
export async function openMarks(
  nessie: NessieApi,
  load: Marks['load'],
  {cutoffs, defaultCutoff, markFile, lostMetadata = []}: CutoffOptions,
  beyond: boolean,
  context: OperationContext,
): Promise<Marks & {close(): Promise<void>}> {
  const options = {...(cutoffs && {cutoffs}), ...(defaultCutoff !== undefined && {defaultCutoff})}
  cutoffPolicy(options, 0)
  const folder = markFile === undefined ? await mkdtemp(join(tmpdir(), 'phlo-marks-')) : undefined
  const path = markFile ?? join(folder ?? '', 'marks.db')
  const store = await openMarkStore(path)
  const close = async () => {
    store.close()
    if (folder !== undefined) await rm(folder, {recursive: true, force: true})
  }
  try {
    const about = {...options, beyond, defaultBranch: nessie.server.defaultBranch}
    const now = await searchIn(store, about, nessie, context.clock.now())
    if (now === undefined) {
      throw refused('MARK_OF_ANOTHER', `${path} has the marks of a search with other cutoffs, or in another repository.`, [`rm ${path}`])
    }
    return {nessie, store, policy: cutoffPolicy(options, now), beyond, context, load, places: new Map(), lost: new Set(lostMetadata), close}
  } catch (error) {
    await close()
    throw error
  }
}

interface Search {
  readonly now: number
  readonly about: unknown
  readonly repository: Repository
}

/** Begins a search in a store that has none, or goes on with its own. The moment that it counts back from; undefined of another search. */
async function searchIn(store: MarkStore, about: object, nessie: NessieApi, now: number): Promise<number | undefined> {
  const before = store.about()
  if (before === undefined) {
    const search: Search = {now, about, repository: await repositoryOf(nessie)}
    store.begin(JSON.stringify(search))
    return now
  }
  const search = JSON.parse(before) as Search
  const isSame = JSON.stringify(search.about) === JSON.stringify(about) && (await hasRepository(nessie, search.repository))
  return isSame ? search.now : undefined
}

/** What marks say to one who looks at them; several may, each at a time of its own. */
export function reachedBy(marks: Marks): Omit<Reached, 'close'> {
  const {nessie, store, policy, beyond, context, load, lost} = marks
  let [seen, references] = [0, 0]
  let heads: ReturnType<typeof metadataOfHeads> | undefined
  return {
    async *look() {
      heads = undefined
      references = await mark(nessie, store, policy, beyond, context)
      const [after, until] = [seen, store.last()]
      seen = until
      for (const content of [...store.contents(after, until)]) yield tableOf(marks, content, after, until)
    },
    load,
    async headWith(location) {
      heads ??= metadataOfHeads(nessie)
      return (await heads).get(location)
    },
    lost,
    figures: () => ({references, ...store.counts()}),
  }
}

function tableOf(
  {store, load, places: known}: Marks,
  {number, contentId, name, isTable}: StoredContent,
  after: number,
  until: number,
): ReachedTable {
  const live = store.folders(number).filter(({isLive, folder}) => isLive && folder !== '')
  const folders = live.map(({folder}) => folder)
  const samples = live.map(({sample}) => sample)
  const whereItLies = () => {
    let found = after === 0 ? known.get(number) : undefined
    found ??= isTable
      ? placesAt(samples, store.metadataFiles(number, 0, until), load)
      : Promise.resolve({places: folders.map(rootOf), unreadable: []})
    known.set(number, found)
    return found
  }
  return {
    id: contentId,
    name,
    isTable,
    folders,
    has: (location) => store.has(number, location),
    metadataFiles: () => batches(store.metadataFiles(number, after, until), TOGETHER),
    places: async () => (await whereItLies()).places,
    unreadable: async () => (await whereItLies()).unreadable,
  }
}

interface Places {
  readonly places: readonly string[]
  /** Metadata files in stores that are not read here. */
  readonly unreadable: readonly string[]
}

/** A folder of metadata is below that of what it is about; so is that of a log of Delta Lake. */
const rootOf = (folder: string) => folder.replace(/\/(?:metadata|_delta_log)$/, '')

/**
 * Where a table lies, as a file of each folder of its metadata says; when one of these is gone, also where its folder is and as the first
 * other says that is there.
 */
async function placesAt(samples: readonly string[], others: Iterable<string>, load: Marks['load']): Promise<Places> {
  const found = await Promise.all(samples.map((sample) => placesIn(sample, load)))
  const gone = samples.filter((_, index) => found[index] === 'gone')
  const unreadable = samples.filter((_, index) => found[index] === 'unreadable')
  const places = [...found.flatMap((each) => (typeof each === 'string' ? [] : each)), ...gone.map((sample) => rootOf(folderOf(sample)))]
  if (gone.length > 0) {
    for (const other of others) {
      const more = await placesIn(other, load)
      if (typeof more === 'string') continue
      places.push(...more)
      break
    }
  }
  return {places: [...new Set(places)], unreadable}
}

async function placesIn(metadataLocation: string, load: Marks['load']): Promise<readonly string[] | 'gone' | 'unreadable'> {
  try {
    return placesOf((await load(metadataLocation)).metadata)
  } catch (error) {
    if (hasCode(error, 'FILE_NOT_FOUND')) return 'gone'
    if (hasCode(error, 'UNSUPPORTED_SCHEME')) return 'unreadable'
    throw error
  }
}
