import type {OperationContext} from '@phlo/core'
import type {NessieApi} from '../api/nessie-api.js'
import type {Reference} from '../api/types.js'
import {isCovered, reachOf} from './commit-reach.js'
import type {CutoffPolicy} from './cutoff.js'
import type {CommitReach, MarkStore} from './mark-store.js'
import {walk} from './walk.js'

/** Walks that are made at the same time. */
const AT_A_TIME = 8

type Reachable = CommitReach & Reference

/**
 * Marks what the references that are there now reach and nothing has marked yet, and goes on with walks that were interrupted. A commit
 * that a walk has passed which goes as far is not passed again, so that a history which many branches share is read once.
 *
 * @param beyond also notes what was there before anything that counts
 * @returns how many references there are
 */
export async function mark(
  nessie: NessieApi,
  store: MarkStore,
  policy: CutoffPolicy,
  beyond: boolean,
  context: Pick<OperationContext, 'signal' | 'progress'>,
): Promise<number> {
  const {defaultBranch, noAncestorHash} = nessie.server
  const heads: Reachable[] = []
  for await (const reference of nessie.references()) heads.push({...reference, ...reachOf(policy(reference.name))})
  // Those that go farthest come first, since others end where they meet them.
  const rank = ({name, until, remaining}: Reachable) => [until, -remaining, Number(name !== defaultBranch)]
  heads.sort((one, other) => compare(rank(one), rank(other)))
  store.transaction(() => {
    const started = new Map<string, Reachable[]>()
    for (const head of heads) {
      const same = started.get(head.hash) ?? []
      const isKnown = isCovered(store.reachOf(head.hash), head) || same.some((other) => isCovered(other, head))
      if (isKnown || head.hash === noAncestorHash) continue
      started.set(head.hash, [...same, head])
      store.startWalk({phase: 'mark', next: head.hash, last: '', until: head.until, remaining: head.remaining})
    }
  })
  const [first, ...rest] = store.walks()
  context.progress.start('walking the history of references')
  if (first) await walk(nessie, store, first, beyond, context)
  await each(rest, AT_A_TIME, (next) => walk(nessie, store, next, beyond, context))
  context.progress.done()
  return heads.length
}

/** Does some work for each, so many at a time. After a failure none is begun, and those that run come to their end. */
async function each<Item>(items: readonly Item[], most: number, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    try {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
    } catch (error) {
      queue.length = 0
      throw error
    }
  }
  const outcomes = await Promise.allSettled(Array.from({length: most}, worker))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}
