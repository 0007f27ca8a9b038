import {isPhloError, messageOf, refused} from '@phlo/core'
import {corrupt} from './footer.js'

/**
 * Does something with a column chunk, and names file and column when it is damaged.
 *
 * @throws PhloError `PARQUET_CORRUPT`; `PARQUET_UNSUPPORTED` (exit 6)
 */
export function namingColumn<Result>({path, name}: {readonly path: string; readonly name: string}, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (isPhloError(error)) throw error
    const message = messageOf(error)
    if (/unsupported/i.test(message)) throw refused('PARQUET_UNSUPPORTED', `Column ${name} of ${path} cannot be read: ${message}.`)
    throw corrupt({path}, `column ${name} cannot be read: ${message}`, error)
  }
}
