import type {BranchManager, CatalogCommit, CatalogReference} from '@phlo/core'
import {formatKey} from '../api/keys.js'
import type {NessieApi} from '../api/nessie-api.js'
import type {LogEntry, Reference} from '../api/types.js'
import {notABranch, type Place} from './place.js'

/** The branches of a catalog that is open at a place, as any package can use them. */
export function nessieBranches(api: NessieApi, place: () => Promise<Place>): BranchManager {
  return {
    async writable() {
      const at = await place()
      if (!at.isBranch) throw notABranch(api.catalog, at)
      return at.name
    },
    async *list() {
      for await (const reference of api.references()) yield described(reference)
    },
    get: async (name) => described(await api.reference(name)),
    async create(name, kind, from) {
      return described(await api.createReference(kind === 'tag' ? 'TAG' : 'BRANCH', name, await api.resolve(api.ref(from))))
    },
    async delete(name, expectedHash) {
      await api.deleteReference({...(await api.reference(name)), hash: expectedHash})
    },
    async *diff(from, to) {
      for await (const difference of api.diff(api.ref(from), api.ref(to))) {
        const change = difference.from === undefined ? 'added' : difference.to === undefined ? 'removed' : 'changed'
        yield {key: formatKey(difference.key), change}
      }
    },
    async merge(from, into, {dryRun, message}) {
      const [source, target] = await Promise.all([api.resolve(api.ref(from)), api.reference(into)])
      const {applied, hash, conflicts} = await api.merge({from: source, into: target, strategy: 'NORMAL', strategies: [], dryRun, message})
      const reasons = conflicts.map(({key, message}) => ({key: formatKey(key ?? []), reason: message}))
      return {merged: applied, hash, conflicts: reasons}
    },
    async *log(ref) {
      for await (const entry of api.log(api.ref(ref))) yield commitOf(entry)
    },
  }
}

const described = ({type, name, hash}: Reference): CatalogReference => ({name, kind: type === 'TAG' ? 'tag' : 'branch', hash})

/** A commit of the log as any package knows it. */
export const commitOf = ({hash, meta}: LogEntry): CatalogCommit => ({
  hash,
  author: meta.authors?.[0] ?? '',
  message: meta.message,
  timestamp: Date.parse(meta.commitTime ?? ''),
})
