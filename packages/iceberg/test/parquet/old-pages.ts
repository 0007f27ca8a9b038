import {writeFile} from 'node:fs/promises'
import {crc32} from 'node:zlib'
import type {FileMetaData} from 'hyparquet'
import {ByteWriter} from 'hyparquet-writer'
import {writePageHeader} from 'hyparquet-writer/src/datapage.js'
import {writeRleBitPackedHybrid} from 'hyparquet-writer/src/encoding.js'
import {writeMetadata} from 'hyparquet-writer/src/metadata.js'
import {parquetSchema} from '../../src/parquet/elements.js'
import type {DataFile} from '../../src/spec/manifest.js'
import type {Schema} from '../../src/spec/types.js'

const MAGIC = 0x31524150
/** Of the elements of an optional list of optional numbers. */
const PRESENT = 3

/**
 * Writes lists of numbers, the only column of a schema, in pages of version 1 of which each has so many elements and may so begin
 * within a row, as old writers had it, with their checksums. No list is empty.
 */
export async function writeOldPages(
  path: string,
  schema: Schema,
  rows: readonly (readonly bigint[])[],
  elementsOfPage: number,
): Promise<DataFile> {
  const {elements, columns} = parquetSchema(schema)
  const entries = rows.flatMap((list) => list.map((value, index) => ({value, repetition: Math.min(index, 1)})))
  const writer = new ByteWriter()
  writer.appendUint32(MAGIC)
  for (let from = 0; from < entries.length; from += elementsOfPage) {
    const own = entries.slice(from, from + elementsOfPage)
    const page = new ByteWriter()
    appendLevels(
      page,
      own.map(({repetition}) => repetition),
      1,
    )
    appendLevels(
      page,
      own.map(() => PRESENT),
      2,
    )
    for (const {value} of own) page.appendInt64(value)
    const bytes = page.getBytes()
    const levels = {definition_level_encoding: 'RLE', repetition_level_encoding: 'RLE'} as const
    writePageHeader(writer, {
      type: 'DATA_PAGE',
      uncompressed_page_size: bytes.length,
      compressed_page_size: bytes.length,
      crc: crc32(bytes) | 0,
      data_page_header: {num_values: own.length, encoding: 'PLAIN', ...levels},
    })
    writer.appendBytes(bytes)
  }
  const size = BigInt(writer.offset - 4)
  const chunk = {
    type: 'INT64',
    encodings: ['PLAIN', 'RLE'],
    path_in_schema: columns[0]?.schemaPath.slice(1).map(({name}) => name) ?? [],
    codec: 'UNCOMPRESSED',
    num_values: BigInt(entries.length),
    total_uncompressed_size: size,
    total_compressed_size: size,
    data_page_offset: 4n,
    statistics: {null_count: 0n},
  }
  const rowGroup = {columns: [{file_offset: 4n, meta_data: chunk}], total_byte_size: size, num_rows: BigInt(rows.length)}
  writeMetadata(writer, {version: 1, schema: elements, num_rows: BigInt(rows.length), row_groups: [rowGroup]} as unknown as FileMetaData)
  writer.appendUint32(MAGIC)
  const bytes = writer.getBytes()
  await writeFile(path, bytes)
  const file = {content: 'data', filePath: path, fileFormat: 'PARQUET', specId: 0, partition: [], recordCount: rows.length} as const
  return {...file, fileSizeInBytes: bytes.length}
}

function appendLevels(page: ByteWriter, levels: number[], width: number): void {
  const runs = new ByteWriter()
  writeRleBitPackedHybrid(runs, levels, width)
  page.appendUint32(runs.offset)
  page.appendBytes(runs.getBytes())
}
