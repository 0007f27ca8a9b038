import {messageOf, unavailable} from '@phlo/core'
import type {Silence} from './outcome.js'
import {describeSubject, type Subject} from './subject.js'

/** Codes of errors before there is a connection that may be otherwise a moment later. */
const NOT_CONNECTED_YET = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

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
export function silenceOf(catalog: string, about: Subject, thrown: unknown, timeout: number): Silence {
  const cause = causeOf(thrown)
  const code = (cause as {readonly code?: unknown} | undefined)?.code
  const name = typeof code === 'string' ? code : ''
  const reason = cause instanceof Error && cause.name === 'TimeoutError' ? `nothing came for ${timeout / 1000} s` : sentenceOf(cause)
  const error = unavailable('CATALOG_UNAVAILABLE', `The catalog ${catalog} did not answer at ${describeSubject(about)}: ${reason}.`, {
    suggestions: UNTRUSTED.has(name) ? [`phlo config set catalogs.${catalog}.ssl.cabundle /path/to/ca.pem`] : [],
    cause: thrown,
  })
  if (NOT_CONNECTED_YET.has(name)) return {error, wasSent: false, mayPass: true}
  const isHopeless = name === 'ENOTFOUND' || UNTRUSTED.has(name)
  return {error, wasSent: !isHopeless, mayPass: !isHopeless}
}

/** What `fetch` hides behind "fetch failed". */
const causeOf = (error: unknown) => (error instanceof Error && error.cause !== undefined ? error.cause : error)

/** Several addresses of one name fail together, without a word of their own. */
const sentenceOf = (error: unknown) => (error instanceof AggregateError ? error.errors.map(messageOf).join(', ') : messageOf(error))
