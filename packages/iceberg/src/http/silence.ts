import {messageOf, unavailable} from '@phlo/core'
import type {Silence} from './outcome.js'

/** System calls before there is a connection. The same codes come of an open one: a host may become unreachable after the request was sent. */
const CONNECTING = new Set<unknown>(['connect', 'getaddrinfo'])

/** Codes of certificates that are not trusted: Node's own and OpenSSL's. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'CERT_REVOKED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** What an error of `fetch` means. `timeout` is the request's, in milliseconds. */
export function silenceOf(catalog: string, about: string, thrown: unknown, timeout: number): Silence {
  const cause = causeOf(thrown)
  const code = (cause as {readonly code?: unknown} | undefined)?.code
  const name = typeof code === 'string' ? code : ''
  const reason = cause instanceof Error && cause.name === 'TimeoutError' ? `nothing came for ${timeout / 1000} s` : sentenceOf(cause)
  const error = unavailable('CATALOG_UNAVAILABLE', `The catalog ${catalog} did not answer at ${about}: ${reason}.`, {
    suggestions: UNTRUSTED.has(name) ? [`phlo config set catalogs.${catalog}.ssl.cabundle /path/to/ca.pem`] : [],
    cause: thrown,
  })
  const isUntrusted = UNTRUSTED.has(name)
  return {error, wasSent: !isUntrusted && !isOfConnecting(cause), mayPass: !isUntrusted && name !== 'ENOTFOUND'}
}

/** True when there was no connection yet over which a request could have gone. */
function isOfConnecting(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isOfConnecting)
  const {code, syscall} = (error ?? {}) as {readonly code?: unknown; readonly syscall?: unknown}
  return CONNECTING.has(syscall) || code === 'UND_ERR_CONNECT_TIMEOUT'
}

/** What `fetch` hides behind "fetch failed". */
const causeOf = (error: unknown) => (error instanceof Error && error.cause !== undefined ? error.cause : error)

/** Several addresses of one name fail together, without a word of their own. */
const sentenceOf = (error: unknown) => (error instanceof AggregateError ? error.errors.map(messageOf).join(', ') : messageOf(error))
