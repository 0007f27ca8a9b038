import {refused} from '@phlo/core'
import type {DataFile} from '../spec/manifest.js'

/**
 * Refuses files whose rows this version cannot read.
 *
 * @throws PhloError `FILE_ENCRYPTED`, `FORMAT_NOT_READ` (exit 6) naming the file
 */
export function assertReadable({fileFormat, filePath, keyMetadata}: DataFile): void {
  if (keyMetadata !== undefined) throw refused('FILE_ENCRYPTED', `${filePath} is encrypted; its rows cannot be read.`)
  if (fileFormat !== 'PARQUET' && fileFormat !== 'AVRO')
    throw refused('FORMAT_NOT_READ', `${filePath} is an ${fileFormat} file; rows are read from Parquet and Avro files only.`)
}
