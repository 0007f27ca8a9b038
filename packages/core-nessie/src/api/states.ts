import type {Connection} from './connection.js'
import {unreadable} from './errors.js'
import {ESCAPED_KEYS, keyId, keyText, oldKeyText} from './keys.js'
import type {NessieApi} from './nessie-api.js'
import {pages} from './pages.js'
import type {Server} from './server.js'
import type {Content, Key, LogEntry, Operation, Reference} from './types.js'

type States = Pick<NessieApi, 'log' | 'resolve' | 'diff' | 'entries' | 'contents'>

/** What is there at a state of a server, and how it came to be. */
export function statesOf(connection: Connection, server: Server, reference: NessieApi['reference']): States {
  const {catalog} = connection
  const log: NessieApi['log'] = async function* (ref, {pageSize, filter} = {}) {
    const query = {fetch: 'ALL', filter, ...(pageSize !== undefined && {'max-records': String(pageSize)})}
    const request = {method: 'GET', path: `trees/${ref.path}/history`, query, about: `reference ${ref.text}`} as const
    for await (const item of pages(connection, request, 'logEntries')) yield logEntryOf(catalog, item)
  }
  const contents: NessieApi['contents'] = async (ref, keys) => {
    const body = {requestedKeys: keys.map((elements) => ({elements}))}
    const about = `reference ${ref.text}`
    const answer = await connection.ask({method: 'POST', path: `trees/${ref.path}/contents`, body, about})
    const {contents: items, effectiveReference} = (answer ?? {}) as ContentsAnswer
    if (!Array.isArray(items)) throw unreadable(catalog, 'contents')
    const found = new Map(items.map(({key, content}) => [keyId(key.elements), content]))
    const get = (key: Key) => found.get(keyId(key))
    if (effectiveReference) return {reference: effectiveReference, get}
    // Older servers do not say what they have read. What is no head stays what it is; a head is read anew, at a hash that is known.
    const read = await resolve(ref)
    if (!ref.isHead) return {reference: read, get}
    return {...(await contents({...ref, isHead: false, path: encodeURIComponent(`${read.name}@${read.hash}`)}, keys)), reference: read}
  }
  const resolve: NessieApi['resolve'] = async (ref) => {
    if (ref.isHead && ref.name !== undefined) return reference(ref.name)
    const {type, name} = ref.name === undefined ? {type: 'DETACHED' as const, name: 'DETACHED'} : await reference(ref.name)
    for await (const {hash} of log(ref, {pageSize: 1})) return {type, name, hash}
    return {type, name, hash: server.noAncestorHash}
  }

  return {
    log,
    resolve,
    async *diff(from, to) {
      const about = `${from.text} beside ${to.text}`
      for await (const item of pages(connection, {method: 'GET', path: `trees/${from.path}/diff/${to.path}`, about}, 'diffs')) {
        const {key, from: before, to: after} = item as DifferenceAnswer
        yield {key: key.elements, from: before ?? undefined, to: after ?? undefined}
      }
    },
    async *entries(ref, {below = [], type, details = false} = {}) {
      const prefix = below.length === 0 ? undefined : server.knows(ESCAPED_KEYS) ? keyText(below, true) : oldKeyText(below)
      const query = {
        'prefix-key': prefix,
        filter: type && `entry.contentType == '${type}'`,
        ...(details && {content: 'true'}),
      }
      const request = {method: 'GET', path: `trees/${ref.path}/entries`, query, about: `reference ${ref.text}`} as const
      for await (const item of pages(connection, request, 'entries')) {
        const {name, type, content} = item as EntryAnswer
        yield {key: name.elements, type, content: content ?? undefined}
      }
    },
    contents,
  }
}

interface EntryAnswer {
  readonly name: {readonly elements: Key}
  readonly type: string
  readonly content?: Content | null
}

interface ContentsAnswer {
  readonly contents?: readonly {readonly key: {readonly elements: Key}; readonly content: Content}[]
  readonly effectiveReference?: Reference | null
}

interface DifferenceAnswer {
  readonly key: {readonly elements: Key}
  readonly from?: Content | null
  readonly to?: Content | null
}

function logEntryOf(catalog: string, item: unknown): LogEntry {
  const {
    commitMeta: meta,
    parentCommitHash,
    operations,
  } = (item ?? {}) as Readonly<Record<string, unknown>> & {
    readonly commitMeta?: LogEntry['meta']
    readonly operations?: readonly (Operation & {readonly key: unknown})[] | null
  }
  if (!meta || typeof meta.hash !== 'string') throw unreadable(catalog, 'its log')
  return {
    hash: meta.hash,
    meta,
    parentHash: typeof parentCommitHash === 'string' ? parentCommitHash : undefined,
    operations: (operations ?? []).map((operation) => ({...operation, key: (operation.key as unknown as {elements: Key}).elements})),
  }
}
