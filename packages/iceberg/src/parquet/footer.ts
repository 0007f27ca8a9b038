import type {InputFile} from '@phlo/core'
import {messageOf, type PhloError, refused, unavailable} from '@phlo/core'
import type {ColumnMetaData, FileMetaData, SchemaTree} from 'hyparquet'
import {getSchemaPath, getTreePath} from 'hyparquet/src/schema.js'
import type {ByteRange} from '../io/ranges.js'
import {withoutWrongNulls} from './duckdb-nulls.js'
import {assertShape} from './footer-shape.js'

const FIRST_READ = 64 * 1024
const TRAILER = 8

/** Statistics stay as they are stored: as dates and text they would lose microseconds, and bytes that are not UTF-8. */
const stored = <Stored>(value: Stored) => value
const AS_STORED = {
  timestampFromMilliseconds: stored,
  timestampFromMicroseconds: stored,
  timestampFromNanoseconds: stored,
  dateFromDays: stored,
  stringFromBytes: stored,
  uuidFromBytes: stored,
  geometryFromBytes: stored,
  geographyFromBytes: stored,
}

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
  const whole = length + TRAILER
  const footer = whole <= tail.length ? tail.subarray(tail.length - whole) : await file.read(size - whole, whole)
  return parse(file, footer)
}

/** The statistics of the result are views of a copy of the footer, so that they keep nothing else of what was read in memory. */
async function parse(file: InputFile, footer: Uint8Array): Promise<FileMetaData> {
  const {parquetMetadata} = await import('hyparquet')
  const bytes = footer.buffer.slice(footer.byteOffset, footer.byteOffset + footer.byteLength) as ArrayBuffer
  try {
    const metadata = parquetMetadata(bytes, {geoparquet: false, parsers: AS_STORED})
    assertShape(metadata)
    assertFits(metadata, file.size)
    return withoutWrongNulls(metadata)
  } catch (error) {
    throw corrupt(file, `its footer cannot be read: ${messageOf(error)}`, error)
  }
}

/** A footer that does not contradict itself: every later reader may rely on its places and counts. */
function assertFits({row_groups: groups, num_rows: rows, schema}: FileMetaData, size: number): void {
  const leaves = schema.filter(({num_children: children}) => children === undefined).length
  const first = (groups[0]?.columns ?? []).map(({meta_data: column}) => column?.path_in_schema ?? [])
  const [tree] = getSchemaPath([...schema], []) as [SchemaTree]
  const elements = first.map((path) => getTreePath(tree, [...path]).at(-1)?.element)
  let sum = 0n
  for (const {columns, num_rows: own} of groups) {
    if (!(own >= 0n) || columns.length !== leaves) throw new RangeError('a row group lacks its rows or columns')
    sum += own
    for (const [index, {meta_data: column}] of columns.entries()) {
      if (!column) throw new RangeError('a column chunk has no metadata')
      if (column.codec === undefined) throw new RangeError('a column chunk has no codec')
      const {start, length} = placeOf(column)
      const name = column.path_in_schema.join('.')
      // PyArrow has a row group in files without a row, whose columns without a page lie nowhere.
      const isEmpty = length === 0 && column.num_values === 0n
      if (!isEmpty && !(start >= 4 && length >= 0 && start + length <= size))
        throw new RangeError(`column ${name} lies at ${start} to ${start + length}, outside of the file`)
      const isFlat = column.path_in_schema.length === 1 && elements[index]?.repetition_type !== 'REPEATED'
      if (name !== first[index]?.join('.') || column.type !== elements[index]?.type)
        throw new RangeError(`column ${name} is not in its schema`)
      if (!(column.num_values >= 0n) || (isFlat && column.num_values !== own)) throw new RangeError(`column ${name} has not a value a row`)
    }
  }
  if (sum !== rows) throw new RangeError(`it has ${rows} rows, and its row groups have ${sum}`)
}

/** Where the pages of a column chunk are, its dictionary's included. */
export function placeOf({
  dictionary_page_offset: dictionary,
  data_page_offset: pages,
  total_compressed_size: size,
}: ColumnMetaData): ByteRange {
  return {start: Number(dictionary || pages), length: Number(size)}
}

/** The error for a Parquet file that does not hold what it should. */
export function corrupt({path}: Pick<InputFile, 'path'>, reason: string, cause?: unknown): PhloError {
  return unavailable('PARQUET_CORRUPT', `The Parquet file ${path} is damaged: ${reason}.`, {cause})
}
