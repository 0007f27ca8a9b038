import {ExitCode, messageOf, PhloError} from '@phlo/core'

/** The error for a file that is not of a format's language, or declares no table. `why` is a clause: `line 3 has no type`. */
export function notReadable(source: string, why: string, cause?: unknown): PhloError {
  return new PhloError(`No schema can be read from ${source}: ${why}.`, {code: 'SCHEMA_NOT_READABLE', exit: ExitCode.usage, cause})
}

/**
 * The text of a file.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` when it is empty or not UTF-8
 */
export function textOf(content: Uint8Array, source: string): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(content)
  } catch (cause) {
    throw notReadable(source, 'it is not UTF-8 text', cause)
  }
  if (text.trim() === '') throw notReadable(source, 'it is empty')
  return text
}

/**
 * Reads with somebody else's parser, of which every error means that the file is not readable.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` with the first line of what the parser says
 */
export function parsed<Value>(source: string, language: string, parse: () => Value): Value {
  try {
    return parse()
  } catch (cause) {
    throw notReadable(source, `it is not ${language} (${messageOf(cause).split('\n', 1)[0]?.replace(/\.$/, '')})`, cause)
  }
}
