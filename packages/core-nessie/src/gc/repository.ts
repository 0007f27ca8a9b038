import {hasCode} from '@phlo/core'
import type {NessieApi} from '../api/nessie-api.js'

/** What tells the repository of a server from another that answers at the same address later, or from itself without its last commits. */
export interface Repository {
  /** When it was made; empty where the server does not tell. */
  readonly since: string
  /** One of its commits; empty where it had none. */
  readonly commit: string
}

/** The repository of a server, as it is now: the commit is a head, so that whatever was seen until now is not younger. */
export async function repositoryOf(nessie: NessieApi): Promise<Repository> {
  const {defaultBranch, noAncestorHash, since} = nessie.server
  const {hash} = await nessie.reference(defaultBranch)
  if (hash !== noAncestorHash) return {since, commit: hash}
  for await (const other of nessie.references()) if (other.hash !== noAncestorHash) return {since, commit: other.hash}
  return {since, commit: ''}
}

/** Whether a server has that repository. Where neither its time nor a commit tells, it is taken for another. */
export async function hasRepository(nessie: NessieApi, {since, commit}: Repository): Promise<boolean> {
  if (since !== nessie.server.since) return false
  if (commit === '') return since !== ''
  try {
    await nessie.resolve(nessie.ref(commit))
    return true
  } catch (error) {
    if (hasCode(error, 'REF_NOT_FOUND')) return false
    throw error
  }
}
