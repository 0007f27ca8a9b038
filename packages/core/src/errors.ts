/**
 * The exit codes that every command of Phlo keeps to, so that a script can branch on them.
 *
 * | code | meaning |
 * |---|---|
 * | 0 | done |
 * | 1 | what was checked failed |
 * | 2 | usage: a flag, an argument, or a value that does not parse |
 * | 3 | could not be evaluated or reached |
 * | 4 | denied |
 * | 5 | conflict: nothing changed, retry |
 * | 6 | refused for safety |
 * | 130 | interrupted |
 */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  unavailable: 3,
  denied: 4,
  conflict: 5,
  refused: 6,
  interrupted: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

const TAG = '@phlo/error'

export interface PhloErrorOptions {
  /** Upper-case, stable, for scripts: `TABLE_NOT_FOUND`. */
  readonly code: string
  readonly exit: ExitCode
  /** The next commands to type, most useful first. */
  readonly suggestions?: readonly string[]
  readonly cause?: unknown
}

/**
 * The one error of Phlo: a sentence that says what happened and to what, a stable code, an exit code, and what to type next.
 *
 * It is recognised by its tag (`isPhloError`), never by `instanceof`, because a plugin may carry its own copy of this package.
 * The `oclif` field is what oclif reads the exit code from.
 *
 * @example
 * throw new PhloError('Table sales.orders does not exist in catalog lake.', {
 *   code: 'TABLE_NOT_FOUND', exit: ExitCode.unavailable, suggestions: ['phlo table list --catalog lake'],
 * })
 */
export class PhloError extends Error {
  readonly $type = TAG
  readonly code: string
  readonly exit: ExitCode
  readonly suggestions: readonly string[]
  readonly oclif: {readonly exit: ExitCode}

  constructor(message: string, options: PhloErrorOptions) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause})
    this.name = 'PhloError'
    this.code = options.code
    this.exit = options.exit
    this.suggestions = options.suggestions ?? []
    this.oclif = {exit: options.exit}
  }
}

/** True for an error of Phlo, whichever copy of this package made it. */
export function isPhloError(error: unknown): error is PhloError {
  return typeof error === 'object' && error !== null && '$type' in error && error.$type === TAG
}

/** True for an error of Phlo with this code. */
export function hasCode(error: unknown, code: string): error is PhloError {
  return isPhloError(error) && error.code === code
}

/**
 * True for the error of a file that a table refers to and that is gone. Somebody may have expired it since the table was loaded, which
 * the table as it is now tells: one that has not changed has lost it.
 */
export function isFileGone(error: unknown): error is PhloError {
  return hasCode(error, 'FILE_NOT_FOUND') || hasCode(error, 'MANIFEST_LOST')
}

/** A sentence for any thrown value, for the places that report an error and carry on. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
