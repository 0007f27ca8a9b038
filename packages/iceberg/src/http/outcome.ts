import type {PhloError} from '@phlo/core'

/** An answer that is a success. */
export interface HttpAnswer {
  readonly status: number
  /** As `parseJson` reads it; undefined of an answer without a body. */
  readonly body: unknown
}

/** An answer that is none, in the server's own words, or that nobody expected: a redirect, a page for people. */
export interface Failure {
  readonly status: number
  /** `NoSuchTableException`; undefined when the answer was not the catalog's own. */
  readonly type: string | undefined
  readonly message: string
  /** Whatever else the server says of it, as JSON. */
  readonly details?: unknown
  /** Milliseconds after which the server wants to be asked again. */
  readonly retryAfter?: number
}

/** No answer. A request that reached the server may have been done all the same. */
export interface Silence {
  readonly error: PhloError
  /** False when there was no connection over which the request could have gone. */
  readonly wasSent: boolean
  /** True for what may be otherwise a moment later; a certificate or a name that is not known will not. */
  readonly mayPass: boolean
}

/** What came of a request that was no success. */
export type Unsuccessful = {readonly failure: Failure} | {readonly silence: Silence}

/** What came of a request. */
export type Outcome = {readonly answer: HttpAnswer} | Unsuccessful

const BUSY = new Set([429, 502, 503, 504])
const UNAUTHENTICATED = new Set([401, 419])

/** True when other credentials may be accepted; the server has done nothing. */
export const isUnauthenticated = (outcome: Outcome) => 'failure' in outcome && UNAUTHENTICATED.has(outcome.failure.status)

/** True when the server certainly has not begun: it has too many requests, or there was no connection to it. */
export const hasNotBegun = (outcome: Outcome) =>
  'failure' in outcome ? outcome.failure.status === 429 : 'silence' in outcome && !outcome.silence.wasSent

/**
 * True when nobody knows what became of the request: no answer, one that is cut short or that is not the catalog's own although it
 * claims success, or a server that failed on the way: 500 to 599, but for 501, with which a server says that it never does this.
 */
export function isUncertain(outcome: Outcome): boolean {
  if ('silence' in outcome) return outcome.silence.wasSent
  if ('answer' in outcome) return false
  const {status} = outcome.failure
  return status < 300 || (status >= 500 && status !== 501)
}

/** True when the same request may be answered otherwise a moment later. */
export function mayPass(outcome: Outcome): boolean {
  if ('silence' in outcome) return outcome.silence.mayPass
  return 'failure' in outcome && BUSY.has(outcome.failure.status)
}
