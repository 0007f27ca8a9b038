import type {OperationContext} from '@phlo/core'
import type {NessieApi} from '../api/nessie-api.js'
import type {Entry, LogEntry} from '../api/types.js'
import {batches} from '../batches.js'
import {isCovered, isTimed} from './commit-reach.js'
import {type MarkStore, NEVER, type Walk} from './mark-store.js'
import {putOf} from './put-of.js'

type Context = Pick<OperationContext, 'signal' | 'progress'>

/** Commits, or contents, that are written together: what an interruption costs. */
const BATCH = 1000
/** Commits that a walk takes first. */
const FIRST = 16

/**
 * Makes a walk from where it is to its end. Where it is then is written together with what each step has found.
 *
 * @param beyond whether to go on past the last commit that counts
 */
export async function walk(nessie: NessieApi, store: MarkStore, from: Walk, beyond: boolean, context: Context): Promise<void> {
  const isKnown = from.phase === 'mark' && isCovered(store.reachOf(from.next), from)
  if (isKnown) return store.endWalk(from)
  let at: Walk | undefined = from
  if (at.phase === 'mark') at = await along(nessie, store, at, context, markCommit, (walk) => ({...walk, phase: 'collect', next: ''}))
  if (at?.phase === 'collect') at = await collect(nessie, store, at, beyond, context)
  if (at?.phase === 'scan') await along(nessie, store, at, context, scanCommit, () => undefined)
}

/** Takes a commit, and says where the walk goes on; undefined where it ends. */
type Step = (store: MarkStore, at: Walk, commit: LogEntry, next: string) => Walk | undefined

/** Goes along the log as long as the phase is the same, until its end at most: in few steps at first, since most branches soon meet others. */
async function along(
  nessie: NessieApi,
  store: MarkStore,
  from: Walk,
  {signal, progress}: Context,
  step: Step,
  atEnd: (walk: Walk) => Walk | undefined,
): Promise<Walk | undefined> {
  const nextOf = ({parentHash = ''}: LogEntry) => (parentHash === nessie.server.noAncestorHash ? '' : parentHash)
  let at: Walk | undefined = from
  for (let size = FIRST; at && at.next !== ''; size = Math.min(size * 4, BATCH)) {
    signal.throwIfAborted()
    const commits = await firstOf(nessie.log(nessie.ref(at.next), {pageSize: size}), size)
    store.transaction(() => {
      for (const commit of commits) {
        at = at && step(store, at, commit, nextOf(commit))
        if (at?.phase !== from.phase) break
      }
      keep(store, from, at)
    })
    progress.advance(commits.length)
    if (at?.phase !== from.phase) return at
    if (commits.length === 0) break
  }
  at = at && atEnd(at)
  keep(store, from, at)
  return at
}

async function firstOf<Item>(items: AsyncIterable<Item>, count: number): Promise<readonly Item[]> {
  const found: Item[] = []
  for await (const item of items) {
    found.push(item)
    if (found.length === count) break
  }
  return found
}

function keep(store: MarkStore, from: Walk, at: Walk | undefined): void {
  if (at) store.saveWalk(at)
  else store.endWalk(from)
}

/** A commit counts when it is the head, and as the cutoff says. */
const markCommit: Step = (store, at, commit, next) => {
  if (isCovered(store.reachOf(commit.hash), at)) return undefined
  const isOld = isTimed(at) ? Date.parse(commit.meta.commitTime ?? '') < at.until : at.remaining <= 0
  if (at.last !== '' && isOld) return {...at, phase: 'collect', next: commit.hash}
  store.noteCommit(commit.hash, at)
  notePuts(store, commit, true)
  return {...at, last: commit.hash, next, remaining: isTimed(at) ? 0 : at.remaining - 1}
}

/** Whoever noted a commit goes on from there. */
const scanCommit: Step = (store, at, commit, next) => {
  if (store.reachOf(commit.hash)) return undefined
  store.noteCommit(commit.hash, {until: NEVER, remaining: 0})
  notePuts(store, commit, false)
  return {...at, next}
}

function notePuts(store: MarkStore, {operations}: LogEntry, isLive: boolean): void {
  for (const operation of operations) {
    const put = operation.type === 'PUT' ? putOf(operation.key, operation.content) : undefined
    if (put) store.notePut(put, isLive)
  }
}

/** Marks all that is there at the last commit that counts: what was put before it and is still there is needed too. */
async function collect(nessie: NessieApi, store: MarkStore, at: Walk, beyond: boolean, {signal}: Context): Promise<Walk | undefined> {
  const ref = nessie.ref(at.last)
  for await (const entries of batches(nessie.entries(ref, {details: true}), BATCH)) {
    signal.throwIfAborted()
    const contents = await withContents(nessie, at.last, entries)
    store.transaction(() => {
      for (const {key, content} of contents) {
        const put = content && putOf(key, content)
        if (put) store.notePut(put, true)
      }
    })
  }
  const after: Walk | undefined = beyond && at.next !== '' ? {...at, phase: 'scan'} : undefined
  keep(store, at, after)
  return after
}

/** Older servers do not tell the contents of a listing. */
export async function withContents(nessie: NessieApi, hash: string, entries: readonly Entry[]): Promise<readonly Omit<Entry, 'type'>[]> {
  if (entries.every(({content, type}) => content || type === 'NAMESPACE')) return entries
  const keys = entries.map(({key}) => key)
  const contents = await nessie.contents(nessie.ref(hash), keys)
  return keys.map((key) => ({key, content: contents.get(key)}))
}
