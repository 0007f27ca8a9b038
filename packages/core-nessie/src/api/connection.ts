import {commitStateUnknown, type PhloError} from '@phlo/core'
import {type HttpRequest, isUncertain, type SettleOptions, settle} from '@phlo/iceberg/http'
import {conflictsOf, nessieError} from './errors.js'
import type {Conflict} from './types.js'

/** With it a server tells which keys are in conflict, and not only that some are. */
const SPEC = {'nessie-client-spec': '2'}

/** What came of a request that changes something. */
export type Changed =
  | {readonly done: unknown}
  /** Certainly nothing was changed. `code` is Nessie's own. */
  | {readonly refusal: {readonly code: string | undefined; readonly conflicts: readonly Conflict[]; readonly error: PhloError}}
  /** `COMMIT_STATE_UNKNOWN` */
  | {readonly unknown: PhloError}

/** The way to one server. */
export interface Connection {
  readonly catalog: string
  /** Asks for something: again when the server is busy or silent. @throws PhloError as `nessieError` says */
  ask(request: HttpRequest): Promise<unknown>
  /** Changes something; an interruption does not leave it half-known. It is sent again only when the server certainly has not begun. */
  change(request: HttpRequest): Promise<Changed>
}

export function connect(options: SettleOptions): Connection {
  const {catalog, signal} = options
  const withSpec = (request: HttpRequest) => ({...request, headers: {...SPEC, ...request.headers}})
  return {
    catalog,
    async ask(request) {
      const {outcome} = await settle(options, withSpec(request), {isRepeatable: true, signal})
      if ('answer' in outcome) return outcome.answer.body
      throw 'silence' in outcome ? outcome.silence.error : nessieError(catalog, request.about, outcome.failure)
    },
    async change(request) {
      signal?.throwIfAborted()
      const {outcome, wasUncertain} = await settle(options, withSpec(request), {isRepeatable: false})
      if ('answer' in outcome) return {done: outcome.answer.body}
      const error = 'silence' in outcome ? outcome.silence.error : nessieError(catalog, request.about, outcome.failure)
      if (wasUncertain || isUncertain(outcome)) {
        return {
          unknown: commitStateUnknown(`It is not known whether catalog ${catalog} has changed ${request.about}: ${error.message}`, error),
        }
      }
      if ('silence' in outcome) throw error
      return {refusal: {code: outcome.failure.type, conflicts: conflictsOf(outcome.failure), error}}
    },
  }
}
