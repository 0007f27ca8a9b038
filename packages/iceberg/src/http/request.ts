import {createMasker, isPhloError, usage} from '@phlo/core'
import {parseJson, stringifyJson} from '../spec/json.js'
import {type Authorization, bearer} from './auth/authorization.js'
import type {Failure, Outcome} from './outcome.js'
import {silenceOf} from './silence.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the uri of the catalog, encoded: `v1/config`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** JSON. */
  readonly body?: unknown
  /** What it is about, as an error names it: `table sales.orders`. */
  readonly about: string
  /** Reads the JSON of the answer, and throws when it is none. Default: `parseJson`. */
  readonly parse?: (text: string) => unknown
  /** A token for this request, instead of what the catalog shows. */
  readonly token?: string | undefined
}

/** What a server says of a failure in its own words. */
export interface ErrorWords {
  /** The server's name for it, which is stable: `NoSuchTableException`, `REFERENCE_CONFLICT`. */
  readonly type: string | undefined
  /** For people. */
  readonly message: string
  /** Whatever else the server says of it, as JSON. */
  readonly details?: unknown
}

export interface HttpOptions {
  readonly catalog: string
  /** Ends without a slash. */
  readonly uri: string
  /** Sent with every request, over those that are ours. */
  readonly headers: Readonly<Record<string, string>>
  readonly authorization: Authorization
  readonly fetch: typeof fetch
  /** Milliseconds that a request may take. */
  readonly timeout: number
  /** Reads the JSON of a failure; undefined when it is not of the server's own shape. */
  readonly readError: (body: unknown) => ErrorWords | undefined
}

/**
 * Sends one request and tells what came of it. Redirects are not followed: they would take credentials along.
 *
 * @param signal ends it early, and throws its reason: for requests that change nothing
 */
export async function sendRequest(options: HttpOptions, request: HttpRequest, signal?: AbortSignal): Promise<Outcome> {
  const {catalog, timeout} = options
  const authorization = request.token === undefined ? options.authorization : bearer(request.token)
  const url = urlOf(options.uri, request)
  const body = request.body === undefined ? undefined : stringifyJson(request.body)
  const given = {accept: 'application/json', ...(body !== undefined && {'content-type': 'application/json'}), ...request.headers}
  const headers = await authorization.authorize({method: request.method, url, headers: mergedHeaders(given, options.headers), body})
  signal?.throwIfAborted()
  try {
    const response = await options.fetch(url, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeout), ...(signal ? [signal] : [])]),
      ...(body !== undefined && {body}),
    })
    const {parse = parseJson} = request
    return outcomeOf(response, await response.text(), {mask: createMasker(credentialsIn(headers)), readError: options.readError, parse})
  } catch (error) {
    signal?.throwIfAborted()
    // A certificate that cannot be read: nothing was sent.
    if (isPhloError(error)) throw error
    return {silence: silenceOf(catalog, request.about, error, timeout)}
  }
}

interface Reading {
  readonly mask: (text: string) => string
  readonly readError: HttpOptions['readError']
  readonly parse: (text: string) => unknown
}

function outcomeOf({status, headers}: Response, text: string, reading: Reading): Outcome {
  if (status >= 300) return {failure: failureOf(status, text, headers, reading)}
  try {
    return {answer: {status, body: text.trim() === '' ? undefined : reading.parse(text)}}
  } catch {
    return {failure: {status, type: undefined, message: `it answered with ${kindOf(headers)} instead of JSON`}}
  }
}

function failureOf(status: number, text: string, headers: Headers, reading: Reading): Failure {
  if (status < 400) {
    const place = reading.mask(placeOf(headers))
    return {status, type: undefined, message: `it sends us on to ${place}, which may be the address to configure`}
  }
  const retryAfter = retryAfterOf(headers)
  return {status, ...wordsOf(text, headers, reading), ...(retryAfter !== undefined && {retryAfter})}
}

function wordsOf(text: string, headers: Headers, {mask, readError}: Reading): ErrorWords {
  const words = readError(jsonOf(text))
  if (words) return {...words, message: firstLine(mask(words.message))}
  return {type: undefined, message: text.trim() === '' ? 'it gives no reason' : `it answered with ${kindOf(headers)}`}
}

/** What is no JSON says nothing about the catalog. */
function jsonOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** A server may repeat what it was sent. */
function credentialsIn(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => (isCredential(name) ? [value, ...value.split(' ')] : []))
}

const isCredential = (name: string) => /authorization|cookie|token|key|secret/i.test(name)

/** A place without a query, which may hold what nobody is to see. */
const placeOf = (headers: Headers) => headers.get('location')?.replace(/[?#].*$/s, '') ?? 'nowhere'
const kindOf = (headers: Headers) => headers.get('content-type')?.split(';', 1)[0] ?? 'something'
const firstLine = (text: string) => text.split('\n', 1)[0]?.slice(0, 500) ?? ''

/** Seconds, or a date (RFC 9110, "Retry-After"); in milliseconds. */
function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined
}

function urlOf(uri: string, {path, query = {}}: HttpRequest): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const search = new URLSearchParams(given).toString()
  return `${uri}/${path}${search && `?${search}`}`
}

/** Names of headers know no case. */
function mergedHeaders(own: Readonly<Record<string, string>>, configured: Readonly<Record<string, string>>): Record<string, string> {
  try {
    const merged = new Headers(own)
    for (const [name, value] of Object.entries(configured)) merged.set(name, value)
    return Object.fromEntries(merged)
  } catch {
    // The error would repeat the value.
    throw usage('INVALID_PROPERTY', `One of ${Object.keys(configured).map((name) => `header.${name}`)} cannot be sent as a header of HTTP.`)
  }
}
