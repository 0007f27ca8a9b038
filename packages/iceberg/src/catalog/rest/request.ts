import type {ErrorWords, HttpRequest} from '../../http/request.js'
import {describeSubject, type Subject} from './subject.js'

/** A request below the uri of a catalog, or below the prefix of one that is open. */
export interface RestRequest extends Omit<HttpRequest, 'about'> {
  readonly about: Subject
}

/** The same as it is sent. */
export const asHttp = (request: RestRequest): HttpRequest => ({...request, about: describeSubject(request.about)})

/** The server's own words, if they are of the specification's shape (`IcebergErrorResponse`). */
export function readErrorModel(body: unknown): ErrorWords | undefined {
  // What stands before a catalog (a gateway, a proxy) has the message by itself.
  const {error, message} = (body ?? {}) as {readonly error?: unknown; readonly message?: unknown}
  const words = (typeof error === 'object' && error !== null ? error : {message}) as {readonly message?: unknown; readonly type?: unknown}
  if (typeof words.message !== 'string') return undefined
  return {type: typeof words.type === 'string' ? words.type : undefined, message: words.message}
}
