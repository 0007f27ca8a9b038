import {catalogSettings} from '../config/catalog-settings.js'
import {resolveReferences} from '../config/references.js'
import type {Environment, PhloConfig} from '../config/resolve.js'
import {isSecretKey} from '../config/secrets.js'
import type {ContributionList} from '../contributions/list.js'
import {loadContribution} from '../contributions/load.js'
import {messageOf} from '../errors.js'
import type {FileIO} from '../file-io.js'
import type {LakehouseResource} from '../lakehouse.js'

/** The catalogs and storage that a command has opened, each once, until `close`. */
export interface Session {
  /** Opens the catalog of this name, or the default one. */
  open(name?: string): Promise<LakehouseResource>
  /** Closes everything; returns a sentence for whatever could not be closed. */
  close(): Promise<readonly string[]>
}

export interface SessionParts {
  readonly config: PhloConfig
  readonly contributions: ContributionList
  readonly env: Environment
  readonly signal: AbortSignal
  /** Told every secret before anything is opened with it. */
  readonly onSecrets: (secrets: readonly string[]) => void
}

export function createSession(parts: SessionParts): Session {
  const catalogs = new Map<string, Promise<LakehouseResource>>()
  const storage: Promise<FileIO>[] = []
  return {
    open(name) {
      const {name: catalog} = catalogSettings(parts.config, name)
      const opened = catalogs.get(catalog) ?? openCatalog(parts, catalog, storage)
      catalogs.set(catalog, opened)
      return opened
    },
    async close() {
      const closing = [...(await settled(catalogs.values())), ...(await settled(storage))].map((resource) => resource.close())
      const outcomes = await Promise.allSettled(closing)
      return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [`Closing failed: ${messageOf(outcome.reason)}`] : []))
    },
  }
}

async function openCatalog(parts: SessionParts, name: string, storage: Promise<FileIO>[]): Promise<LakehouseResource> {
  const settings = catalogSettings(parts.config, name)
  const provider = await loadContribution(parts.contributions, 'catalogs', settings.type)
  const {properties, secrets} = await resolveReferences(settings.properties, parts.env)
  const written = Object.entries(properties).flatMap(([key, value]) => (isSecretKey(key) ? [value] : []))
  parts.onSecrets([...secrets, ...written])
  const byScheme = new Map<string, Promise<FileIO>>()
  const fileIO = (path: string) => {
    const scheme = schemeOf(path)
    const known = byScheme.get(scheme)
    if (known) return known
    const opened = loadContribution(parts.contributions, 'fileIO', scheme).then((contributed) => contributed.open(properties))
    byScheme.set(scheme, opened)
    storage.push(opened)
    return opened
  }
  return provider.open(name, properties, {fileIO, signal: parts.signal})
}

function schemeOf(path: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(path)?.[1]?.toLowerCase() ?? 'file'
}

async function settled<Value>(promises: Iterable<Promise<Value>>): Promise<Value[]> {
  const outcomes = await Promise.allSettled(promises)
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}
