import {ExitCode, type FileIO, messageOf, nearest, PhloError, unavailable, usage} from '@phlo/core'
import type {Data, RecordBatch} from 'apache-arrow'
import {loadArrow} from '../parquet/arrow-type.js'
import {fromArrow} from '../parquet/from-arrow.js'
import type {Schema} from '../spec/types.js'
import type {ParquetSource} from './parquet-source.js'
import type {RowBatch} from './row-batch.js'

/** Whether a path is one of an Arrow IPC file or stream. */
export const isArrowPath = (path: string) => /\.(arrow|feather)$/i.test(path)

/**
 * Looks whether an Arrow file's rows fit a schema, its columns matched by name.
 *
 * @throws PhloError `COLUMN_NOT_IN_TABLE`, `COLUMN_MISSING` (exit 2), `ARROW_CORRUPT`
 */
export async function inspectArrow(io: FileIO, path: string, schema: Schema): Promise<ParquetSource> {
  const bytes = await io.readAll(path)
  const batches = await readBatches(bytes, path)
  for (const batch of batches.slice(0, 1)) assertFits(batch, schema, path)
  return {path, size: bytes.length, rows: batches.reduce((sum, {numRows}) => sum + numRows, 0)}
}

/** The rows of an Arrow IPC file or stream, a record batch at a time, as rows of the schema. */
export async function* arrowBatches(io: FileIO, path: string, schema: Schema): AsyncIterable<RowBatch> {
  for (const batch of await readBatches(await io.readAll(path), path)) {
    assertFits(batch, schema, path)
    yield arrowRows(batch, schema, path)
  }
}

/** A record batch, its columns matched by name, as rows of the schema. */
export function arrowRows(batch: RecordBatch, schema: Schema, source = 'the record batch'): RowBatch {
  const children = new Map(batch.schema.fields.map(({name}, index) => [name, batch.data.children[index] as Data]))
  return {rows: batch.numRows, column: (leaf) => fromArrow(children, schema, leaf, batch.numRows, source)}
}

async function readBatches(bytes: Uint8Array, path: string): Promise<readonly RecordBatch[]> {
  const {RecordBatchReader} = await loadArrow()
  try {
    return [...RecordBatchReader.from(bytes)]
  } catch (cause) {
    throw unavailable('ARROW_CORRUPT', `${path} cannot be read as Arrow IPC: ${messageOf(cause)}.`, {cause})
  }
}

function assertFits({schema: given}: RecordBatch, schema: Schema, path: string): void {
  const names = schema.fields.map(({name}) => name)
  for (const {name} of given.fields) {
    if (names.includes(name)) continue
    const meant = nearest(name, names)
    throw usage('COLUMN_NOT_IN_TABLE', `Column ${name} of ${path} is not a column of the table.`, meant ? [`did you mean ${meant}?`] : [])
  }
  for (const {name, required, 'write-default': absent} of schema.fields) {
    if (!required || (absent ?? null) !== null || given.fields.some((field) => field.name === name)) continue
    throw new PhloError(`${path} lacks column ${name}, which the table requires.`, {code: 'COLUMN_MISSING', exit: ExitCode.usage})
  }
}
