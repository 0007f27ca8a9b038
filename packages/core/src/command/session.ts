import {catalogSettings} from '../config/catalog-settings.js'
import {resolveReferences} from '../config/references.js'
import type {Environment, PhloConfig} from '../config/resolve.js'
import {isSecretKey} from '../config/secrets.js'
import type {ContributionList} from '../contributions/list.js'
import {loadContribution} from '../contributions/load.js'
import {messageOf} from '../errors.js'
import type {FileIO, RequestCounts} from '../file-io.js'
import type {LakehouseResource} from '../lakehouse.js'
import {addRequests} from './requests.js'

/** The catalogs and storage that a command has opened, each once, until `close`. */
export interface Session {
  /** Opens the catalog of this name, or the default one; unless it is interruptible, an interrupt does not end what it is asked. */
  open(name?: string, options?: OpenOptions): Promise<LakehouseResource>
  /** Storage outside of tables, reached as the catalog of this name, or the default one, reaches its own. It is closed with the rest. */
  storage(path: string, name?: string): Promise<FileIO>
  /** What was asked of all the storage so far; undefined when none of it counts. */
  requests(): RequestCounts | undefined
  /** Closes everything; returns a sentence for whatever could not be closed. */
  close(): Promise<readonly string[]>
}

export interface OpenOptions {
  /** Default: true. */
  readonly isInterruptible?: boolean
}

export interface SessionParts {
  readonly config: PhloConfig
  readonly contributions: ContributionList
  readonly env: Environment
  /** The reference that catalogs which have such are opened at, whatever their configuration says (`--ref`). */
  readonly ref?: string | undefined
  readonly signal: AbortSignal
  /** Told every secret before anything is opened with it. */
  readonly onSecrets: (secrets: readonly string[]) => void
}

export function createSession(parts: SessionParts): Session {
  const ended = new AbortController()
  const catalogs = new Map<string, Promise<LakehouseResource>>()
  const openCatalogs: LakehouseResource[] = []
  const openStorage: FileIO[] = []
  const connections = new Map<string, ReturnType<typeof connectionOf>>()
  const keepIn =
    <Resource extends Closable>(opened: Resource[]) =>
    async (opening: Promise<Resource>) => {
      const resource = await opening
      // What nobody waits for any more is closed as soon as it is there.
      if (ended.signal.aborted) await resource.close()
      else opened.push(resource)
      return resource
    }
  const keep = keepIn(openCatalogs)
  const open = (name: string, isInterruptible: boolean) => {
    const signal = isInterruptible ? AbortSignal.any([parts.signal, ended.signal]) : ended.signal
    return openCatalog({...parts, signal}, name, keepIn(openStorage))
  }
  return {
    open(name, {isInterruptible = true} = {}) {
      const {name: catalog} = catalogSettings(parts.config, name)
      const key = JSON.stringify([catalog, isInterruptible])
      const known = catalogs.get(key) ?? keep(open(catalog, isInterruptible))
      catalogs.set(key, known)
      return known
    },
    async storage(path, name) {
      const settings = catalogSettings(parts.config, name)
      const known = connections.get(settings.name) ?? connectionOf(parts, settings, keepIn(openStorage))
      connections.set(settings.name, known)
      return (await known).fileIO(path)
    },
    requests: () => addRequests(openStorage),
    async close() {
      // A catalog may still use its storage while it closes.
      const closed = await Promise.allSettled(openCatalogs.map((catalog) => catalog.close()))
      const outcomes = [...closed, ...(await Promise.allSettled(openStorage.map((storage) => storage.close())))]
      // Whatever is still being opened is given up.
      ended.abort()
      return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [`Closing failed: ${messageOf(outcome.reason)}`] : []))
    },
  }
}

interface Closable {
  close(): Promise<void>
}

async function openCatalog(
  parts: SessionParts,
  name: string,
  keep: (opening: Promise<FileIO>) => Promise<FileIO>,
): Promise<LakehouseResource> {
  const settings = catalogSettings(parts.config, name)
  const provider = await loadContribution(parts.contributions, 'catalogs', settings.type)
  const {properties, fileIO} = await connectionOf(parts, settings, keep)
  return provider.open(name, properties, {fileIO, signal: parts.signal})
}

/** The properties of a catalog, with its secrets, and the storage that these open. */
async function connectionOf(
  parts: SessionParts,
  settings: ReturnType<typeof catalogSettings>,
  keep: (opening: Promise<FileIO>) => Promise<FileIO>,
) {
  const given = parts.ref === undefined ? settings.properties : {...settings.properties, ref: parts.ref}
  const {properties, secrets} = await resolveReferences(given, parts.env)
  parts.onSecrets([...secrets, ...secretsIn(properties)])
  const opened = new Map<string, Promise<FileIO>>()
  const fileIO = (path: string, more: Readonly<Record<string, string>> = {}) => {
    const scheme = schemeOf(path)
    const key = JSON.stringify([scheme, more])
    const known = opened.get(key)
    if (known) return known
    parts.onSecrets(secretsIn(more))
    const contributed = loadContribution(parts.contributions, 'fileIO', scheme)
    const opening = keep(contributed.then((provided) => provided.open({...properties, ...more})))
    opened.set(key, opening)
    return opening
  }
  return {properties, fileIO}
}

const secretsIn = (properties: Readonly<Record<string, string>>) =>
  Object.entries(properties).flatMap(([key, value]) => (isSecretKey(key) ? [value] : []))

function schemeOf(path: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(path)?.[1]?.toLowerCase() ?? 'file'
}
