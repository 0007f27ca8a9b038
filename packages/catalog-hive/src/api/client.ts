import {commitStateUnknown, messageOf, type PhloError} from '@phlo/core'
import type {Pool, Silence} from '../thrift/pool.js'
import {NotThrift, type WireStruct} from '../thrift/wire.js'
import {hiveError, type Refusal, unanswered} from './errors.js'
import {applicationException, exception, type Method} from './methods.js'

/** What came of a call that changes something. */
export type Changed<Result> =
  | {readonly done: Result}
  /** The metastore is done with it, and says that it failed. */
  | {readonly refusal: Refusal}
  /** `COMMIT_STATE_UNKNOWN`: there was no answer. */
  | {readonly unknown: PhloError}

/** What came of a call. */
export type Outcome<Result> = {readonly answer: Result} | {readonly refusal: Refusal} | {readonly silence: Silence}

/** Calls of one metastore. */
export interface Client {
  readonly catalog: string
  /** Asks for something, again when a connection is lost. @throws PhloError as `hiveError` says, `CATALOG_UNAVAILABLE`; the signal's reason */
  ask<Args, Result>(method: Method<Args, Result>, args: Args, about: string): Promise<Result>
  /** The same, where some refusals are an answer too. */
  askOr<Args, Result>(method: Method<Args, Result>, args: Args, about: string, refusals: readonly string[]): Promise<Result | Refusal>
  /** Changes something; an interruption does not leave it half-known. @throws PhloError `CATALOG_UNAVAILABLE` when it certainly was not sent */
  change<Args, Result>(method: Method<Args, Result>, args: Args, about: string): Promise<Changed<Result>>
  /** Makes a call even after an interruption, and again when its connection is lost. */
  insist<Args, Result>(method: Method<Args, Result>, args: Args): Promise<Outcome<Result>>
  close(): void
}

export function createClient(catalog: string, pool: Pool, signal: AbortSignal): Client {
  const call = async <Args, Result>(
    method: Method<Args, Result>,
    args: Args,
    how: {readonly isRepeatable: boolean; readonly signal?: AbortSignal},
  ): Promise<Outcome<Result>> => {
    const came = await pool.call(method.name, method.args.write(args) as WireStruct, how)
    if ('reason' in came) return {silence: came}
    try {
      return outcomeOf(method, came.head.kind, came.body)
    } catch (error) {
      if (!(error instanceof NotThrift)) throw error
      return {silence: {reason: error.message, cause: error, wasSent: true, isForeign: true}}
    }
  }
  const askOr: Client['askOr'] = async (method, args, about, refusals) => {
    const outcome = await call(method, args, {isRepeatable: true, signal})
    if ('answer' in outcome) return outcome.answer
    if ('silence' in outcome) throw unanswered(catalog, outcome.silence)
    if (refusals.includes(outcome.refusal.kind)) return outcome.refusal
    throw hiveError(catalog, about, outcome.refusal)
  }
  return {
    catalog,
    async ask<Args, Result>(method: Method<Args, Result>, args: Args, about: string) {
      return (await askOr(method, args, about, [])) as Result
    },
    askOr,
    async change(method, args, about) {
      signal.throwIfAborted()
      const outcome = await call(method, args, {isRepeatable: false})
      if ('answer' in outcome) return {done: outcome.answer}
      if ('refusal' in outcome) return outcome
      const error = unanswered(catalog, outcome.silence)
      if (!outcome.silence.wasSent) throw error
      return {unknown: commitStateUnknown(`It is not known whether catalog ${catalog} has changed ${about}: ${error.message}`, error)}
    },
    // What fails on the way to a lock must not stand for what became of the commit.
    insist: (method, args) =>
      call(method, args, {isRepeatable: true}).catch((error: unknown) => ({
        silence: {reason: messageOf(error), cause: error, wasSent: false, isForeign: false},
      })),
    close: () => pool.close(),
  }
}

/** True for what `askOr` returns when the metastore does not do what it was asked. */
export const isRefusal = (answer: unknown): answer is Refusal =>
  typeof answer === 'object' && answer !== null && 'kind' in answer && 'message' in answer

const EXCEPTION = 3
/** Types of TApplicationException. */
const UNKNOWN_METHOD = 1
const INTERNAL_ERROR = 6

function outcomeOf<Args, Result>({result, errors}: Method<Args, Result>, kind: number, body: WireStruct): Outcome<Result> {
  if (kind === EXCEPTION) {
    const {message = '', type} = applicationException.read(body)
    const names = new Map([
      [UNKNOWN_METHOD, 'UNKNOWN_METHOD'],
      [INTERNAL_ERROR, 'INTERNAL_ERROR'],
    ])
    return {refusal: {kind: names.get(type ?? 0) ?? `Thrift ${type}`, message}}
  }
  const answer = body.get(0)
  if (answer && result) {
    if (answer.type !== result.type) throw new NotThrift('its answer is of another type than it should be')
    return {answer: result.read(answer.value)}
  }
  for (const [id, field] of body) {
    const name = errors[id - 1]
    if (name === undefined || field.type !== exception.type) throw new NotThrift('it answers with an exception that is not known')
    return {refusal: {kind: name, message: exception.read(field.value).message ?? ''}}
  }
  if (result) throw new NotThrift('there is nothing in its answer')
  return {answer: undefined as Result}
}
