import type {InputFile} from '@phlo/core'
import {messageOf, type PhloError, refused, unavailable} from '@phlo/core'
import {type FileMetaData, parquetMetadata} from 'hyparquet'

const FIRST_READ = 64 * 1024
const TRAILER = 8

/**
 * The footer of a Parquet file: one read of its end, and a second one only when the footer is longer than that.
 *
 * @throws PhloError `PARQUET_CORRUPT` naming the file when it is cut short, has another magic or contradicts itself;
 * `PARQUET_ENCRYPTED` (exit 6)
 */
export async function readFooter(file: InputFile): Promise<FileMetaData> {
  const {size} = file
  if (size < 12) throw corrupt(file, `it has only ${size} bytes`)
  const tail = await file.read(Math.max(0, size - FIRST_READ), Math.min(size, FIRST_READ))
  const magic = Buffer.from(tail.buffer, tail.byteOffset + tail.length - 4, 4).toString('latin1')
  if (magic === 'PARE') throw refused('PARQUET_ENCRYPTED', `The Parquet file ${file.path} has an encrypted footer, which is not supported.`)
  if (magic !== 'PAR1') throw corrupt(file, 'it does not end in PAR1, so that it is cut short or is no Parquet file')
  const length = Buffer.from(tail.buffer, tail.byteOffset + tail.length - TRAILER, 4).readUInt32LE()
  if (length + TRAILER + 4 > size) throw corrupt(file, `its footer of ${length} bytes is longer than the file`)
  const footer = length + TRAILER <= tail.length ? tail : await file.read(size - length - TRAILER, length + TRAILER)
  return parse(file, footer)
}

function parse(file: InputFile, footer: Uint8Array): FileMetaData {
  const bytes = footer.buffer.slice(footer.byteOffset, footer.byteOffset + footer.byteLength) as ArrayBuffer
  try {
    const metadata = parquetMetadata(bytes, {geoparquet: false})
    for (const {columns} of metadata.row_groups) {
      for (const {meta_data: column} of columns) {
        if (!column) throw new RangeError('a column chunk has no metadata')
        const start = Number(column.dictionary_page_offset || column.data_page_offset)
        const end = start + Number(column.total_compressed_size)
        if (start < 4 || end > file.size)
          throw new RangeError(`column ${column.path_in_schema.join('.')} lies at ${start} to ${end}, outside of the file`)
      }
    }
    return metadata
  } catch (error) {
    throw corrupt(file, `its footer cannot be read: ${messageOf(error)}`, error)
  }
}

/** The error for a Parquet file that does not hold what it should. */
export function corrupt({path}: Pick<InputFile, 'path'>, reason: string, cause?: unknown): PhloError {
  return unavailable('PARQUET_CORRUPT', `The Parquet file ${path} is damaged: ${reason}.`, {cause})
}
