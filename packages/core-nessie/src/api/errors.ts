import {ExitCode, PhloError, refused, unavailable, usage} from '@phlo/core'
import type {ErrorWords, Failure} from '@phlo/iceberg/http'
import type {Conflict, Key} from './types.js'

/** Nessie's own words (`NessieError`): `errorCode` is stable, `message` is for people. */
export function readNessieError(body: unknown): ErrorWords | undefined {
  const {errorCode, message, errorDetails} = (body ?? {}) as Readonly<Record<string, unknown>>
  if (typeof errorCode !== 'string' || typeof message !== 'string') return undefined
  return {type: errorCode, message, details: errorDetails}
}

/** The error of a request that failed, by Nessie's code for it. Texts are shown, and decide nothing. */
export function nessieError(catalog: string, about: string, failure: Failure): PhloError {
  const {status, type} = failure
  const message = sentence(failure.message)
  if (status === 401) {
    return new PhloError(`Catalog ${catalog} does not accept the credentials that it was given: ${message}`, {
      code: 'CATALOG_UNAUTHENTICATED',
      exit: ExitCode.denied,
      suggestions: [`phlo catalog show ${catalog}`],
    })
  }
  if (status === 403) {
    return new PhloError(`Catalog ${catalog} does not allow this for ${about}: ${message}`, {
      code: 'CATALOG_FORBIDDEN',
      exit: ExitCode.denied,
    })
  }
  switch (type) {
    case 'REFERENCE_NOT_FOUND':
      return new PhloError(`Catalog ${catalog} does not find ${about}: ${message}`, {
        code: 'REF_NOT_FOUND',
        exit: ExitCode.usage,
        suggestions: ['phlo branch list', 'phlo tag list'],
      })
    case 'REFERENCE_ALREADY_EXISTS':
      return new PhloError(`Catalog ${catalog} has ${about} already; nothing was changed.`, {
        code: 'ALREADY_EXISTS',
        exit: ExitCode.conflict,
      })
    case 'REFERENCE_CONFLICT':
      return new PhloError(`Catalog ${catalog} reports a conflict at ${about}; nothing was changed: ${message}`, {
        code: 'REFERENCE_CONFLICT',
        exit: ExitCode.conflict,
      })
    case 'BAD_REQUEST':
    case 'UNSUPPORTED_MEDIA_TYPE':
      return usage('REFUSED_BY_CATALOG', `Catalog ${catalog} refused this for ${about}: ${message}`)
    case undefined:
      if (status < 500 && status !== 429) return noNessieThere(catalog, message)
  }
  if (status === 501) return refused('NOT_SUPPORTED_BY_CATALOG', `Catalog ${catalog} does not do this for ${about}: ${message}`)
  return unavailable('CATALOG_UNAVAILABLE', `Catalog ${catalog} failed with status ${status} at ${about}: ${message}`)
}

/** A server's text as the end of one of ours. */
const sentence = (text: string) => text.replace(/[.\s]*$/, '.')

/** Nothing that is configured as Nessie answers as it. `better` is an address where it does, or might. */
export function noNessieThere(catalog: string, reason: string, better?: string): PhloError {
  return unavailable('CATALOG_UNAVAILABLE', `Nessie's API v2 is not where catalog ${catalog} is said to be: ${sentence(reason)}`, {
    suggestions: [better === undefined ? `phlo config get catalogs.${catalog}.uri` : `phlo config set catalogs.${catalog}.uri ${better}`],
  })
}

/** What a failure says of single keys; a server sends it to who says that it knows API v2. */
export function conflictsOf({details}: Pick<Failure, 'details'>): readonly Conflict[] {
  const {conflicts} = (details ?? {}) as {readonly conflicts?: unknown}
  return Array.isArray(conflicts) ? conflicts.map(conflictOf) : []
}

/** One conflict; servers name its type `conflictType`, the examples of their specification `type`. */
export function conflictOf(given: unknown): Conflict {
  const {conflictType, type, key, message} = (given ?? {}) as Readonly<Record<string, unknown>>
  const {elements} = (key ?? {}) as {readonly elements?: Key}
  return {type: String(conflictType ?? type ?? 'UNKNOWN'), key: elements, message: String(message ?? '')}
}

/** The error for an answer that is not what was asked for. */
export const unreadable = (catalog: string, what: string) =>
  unavailable('CATALOG_UNAVAILABLE', `Catalog ${catalog} answers, and ${what} cannot be read in its answer.`)
