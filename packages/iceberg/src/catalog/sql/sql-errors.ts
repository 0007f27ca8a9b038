import {commitStateUnknown, ExitCode, isPhloError, messageOf, PhloError, unavailable} from '@phlo/core'

/** What an error of SQLite or PostgreSQL means to a catalog. */
export type SqlProblem =
  | 'duplicate'
  | 'missing-table'
  | 'busy'
  | 'read-only'
  | 'denied'
  /** The statement was refused or rolled back: it certainly did nothing. */
  | 'rejected'
  /** The connection or the disk failed: nobody knows whether the statement was done. */
  | 'unknown'

/** SQLite's primary result codes. */
const SQLITE: Readonly<Record<number, SqlProblem>> = {
  1: 'rejected',
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  10: 'unknown',
  14: 'unknown',
  19: 'rejected',
}

/** SQLITE_CONSTRAINT_PRIMARYKEY and _UNIQUE. */
const SQLITE_DUPLICATES = [1555, 2067]

const POSTGRES: Readonly<Record<string, SqlProblem>> = {
  '23505': 'duplicate',
  '42P01': 'missing-table',
  '25006': 'read-only',
  '28000': 'denied',
  '28P01': 'denied',
  '42501': 'denied',
  '40001': 'busy',
  '40P01': 'busy',
  '55P03': 'busy',
}

export function classify(error: unknown): SqlProblem {
  const {errcode, code} = (error ?? {}) as {readonly errcode?: unknown; readonly code?: unknown}
  if (typeof errcode === 'number') {
    if (SQLITE_DUPLICATES.includes(errcode)) return 'duplicate'
    if (/no such table/.test(messageOf(error))) return 'missing-table'
    return SQLITE[errcode & 0xff] ?? 'rejected'
  }
  // A SQLSTATE is the server's own word, and has a digit, unlike EPIPE; classes 08 and 57 are about the connection (shutdown, cancelled).
  if (
    typeof code === 'string' &&
    /^(?=.*\d)[0-9A-Z]{5}$/.test(code) &&
    !code.startsWith('08') &&
    !code.startsWith('57') &&
    code !== '40003'
  )
    return POSTGRES[code] ?? 'rejected'
  return 'unknown'
}

/** The error of a statement that was to read, or whose failure changed nothing. */
export function catalogUnavailable(catalog: string, error: unknown): PhloError {
  if (isPhloError(error)) return error
  const problem = classify(error)
  if (problem === 'read-only') {
    return new PhloError(`The database of catalog ${catalog} is read-only; nothing was changed.`, {
      code: 'CATALOG_READ_ONLY',
      exit: ExitCode.unavailable,
      suggestions: ['check the permissions of the database file and of its folder'],
      cause: error,
    })
  }
  if (problem === 'denied') {
    return new PhloError(`The database of catalog ${catalog} does not allow this: ${messageOf(error)}; nothing was changed.`, {
      code: 'CATALOG_FORBIDDEN',
      exit: ExitCode.denied,
      suggestions: [`phlo catalog show ${catalog}`],
      cause: error,
    })
  }
  const what = problem === 'busy' ? 'is locked by another process' : 'cannot be used'
  return unavailable('CATALOG_UNAVAILABLE', `The database of catalog ${catalog} ${what}: ${messageOf(error)}.`, {cause: error})
}

/** The error of the statement that makes a commit visible. */
export function commitFailed(catalog: string, table: string, error: unknown): PhloError {
  if (isPhloError(error) || classify(error) !== 'unknown') return catalogUnavailable(catalog, error)
  return commitStateUnknown(
    `The database of catalog ${catalog} failed while ${table} was being committed, and it is not known whether the commit was made: ${messageOf(error)}.`,
    error,
  )
}
