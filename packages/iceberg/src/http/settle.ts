import {hasCode} from '@phlo/core'
import {isUnauthenticated, type Outcome} from './outcome.js'
import {type HttpOptions, type HttpRequest, sendRequest} from './request.js'
import {type RetryOptions, retried, type Settled} from './retry.js'

export interface SettleOptions extends HttpOptions {
  /** How often a request is sent again. */
  readonly retries: number
  /** Ends the waiting between attempts. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends a request, with fresh credentials when the server does not take the last ones, and again as `retried` says.
 *
 * @param how with a signal the request itself ends early too: for those that change nothing
 */
export function settle(
  options: SettleOptions,
  request: HttpRequest,
  how: Pick<RetryOptions, 'isRepeatable'> & {readonly signal?: AbortSignal | undefined},
): Promise<Settled> {
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
