export type {Authorization} from './http/auth/authorization.js'
export {
  type Failure,
  type HttpAnswer,
  isUnauthenticated,
  isUncertain,
  type Outcome,
  type Unsuccessful,
} from './http/outcome.js'
export type {ErrorWords, HttpRequest} from './http/request.js'
export type {Settled} from './http/retry.js'
export {type HttpSettings, headersOf, httpSettings} from './http/settings.js'
export {type SettleOptions, settle} from './http/settle.js'
