import {commitConflict, commitStateUnknown, formatTableName, hasCode, type PhloError, refused, unavailable} from '@phlo/core'
import {noCatalogThere, requestError} from './errors.js'
import {type HttpOptions, type RestRequest, sendRequest} from './http.js'
import {idempotencyKey} from './idempotency-key.js'
import {isUnauthenticated, type Outcome, type RestAnswer, type Unsuccessful} from './outcome.js'
import {mayBeDone, type RetryOptions, retried, type Settled} from './retry.js'
import {readServerConfig, type ServerConfig} from './server-config.js'
import {catalogUri} from './settings.js'
import type {TableSubject} from './subject.js'

export interface SessionOptions extends Omit<HttpOptions, 'headers'> {
  /** How often a request is sent again. */
  readonly retries: number
  readonly signal?: AbortSignal
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A catalog whose configuration is known. The path of a request is below the prefix. */
export interface Session {
  readonly config: ServerConfig
  /** Asks for something. @throws PhloError as `requestError` says */
  ask(request: RestRequest): Promise<RestAnswer>
  /** Changes something; an interruption does not leave it half-known. @throws PhloError as `requestError` says */
  change(request: RestRequest): Promise<RestAnswer>
  /** Commits. @throws PhloError `COMMIT_CONFLICT`, `COMMIT_STATE_UNKNOWN`, and what `requestError` says when it certainly was not made */
  commit(request: RestRequest & {readonly about: TableSubject}): Promise<RestAnswer>
}

/** Opens a catalog: the first thing that is asked is its configuration, which may ask for headers of its own. */
export async function openSession(given: SessionOptions, properties: Readonly<Record<string, string>>): Promise<Session> {
  const {catalog} = given
  const config = await configOf({...given, headers: headersOf(properties)}, properties)
  // Servers may have another address for everything else.
  const uri = catalogUri(catalog, config.properties['uri'] ?? given.uri)
  const options = {...given, uri, headers: headersOf(config.properties)}
  const below = (request: RestRequest) => ({...request, path: `${config.root}/${request.path}`})
  const changed = (request: RestRequest) => {
    options.signal?.throwIfAborted()
    const key = {'idempotency-key': idempotencyKey(options.now())}
    const keyed = config.hasIdempotency ? {...request, headers: {...request.headers, ...key}} : request
    return settle(options, below(keyed), {isRepeatable: config.hasIdempotency})
  }
  return {
    config,
    ask: async (request) => answerOf(catalog, request, await settle(options, below(request), {isRepeatable: true, signal: options.signal})),
    async change(request) {
      const settled = await changed(request)
      const {outcome} = settled
      if ('answer' in outcome || !mayBeDone(settled)) return answerOf(catalog, request, settled)
      const error = errorOf(catalog, request, outcome)
      throw unavailable('CATALOG_UNAVAILABLE', `It is not known whether this was done. ${error.message}`, {cause: error})
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

/** `header.X-Tenant`: a header of every request. */
function headersOf(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const prefix = 'header.'
  const given = Object.entries(properties).filter(([key]) => key.startsWith(prefix))
  return Object.fromEntries(given.map(([key, value]) => [key.slice(prefix.length), value]))
}

async function configOf(options: SessionOptions & HttpOptions, given: Readonly<Record<string, string>>): Promise<ServerConfig> {
  const {catalog, signal} = options
  const query = {warehouse: given['warehouse']}
  const request: RestRequest = {method: 'GET', path: 'v1/config', query, about: {kind: 'catalog'}}
  const settled = await settle(options, request, {isRepeatable: true, signal})
  const {outcome} = settled
  if ('failure' in outcome && outcome.failure.status < 400) throw noCatalogThere(catalog, `${outcome.failure.message}.`)
  return readServerConfig(catalog, answerOf(catalog, request, settled).body, given)
}

/** Sends a request, with fresh credentials when the server does not take the last ones, and again as `retried` says. */
function settle(
  options: SessionOptions & HttpOptions,
  request: RestRequest,
  how: Pick<RetryOptions, 'isRepeatable'> & {signal?: AbortSignal | undefined},
) {
  const {token, ...plain} = request
  const send = async (): Promise<Outcome> => {
    try {
      const outcome = await sendRequest(options, request, how.signal)
      // The token of a table ends; what the catalog shows is good for its tables too.
      const hasOther = isUnauthenticated(outcome) && (token !== undefined || (await options.authorization.renew()))
      return hasOther ? await sendRequest(options, plain, how.signal) : outcome
    } catch (error) {
      // Whoever gives the tokens is busy, or silent.
      if (hasCode(error, 'CATALOG_UNAVAILABLE')) return {silence: {error, wasSent: false, mayPass: true}}
      throw error
    }
  }
  return retried(send, {retries: options.retries, signal: options.signal, isRepeatable: how.isRepeatable})
}

function answerOf(catalog: string, request: RestRequest, {outcome}: Settled): RestAnswer {
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
