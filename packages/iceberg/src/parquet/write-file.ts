import type {FileIO} from '@phlo/core'
import type {ColumnChunk, FileMetaData, RowGroup} from 'hyparquet'
import {writeMetadata} from 'hyparquet-writer/src/metadata.js'
import {ENGINE} from '../engine.js'
import {stringifyJson} from '../spec/json.js'
import {numberProperty} from '../spec/table-properties.js'
import type {Schema} from '../spec/types.js'
import {type BloomOptions, bloomFilters} from './bloom-filter.js'
import {type Compression, compressionOf} from './codecs.js'
import {type ColumnElements, namesOf, parquetSchema} from './elements.js'
import {type Leaf, type LeafValues, storedLeavesOf} from './leaves.js'
import {combine, type FileMetrics, fileMetrics, type LeafMetrics, NOTHING} from './metrics.js'
import {type MetricsConfig, metricsConfig} from './metrics-config.js'
import {type CopiedChunk, relocated} from './relocate-chunk.js'
import {createWriteBehind} from './write-behind.js'
import {type ColumnPages, writeChunk} from './write-column.js'
import {type ChunkIndexes, writeIndexes} from './write-indexes.js'

const MAGIC = 0x31524150

export interface ParquetWriteOptions {
  readonly compression: Compression
  /** Bytes of a page before compression. */
  readonly pageBytes: number
  /** Rows of a page that is built, at most. */
  readonly pageRows: number
  /** Bytes of a dictionary; a column whose dictionary is larger is written plain. */
  readonly dictionaryBytes: number
  readonly metrics: MetricsConfig
  /** The Bloom filter that a leaf is to have, if any. */
  readonly bloomFilter: (leaf: Leaf) => BloomOptions | undefined
}

/**
 * What the table's `write.parquet.*` and `write.metadata.metrics.*` properties ask for. To be called before the file is created,
 * so that nothing is begun which cannot be written.
 *
 * @throws PhloError `INVALID_PROPERTY` (exit 2); `TYPE_NOT_WRITTEN` (exit 6) for a schema that Parquet cannot have
 */
export function parquetWriteOptions(properties: Readonly<Record<string, string>>, schema: Schema): ParquetWriteOptions {
  parquetSchema(schema)
  return {
    compression: compressionOf(properties),
    pageBytes: numberProperty(properties, 'write.parquet.page-size-bytes', 1024 ** 2, 1),
    pageRows: numberProperty(properties, 'write.parquet.page-row-limit', 20_000, 1),
    dictionaryBytes: numberProperty(properties, 'write.parquet.dict-size-bytes', 2 * 1024 ** 2),
    metrics: metricsConfig(properties, schema),
    bloomFilter: bloomFilters(properties),
  }
}

/** Bytes of a row group before compression that a table asks for. @throws PhloError `INVALID_PROPERTY` (exit 2) */
export function rowGroupBytesOf(properties: Readonly<Record<string, string>>): number {
  return numberProperty(properties, 'write.parquet.row-group-size-bytes', 128 * 1024 ** 2, 1)
}

export interface ParquetFileSummary {
  /** Bytes. */
  readonly size: number
  /** Rows. */
  readonly recordCount: number
  readonly metrics: FileMetrics
  /** Where the row groups begin. */
  readonly splitOffsets: readonly number[]
}

/** A Parquet file that is being written, row group by row group and within one leaf by leaf: no more than a column is in memory. */
export interface ParquetFileWriter {
  /** Bytes so far. */
  readonly bytesWritten: number
  writeRowGroup(rows: number, column: (leaf: Leaf) => LeafValues | ColumnPages | Promise<LeafValues | ColumnPages>): Promise<void>
  /** Takes over a row group whose bytes are copied: `chunks` are its columns' bytes with what is known of them, in the order of `parquetSchema`. */
  copyRowGroup(rows: number, chunks: AsyncIterable<CopiedChunk>): Promise<void>
  close(): Promise<ParquetFileSummary>
  abort(): Promise<void>
}

interface Column {
  readonly leaf: Leaf
  readonly elements: ColumnElements
  metrics: LeafMetrics
  bytes: number
}

/** Begins a Parquet file with a schema's columns. Nobody sees it before `close`. */
export async function createParquetFile(
  io: FileIO,
  path: string,
  schema: Schema,
  options: ParquetWriteOptions,
): Promise<ParquetFileWriter> {
  const {elements, columns: all} = parquetSchema(schema)
  const leaves = new Map(storedLeavesOf(schema).map((leaf) => [leaf.fieldId, leaf]))
  const columns: readonly Column[] = all.map((own) => ({
    leaf: leaves.get(own.fieldId) as Leaf,
    elements: own,
    metrics: NOTHING,
    bytes: 0,
  }))
  const rowGroups: RowGroup[] = []
  const indexes: ChunkIndexes[] = []
  let recordCount = 0
  const output = await io.create(path)
  const {writer, flush, finish, settled} = createWriteBehind(output)
  writer.appendUint32(MAGIC)

  const isFirst = ({leaf}: Column, index: number) => columns[index - 1]?.leaf !== leaf
  const wholeOf = ({leaf, metrics}: Column) => ({leaf, metrics, bytes: sizeOf(columns, leaf)})
  const addRowGroup = (rows: number, chunks: readonly ColumnChunk[], start: number) => {
    const size = chunks.reduce((sum, {meta_data: data}) => sum + (data?.total_uncompressed_size ?? 0n), 0n)
    rowGroups.push({
      columns: [...chunks],
      total_byte_size: size,
      num_rows: BigInt(rows),
      file_offset: BigInt(start),
      total_compressed_size: BigInt(writer.offset - start),
    })
    recordCount += rows
  }
  return {
    get bytesWritten() {
      return writer.offset
    },
    async writeRowGroup(rows, valuesOf) {
      const start = writer.offset
      const chunks: ColumnChunk[] = []
      let values: LeafValues | ColumnPages | undefined
      let last: Leaf | undefined
      for (const column of columns) {
        // The columns of a variant follow each other; any other values are let go before the next are decoded.
        if (last !== column.leaf) values = undefined
        values ??= await valuesOf(column.leaf)
        last = column.leaf
        const before = writer.offset
        const {written, metrics} = await writeChunk(writer, column.elements, values, options, flush)
        column.metrics = combine(column.leaf.type, column.metrics, metrics)
        column.bytes += writer.offset - before
        indexes.push(written)
        chunks.push(written.chunk)
        await flush()
      }
      addRowGroup(rows, chunks, start)
    },
    async copyRowGroup(rows, copied) {
      const start = writer.offset
      const chunks: ColumnChunk[] = []
      for await (const own of copied) {
        const {leaf, bytes, metrics} = own
        const column = columns[chunks.length] as Column
        const moved = relocated(own, writer.offset, namesOf(column.elements))
        indexes.push(moved)
        chunks.push(moved.chunk)
        writer.appendBytes(bytes)
        column.metrics = combine(leaf.type, column.metrics, metrics)
        column.bytes += bytes.length
        await flush()
      }
      addRowGroup(rows, chunks, start)
    },
    async close() {
      writeIndexes(writer, indexes)
      const footer = {
        version: 2,
        created_by: `${ENGINE.name} version ${ENGINE.version}`,
        schema: [...elements],
        num_rows: BigInt(recordCount),
        row_groups: rowGroups,
        key_value_metadata: [{key: 'iceberg.schema', value: stringifyJson(schema)}],
      } as unknown as FileMetaData
      writeMetadata(writer, footer)
      writer.appendUint32(MAGIC)
      const size = writer.offset
      await finish()
      await output.close()
      return {
        size,
        recordCount,
        metrics: fileMetrics(columns.filter(isFirst).map(wholeOf), options.metrics),
        splitOffsets: rowGroups.map(({file_offset: offset}) => Number(offset)),
      }
    },
    async abort() {
      await settled()
      await output.abort()
    },
  }
}

const sizeOf = (columns: readonly Column[], leaf: Leaf) =>
  columns.reduce((sum, column) => sum + (column.leaf === leaf ? column.bytes : 0), 0)
