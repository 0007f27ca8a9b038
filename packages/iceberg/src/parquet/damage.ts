import {isPhloError, messageOf, refused} from '@phlo/core'
import type {ColumnMetaData} from 'hyparquet'
import {corrupt} from './footer.js'

/**
 * Does something with a column chunk, and names file and column when it is damaged.
 *
 * @throws PhloError `PARQUET_CORRUPT`; `PARQUET_UNSUPPORTED` (exit 6)
 */
export function namingColumn<Result>({path, chunk}: {readonly path: string; readonly chunk: ColumnMetaData}, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (isPhloError(error)) throw error
    const name = chunk.path_in_schema.join('.')
    const message = messageOf(error)
    if (/unsupported/i.test(message)) throw refused('PARQUET_UNSUPPORTED', `Column ${name} of ${path} cannot be read: ${message}.`)
    throw corrupt({path}, `column ${name} cannot be read: ${message}`, error)
  }
}
