import {commitConflict, commitStateUnknown, formatTableName, type PhloError, refused, unavailable} from '@phlo/core'
import type {HttpAnswer, Unsuccessful} from '../../http/outcome.js'
import {mayBeDone, type Settled} from '../../http/retry.js'
import {catalogUri, headersOf} from '../../http/settings.js'
import {type SettleOptions, settle} from '../../http/settle.js'
import {noCatalogThere, requestError} from './errors.js'
import {idempotencyKey} from './idempotency-key.js'
import {asHttp, type RestRequest, readErrorModel} from './request.js'
import {readServerConfig, type ServerConfig} from './server-config.js'
import type {TableSubject} from './subject.js'

/** Milliseconds after which nobody listens any more to what is only told. */
const TELLING = 2000

export interface SessionOptions extends Omit<SettleOptions, 'headers' | 'readError'> {
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A catalog whose configuration is known. The path of a request is below the prefix. */
export interface Session {
  readonly config: ServerConfig
  /** Asks for something. @throws PhloError as `requestError` says */
  ask(request: RestRequest): Promise<HttpAnswer>
  /** Changes something; an interruption does not leave it half-known. @throws PhloError as `requestError` says */
  change(request: RestRequest): Promise<HttpAnswer>
  /** Tells something, once and for a short time; whatever becomes of it, nothing is thrown. */
  tell(request: RestRequest): Promise<void>
  /** Commits. @throws PhloError `COMMIT_CONFLICT`, `COMMIT_STATE_UNKNOWN`, and what `requestError` says when it certainly was not made */
  commit(request: RestRequest & {readonly about: TableSubject}): Promise<HttpAnswer>
}

/** Opens a catalog: the first thing that is asked is its configuration, which may ask for headers of its own. */
export async function openSession(options: SessionOptions, properties: Readonly<Record<string, string>>): Promise<Session> {
  const {catalog} = options
  const given = {...options, readError: readErrorModel}
  const config = await configOf({...given, headers: headersOf(properties)}, properties)
  // Servers may have another address for everything else.
  const uri = catalogUri(catalog, config.properties['uri'] ?? given.uri)
  const sending = {...given, uri, headers: headersOf(config.properties)}
  const below = (request: RestRequest) => asHttp({...request, path: `${config.root}/${request.path}`})
  const changed = (request: RestRequest) => {
    options.signal?.throwIfAborted()
    const key = {'idempotency-key': idempotencyKey(options.now())}
    const keyed = config.hasIdempotency ? {...request, headers: {...request.headers, ...key}} : request
    return settle(sending, below(keyed), {isRepeatable: config.hasIdempotency})
  }
  return {
    config,
    ask: async (request) => answerOf(catalog, request, await settle(sending, below(request), {isRepeatable: true, signal: options.signal})),
    async change(request) {
      const settled = await changed(request)
      const {outcome} = settled
      if ('answer' in outcome || !mayBeDone(settled)) return answerOf(catalog, request, settled)
      const error = errorOf(catalog, request, outcome)
      throw unavailable('CATALOG_UNAVAILABLE', `It is not known whether this was done. ${error.message}`, {cause: error})
    },
    async tell(request) {
      const how = {isRepeatable: false, signal: AbortSignal.timeout(TELLING)}
      await settle({...sending, retries: 0}, below(request), how).catch(() => undefined)
    },
    async commit(request) {
      const settled = await changed(request)
      if ('answer' in settled.outcome) return settled.outcome.answer
      throw commitError(catalog, request, settled.outcome, mayBeDone(settled))
    },
  }
}

/** Refuses what the server does not have. */
export function assertEndpoint({config: {endpoints}}: Session, catalog: string, endpoint: string, what: string): void {
  if (endpoints.has(endpoint)) return
  throw refused('NOT_SUPPORTED_BY_CATALOG', `The catalog ${catalog} cannot ${what}: its server does not have ${endpoint}.`)
}

async function configOf(options: SettleOptions, given: Readonly<Record<string, string>>): Promise<ServerConfig> {
  const {catalog, signal} = options
  const query = {warehouse: given['warehouse']}
  const request: RestRequest = {method: 'GET', path: 'v1/config', query, about: {kind: 'catalog'}}
  const settled = await settle(options, asHttp(request), {isRepeatable: true, signal})
  const {outcome} = settled
  if ('failure' in outcome && outcome.failure.status < 400) throw noCatalogThere(catalog, `${outcome.failure.message}.`)
  return readServerConfig(catalog, answerOf(catalog, request, settled).body, given)
}

function answerOf(catalog: string, request: RestRequest, {outcome}: Settled): HttpAnswer {
  if ('answer' in outcome) return outcome.answer
  throw errorOf(catalog, request, outcome)
}

const errorOf = (catalog: string, {method, about}: RestRequest, outcome: Unsuccessful) =>
  'silence' in outcome ? outcome.silence.error : requestError(catalog, method, about, outcome.failure)

/**
 * A conflict is certain, unless an earlier attempt at the same commit may have made it: then the table may conflict with itself. What a
 * server that failed has done is not certain.
 */
function commitError(
  catalog: string,
  request: RestRequest & {readonly about: TableSubject},
  outcome: Unsuccessful,
  isUnknown: boolean,
): PhloError {
  const name = formatTableName(request.about.name)
  const error = errorOf(catalog, request, outcome)
  if (isUnknown) {
    return commitStateUnknown(`It is not known whether catalog ${catalog} committed to ${name}: ${error.message}`, error)
  }
  if ('failure' in outcome && outcome.failure.status === 409) {
    return commitConflict(`Table ${name} was changed by somebody else meanwhile; nothing was changed (${outcome.failure.message}).`)
  }
  return error
}
