import type {Changed, Connection} from './connection.js'
import {unreadable} from './errors.js'
import type {NessieApi} from './nessie-api.js'
import {pages} from './pages.js'
import type {Reference, ReferenceDetails} from './types.js'

type References = Pick<NessieApi, 'references' | 'reference' | 'createReference' | 'assignReference' | 'deleteReference'>

/** The branches and tags of a server. */
export function referencesOf(connection: Connection): References {
  const {catalog} = connection
  const reference: NessieApi['reference'] = async (name, {details = false} = {}) => {
    const query = {fetch: details ? 'ALL' : 'MINIMAL'}
    const about = `reference ${name}`
    return referenceIn(catalog, await connection.ask({method: 'GET', path: `trees/${encodeURIComponent(name)}`, query, about}))
  }
  const references: NessieApi['references'] = async function* ({details = false} = {}) {
    const query = {fetch: details ? 'ALL' : 'MINIMAL'}
    for await (const item of pages(connection, {method: 'GET', path: 'trees', query, about: 'its references'}, 'references')) {
      yield item as ReferenceDetails
    }
  }
  /** Whoever gets no answer looks whether it was done. */
  const certain = async (changed: Changed, isDone: () => Promise<boolean>): Promise<void> => {
    if ('done' in changed) return
    if ('refusal' in changed) throw changed.refusal.error
    if (!(await isDone().catch(() => false))) throw changed.unknown
  }
  const isAt = async (name: string, hash: string) => (await reference(name)).hash === hash

  return {
    references,
    reference,
    async createReference(type, name, from) {
      const about = named({type, name})
      const changed = await connection.change({method: 'POST', path: 'trees', query: {name, type}, body: sourceOf(from), about})
      await certain(changed, () => isAt(name, from.hash))
      return {type, name, hash: from.hash}
    },
    async assignReference(given, to) {
      const request = {method: 'PUT', path: pathAt(given), query: {type: given.type}, body: sourceOf(to), about: named(given)} as const
      await certain(await connection.change(request), () => isAt(given.name, to.hash))
      return {...given, hash: to.hash}
    },
    async deleteReference(given) {
      const changed = await connection.change({method: 'DELETE', path: pathAt(given), query: {type: given.type}, about: named(given)})
      await certain(changed, async () => {
        for await (const {name} of references()) if (name === given.name) return false
        return true
      })
    },
  }
}

/** As people call it. */
export const named = ({type, name}: Pick<Reference, 'type' | 'name'>) => `${type === 'TAG' ? 'tag' : 'branch'} ${name}`

/** The path of a reference that has to be at its hash. */
export const pathAt = ({name, hash}: Reference) => `trees/${encodeURIComponent(`${name}@${hash}`)}`

/** What is created from, or assigned to: the hash says all, and a commit without a name is one too. */
const sourceOf = ({type, name, hash}: Reference) => (type === 'DETACHED' ? {type, hash} : {type, name, hash})

function referenceIn(catalog: string, body: unknown): ReferenceDetails {
  const {reference} = (body ?? {}) as {readonly reference?: ReferenceDetails}
  if (typeof reference?.name !== 'string' || typeof reference.hash !== 'string') throw unreadable(catalog, 'a reference')
  return reference
}
