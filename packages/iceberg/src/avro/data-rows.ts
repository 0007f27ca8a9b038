import {ExitCode, type FileIO, type InputFile, isPhloError, messageOf, PhloError, refused} from '@phlo/core'
import type {RowLayout, RowSource} from '../parquet/file-rows.js'
import type {Leaf} from '../parquet/leaves.js'
import type {NameMapping} from '../parquet/name-mapping.js'
import type {LeafReader} from '../parquet/read-leaves.js'
import type {AvroSchema} from './avro-schema.js'
import type {Decompress} from './codecs.js'
import {type Block, type Container, openContainer} from './container.js'
import type {Cursor} from './cursor.js'
import {type FileRecord, fileTypeOf} from './file-type.js'
import {type Shredder, shredder} from './shred.js'
import {isEmptyType} from './skip-value.js'

/** Rows, and bytes of records, that are decoded together: small enough for memory, large enough for one record batch. */
const ROWS = 32_768
const BYTES = 4 * 1024 ** 2

/** Rows of records that take no bytes, at most. */
const MOST_EMPTY = 2 ** 31

/** An Avro data file whose header was read. */
export interface AvroDataFile {
  readonly container: Container
  readonly decompress: Decompress
  readonly record: FileRecord
}

/** Some rows of an Avro data file, decoded. */
export interface AvroRows {
  readonly rows: number
  readonly read: LeafReader
}

/**
 * Reads the header of a data or delete file in Avro.
 *
 * @throws PhloError `AVRO_CORRUPT` naming the file; `NO_FIELD_IDS` (exit 6) when it has none and the table no name mapping
 */
export async function openAvroData(file: InputFile, mapping: NameMapping | undefined): Promise<AvroDataFile> {
  try {
    const container = await openContainer(file)
    const record = fileTypeOf(JSON.parse(container.metadata.get('avro.schema') ?? '') as AvroSchema, mapping)
    const {codec, decompress} = container
    if (!decompress) throw refused('AVRO_UNSUPPORTED', `${file.path} is compressed with ${JSON.stringify(codec)}, which is not read.`)
    if (record) return {container, decompress, record}
    throw refused('NO_FIELD_IDS', `${file.path} has no field ids, and the table has no name mapping that says which column is which.`, [
      'set the table property schema.name-mapping.default',
    ])
  } catch (error) {
    throw isPhloError(error) ? error : corruptAvro(file.path, messageOf(error), error)
  }
}

/** The blocks of a file as they are stored, to the end. */
export async function* blocksOf(path: string, {container}: AvroDataFile): AsyncIterable<Block> {
  try {
    yield* container.blocks()
  } catch (error) {
    throw isPhloError(error) ? error : corruptAvro(path, messageOf(error), error)
  }
}

/**
 * The rows of an Avro file from front to end, some thousands at a time; memory is bounded by these and by a block.
 *
 * @throws PhloError `AVRO_CORRUPT`, `AVRO_UNSUPPORTED`, `NO_FIELD_IDS` naming the file
 */
export async function* avroRows(io: FileIO, {path, size}: RowSource, layout: RowLayout): AsyncIterable<AvroRows> {
  const file = await io.open(path, {size})
  try {
    const opened = await openAvroData(file, layout.mapping)
    const shred = shredder(path, opened.record, layout.leaves, layout.defaultOf)
    let bytes = 0
    for await (const {count, data} of blocksOf(path, opened)) {
      for (const _ of shredBlock({path, opened, shred}, count, data)) yield rowsOf(shred)
      bytes += data.length
      if (bytes < BYTES || shred.rows === 0) continue
      yield rowsOf(shred)
      bytes = 0
    }
    if (shred.rows > 0) yield rowsOf(shred)
  } finally {
    await file.close()
  }
}

function rowsOf(shred: Shredder): AvroRows {
  const {rows} = shred
  const columns = shred.take()
  return {rows, read: (leaf: Leaf) => columns.get(leaf.fieldId) as ReturnType<LeafReader>}
}

/** Reads the records of a block, and stops whenever there are as many as are wanted at a time. */
export function* shredBlock(
  {path, opened, shred}: {readonly path: string; readonly opened: AvroDataFile; readonly shred: Shredder},
  count: number,
  stored: Uint8Array,
): Iterable<undefined> {
  const bytes = attempt(path, () => opened.decompress(stored))
  const cursor: Cursor = {bytes, at: 0}
  if (count > (isEmptyType(opened.record) ? MOST_EMPTY : bytes.length)) throw corruptAvro(path, `a block claims to have ${count} records`)
  for (let done = 0; done < count; ) {
    attempt(path, () => {
      for (const end = Math.min(count, done + ROWS - shred.rows); done < end; done++) shred.read(cursor)
    })
    if (shred.rows >= ROWS) yield
  }
  if (cursor.at !== bytes.length) throw corruptAvro(path, 'a block is longer than its records')
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw isPhloError(error) ? error : corruptAvro(path, messageOf(error), error)
  }
}

/** The error for an Avro data file that does not hold what it should. */
export function corruptAvro(path: string, reason: string, cause?: unknown): PhloError {
  return new PhloError(`The Avro file ${path} is damaged: ${reason}.`, {code: 'AVRO_CORRUPT', exit: ExitCode.unavailable, cause})
}
