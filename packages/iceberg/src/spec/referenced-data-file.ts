import type {DataFile} from './manifest.js'
import {DELETED_FILE_PATH} from './reserved-fields.js'

/** The one data file that a position delete file is about, when it says so: by field 143, else by equal bounds of `file_path`. */
export function referencedDataFile(file: DataFile): string | undefined {
  if (file.referencedDataFile !== undefined) return file.referencedDataFile
  const lower = file.lowerBounds?.get(DELETED_FILE_PATH.id)
  const upper = file.upperBounds?.get(DELETED_FILE_PATH.id)
  return lower && upper && Buffer.from(lower).equals(upper) ? Buffer.from(lower).toString('utf8') : undefined
}
