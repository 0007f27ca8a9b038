import {ExitCode, isPhloError, messageOf} from '../errors.js'
import {nearest} from '../nearest.js'

/** An error as a person or a script is told of it; the same fields for every error there is. */
export interface Failure {
  /** Stable, upper-case: a PhloError's own, `USAGE`, the code of a system error (`ENOENT`), or `UNEXPECTED`. */
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
  readonly exit: number
  readonly cause?: string
}

/** What is known of the command for a mistake in its flags. */
export interface CommandShape {
  /** As typed: `phlo table optimize`. */
  readonly usage: string
  readonly flags: readonly string[]
}

/** Turns anything thrown into a failure. oclif's own errors are recognised by their fields: they may come from another copy of it. */
export function describeFailure(error: unknown, command: CommandShape): Failure {
  if (isPhloError(error)) {
    const {code, suggestions, exit} = error
    return {code, message: withoutParserText(error.message), suggestions, exit, ...causeOf(error)}
  }
  const fields: Record<string, unknown> = typeof error === 'object' && error !== null ? {...error} : {}
  const exit = exitOf(fields)
  if (fields['parse'] !== undefined || Array.isArray(fields['args'])) return usageFailure(messageOf(error), fields['flags'], command)
  const suggestions = Array.isArray(fields['suggestions']) ? fields['suggestions'].map(String) : []
  if (typeof fields['code'] !== 'string' && exit === ExitCode.usage) return usageFailure(messageOf(error), undefined, command)
  const code = typeof fields['code'] === 'string' ? fields['code'] : 'UNEXPECTED'
  return {code, message: messageOf(error), suggestions, exit: exit ?? ExitCode.failed, ...causeOf(error)}
}

/** A flag's own error says what is wrong with its value; oclif writes a heading before it and a hint behind it. */
function withoutParserText(message: string): string {
  return message.replace(/^Parsing (--[\w-]+) \n\t/, '$1: ').replace(/\nSee more help with --help\s*$/, '')
}

function usageFailure(message: string, unknownFlags: unknown, command: CommandShape): Failure {
  const sentence = message
    .replace(/\n?See more help with --help\s*$/, '')
    .replace(/^The following error(?:s)? occurred:\s*/, '')
    .trim()
  const meant = Array.isArray(unknownFlags)
    ? unknownFlags.flatMap((flag) => nearest(String(flag).replace(/^-+|=.*$/g, ''), command.flags) ?? [])
    : []
  return {
    code: 'USAGE',
    message: sentence,
    suggestions: [...meant.map((flag) => `Did you mean --${flag}?`), `${command.usage} --help`],
    exit: ExitCode.usage,
  }
}

function exitOf(fields: Record<string, unknown>): number | undefined {
  const oclif = fields['oclif']
  return typeof oclif === 'object' && oclif !== null && 'exit' in oclif && typeof oclif.exit === 'number' ? oclif.exit : undefined
}

function causeOf(error: unknown): {readonly cause?: string} {
  const cause = error instanceof Error ? error.cause : undefined
  const text = cause === undefined ? '' : messageOf(cause)
  // A sentence that already ends in its reason needs no second telling.
  return text === '' || messageOf(error).includes(text) ? {} : {cause: text}
}

/** The failure as the lines that a terminal shows. They are not wrapped: a suggestion is there to be copied. */
export function formatFailure({message, code, suggestions, cause}: Failure): string {
  const [only] = suggestions
  const advice =
    suggestions.length > 1 ? ['Try this:', ...suggestions.map((suggestion) => `  ${suggestion}`)] : only ? [`Try this: ${only}`] : []
  return [`Error: ${message}`, ...(cause ? [`Caused by: ${cause}`] : []), `Code: ${code}`, ...advice].join('\n')
}
