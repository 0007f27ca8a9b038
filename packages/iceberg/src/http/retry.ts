import {setTimeout} from 'node:timers/promises'
import {isPhloError, messageOf, unavailable} from '@phlo/core'
import {hasNotBegun, isUncertain, mayPass, type Outcome} from './outcome.js'

export interface RetryOptions {
  /** How often a request is sent again. */
  readonly retries: number
  /** Ends the waiting. */
  readonly signal: AbortSignal | undefined
  /** Whether a request may be sent again when nobody knows what became of it. */
  readonly isRepeatable: boolean
}

/** Milliseconds. */
const FIRST_WAIT = 200
const LONGEST_WAIT = 30_000
/** A server that asks for more is not waited for. */
const LONGEST_RETRY_AFTER = 5 * 60_000

/** What came in the end. */
export interface Settled {
  readonly outcome: Outcome
  /** True when an earlier attempt may have been done: the answer to a repetition then says nothing about whose doing it is. */
  readonly wasUncertain: boolean
}

/** Whether the request may have been done, by this attempt or one before it. */
export const mayBeDone = ({outcome, wasUncertain}: Settled) => wasUncertain || isUncertain(outcome)

/**
 * Sends a request again while its outcome may pass, with full jitter, and no sooner than the server asks for (`Retry-After`). One that
 * must not be repeated is only when the server certainly has not begun. An interruption ends the waiting with what is known until then.
 */
export async function retried(send: () => Promise<Outcome>, {retries, signal, isRepeatable}: RetryOptions): Promise<Settled> {
  let wasUncertain = false
  for (let attempt = 0; ; attempt++) {
    const outcome = await send().catch((error: unknown) => {
      // What hinders a repetition (there is no new token) says nothing about the attempt before it.
      if (!wasUncertain || (signal?.aborted && error === signal.reason)) throw error
      const known = isPhloError(error) ? error : unavailable('CATALOG_UNAVAILABLE', messageOf(error), {cause: error})
      return {silence: {error: known, wasSent: false, mayPass: false}}
    })
    const asked = retryAfterOf(outcome)
    const isLast = attempt >= retries || !mayPass(outcome) || !(isRepeatable || hasNotBegun(outcome)) || asked > LONGEST_RETRY_AFTER
    const backoff = Math.min(LONGEST_WAIT, Math.random() * FIRST_WAIT * 2 ** attempt)
    if (isLast || !(await waited(Math.max(asked, backoff), signal))) return {outcome, wasUncertain}
    wasUncertain ||= isUncertain(outcome)
  }
}

const retryAfterOf = (outcome: Outcome) => ('failure' in outcome ? (outcome.failure.retryAfter ?? 0) : 0)

const waited = (milliseconds: number, signal: AbortSignal | undefined) =>
  setTimeout(milliseconds, true, signal ? {signal} : {}).catch(() => false)
