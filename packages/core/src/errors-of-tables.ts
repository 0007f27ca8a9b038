import {ExitCode, hasCode, PhloError} from './errors.js'

/** The table is not in the catalog. */
export function tableNotFound(table: string, catalog: string): PhloError {
  return new PhloError(`Table ${table} does not exist in catalog ${catalog}.`, {
    code: 'TABLE_NOT_FOUND',
    exit: ExitCode.unavailable,
    suggestions: [`phlo table list --catalog ${catalog}`],
  })
}

/** The view is not in the catalog. */
export function viewNotFound(view: string, catalog: string): PhloError {
  return new PhloError(`View ${view} does not exist in catalog ${catalog}.`, {
    code: 'VIEW_NOT_FOUND',
    exit: ExitCode.unavailable,
    suggestions: [`phlo table list --views --catalog ${catalog}`],
  })
}

/** The namespace is not in the catalog. */
export function namespaceNotFound(namespace: string, catalog: string): PhloError {
  return new PhloError(`Namespace ${namespace} does not exist in catalog ${catalog}.`, {
    code: 'NAMESPACE_NOT_FOUND',
    exit: ExitCode.unavailable,
    suggestions: [`phlo namespace create ${namespace} --catalog ${catalog}`, `phlo namespace list --catalog ${catalog}`],
  })
}

/** Something of that name is there already. */
export function alreadyExists(what: 'Table' | 'Namespace' | 'View', name: string, catalog: string): PhloError {
  return new PhloError(`${what} ${name} already exists in catalog ${catalog}.`, {code: 'ALREADY_EXISTS', exit: ExitCode.conflict})
}

/** Somebody else committed first; nothing of ours is visible, and the operation can be run again. */
export function commitConflict(message: string, cause?: unknown): PhloError {
  return new PhloError(message, {code: 'COMMIT_CONFLICT', exit: ExitCode.conflict, cause})
}

/**
 * The catalog was asked to swap and did not say whether it did. Nobody may delete a file that the commit refers to; the caller
 * resolves the question by loading the table and looking.
 */
export function commitStateUnknown(message: string, cause?: unknown): PhloError {
  return new PhloError(message, {code: 'COMMIT_STATE_UNKNOWN', exit: ExitCode.unavailable, cause})
}

/**
 * The catalog says that it has swapped, but what kept others away had ended by then: whoever came in between may have lost a commit to
 * this one, or may still replace it. Looking shows only who was last, and settles nothing; otherwise it is as `commitStateUnknown`.
 */
export function commitUnprotected(message: string): PhloError {
  const cause = new PhloError(message, {code: 'LOCK_LOST', exit: ExitCode.unavailable})
  return commitStateUnknown(message, cause)
}

/** True for `COMMIT_STATE_UNKNOWN` where loading the table tells whether the commit was made. */
export function isSettledByLooking(error: unknown): boolean {
  return hasCode(error, 'COMMIT_STATE_UNKNOWN') && !hasCode(error.cause, 'LOCK_LOST')
}

/** The format or this version of Phlo cannot do that safely. */
export function refused(code: string, message: string, suggestions: readonly string[] = []): PhloError {
  return new PhloError(message, {code, exit: ExitCode.refused, suggestions})
}

/** A value that a person typed does not parse. */
export function usage(code: string, message: string, suggestions: readonly string[] = []): PhloError {
  return new PhloError(message, {code, exit: ExitCode.usage, suggestions})
}

/** A file or a server could not be read or does not hold what it should. */
export function unavailable(code: string, message: string, options: {suggestions?: readonly string[]; cause?: unknown} = {}): PhloError {
  return new PhloError(message, {code, exit: ExitCode.unavailable, ...options})
}
