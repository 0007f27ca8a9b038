import {unavailable} from '@phlo/core'
import type {Connection} from './connection.js'
import {noNessieThere} from './errors.js'

/** What a server says of itself (`NessieConfiguration`). */
export interface Server {
  readonly defaultBranch: string
  /** The hash of a branch without commits. */
  readonly noAncestorHash: string
  /** What tells its commits from those of another server, or of one that lost them: when it was made; empty where it is not told. */
  readonly since: string
  /** Whether it behaves as a version of Nessie's specification says; one that names no version is taken for an old one. */
  knows(version: readonly [number, number, number]): boolean
}

/** The hash before all commits, where a server does not name it. */
const NO_ANCESTOR = '2e1cfa82b035c26cbbbdae632cea070514eb8b773f616aaeaf668e2f0be8f10d'

/**
 * Asks a server for its configuration.
 *
 * @throws PhloError `CATALOG_UNAVAILABLE` (exit 3) for what is no Nessie, or one before API v2
 */
export async function serverOf(connection: Connection): Promise<Server> {
  const body = await connection.ask({method: 'GET', path: 'config', about: 'its configuration'})
  const {
    defaultBranch,
    maxSupportedApiVersion: newest,
    specVersion,
    noAncestorHash,
    repositoryCreationTimestamp: since,
  } = (body ?? {}) as Readonly<Record<string, unknown>>
  const {catalog} = connection
  if (typeof defaultBranch !== 'string' || typeof newest !== 'number') throw noNessieThere(catalog, 'what answers there is no Nessie')
  if (newest < 2) {
    throw unavailable(
      'CATALOG_UNAVAILABLE',
      `The server of catalog ${catalog} knows Nessie's API v${newest} only; API v2 came with Nessie 0.46.`,
    )
  }
  const own = versionOf(typeof specVersion === 'string' ? specVersion : '0')
  return {
    defaultBranch,
    noAncestorHash: typeof noAncestorHash === 'string' ? noAncestorHash : NO_ANCESTOR,
    since: typeof since === 'string' ? since : '',
    knows: (version) => {
      const at = version.findIndex((part, index) => part !== (own[index] ?? 0))
      return at < 0 || (own[at] ?? 0) > (version[at] ?? 0)
    },
  }
}

/** `2.0.0-beta.1` comes before 2.0.0. */
function versionOf(text: string): readonly number[] {
  const [numbers = '', early] = text.split('-', 2)
  const parts = numbers.split('.').map(Number)
  return early === undefined ? parts : [...parts.slice(0, 2), (parts[2] ?? 0) - 1]
}
