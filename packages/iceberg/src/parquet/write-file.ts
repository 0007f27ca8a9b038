import type {OutputFile} from '@phlo/core'
import type {ColumnChunk, FileMetaData, RowGroup} from 'hyparquet'
import {ByteWriter} from 'hyparquet-writer'
import {writeColumn} from 'hyparquet-writer/src/column.js'
import {writeIndexes} from 'hyparquet-writer/src/indexes.js'
import {writeMetadata} from 'hyparquet-writer/src/metadata.js'
import {snappyCompress} from 'hyparquet-writer/src/snappy.js'
import {ENGINE} from '../engine.js'
import {stringifyJson} from '../spec/json.js'
import {decimalType} from '../spec/primitive-types.js'
import type {Schema} from '../spec/types.js'
import {type Compression, compressionOf} from './codecs.js'
import {type ColumnElements, parquetSchema} from './elements.js'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from './leaves.js'
import {combine, type FileMetrics, fileMetrics, type LeafMetrics, measure} from './metrics.js'
import {type MetricsConfig, metricsConfig} from './metrics-config.js'
import {signedBigint} from './physical.js'
import {relocated} from './relocate-chunk.js'

const MAGIC = 0x31524150

export interface ParquetWriteOptions {
  readonly compression: Compression
  /** Bytes of a page before compression. */
  readonly pageBytes: number
  /** Bytes of a dictionary; a column whose dictionary is larger is written plain. */
  readonly dictionaryBytes: number
  readonly metrics: MetricsConfig
}

/** What the table's `write.parquet.*` and `write.metadata.metrics.*` properties ask for. */
export function parquetWriteOptions(properties: Readonly<Record<string, string>>, schema: Schema): ParquetWriteOptions {
  return {
    compression: compressionOf(properties),
    pageBytes: Number(properties['write.parquet.page-size-bytes'] ?? 1024 ** 2),
    dictionaryBytes: Number(properties['write.parquet.dict-size-bytes'] ?? 2 * 1024 ** 2),
    metrics: metricsConfig(properties, schema),
  }
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
  writeRowGroup(rows: number, column: (leaf: Leaf) => LeafValues | Promise<LeafValues>): Promise<void>
  /** Takes over a row group whose bytes are copied: `chunks` are its columns' bytes with what is known of them, in schema order. */
  copyRowGroup(rows: number, chunks: AsyncIterable<CopiedChunk>): Promise<void>
  close(): Promise<ParquetFileSummary>
  abort(): Promise<void>
}

/** A column chunk as it stands in another file. */
export interface CopiedChunk {
  readonly leaf: Leaf
  readonly chunk: ColumnChunk
  readonly bytes: Uint8Array
  readonly metrics: LeafMetrics
}

interface Column {
  readonly leaf: Leaf
  readonly elements: ColumnElements
  metrics: LeafMetrics
  bytes: number
}

const NOTHING: LeafMetrics = {values: 0, nulls: 0, nans: 0, lower: undefined, upper: undefined, bounded: true}

/** Begins a Parquet file with a schema's columns. Nobody sees it before `close`. */
export function createParquetFile(output: OutputFile, schema: Schema, options: ParquetWriteOptions): ParquetFileWriter {
  const {elements, columns: all} = parquetSchema(schema)
  const columns: readonly Column[] = leavesOf(schema).map((leaf, index) => ({
    leaf,
    elements: all[index] as ColumnElements,
    metrics: NOTHING,
    bytes: 0,
  }))
  const writer = new ByteWriter()
  const rowGroups: RowGroup[] = []
  const indexes: ReturnType<typeof writeColumn>[] = []
  let recordCount = 0
  writer.appendUint32(MAGIC)

  const flush = async () => {
    await output.write(writer.getBytes())
    writer.index = 0
  }
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
      for (const column of columns) {
        const values = await valuesOf(column.leaf)
        const metrics = measure(values)
        const before = writer.offset
        const written = writeLeaf(writer, column.elements, values, options)
        written.chunk.meta_data = {
          ...(written.chunk.meta_data as NonNullable<ColumnChunk['meta_data']>),
          statistics: statisticsOf(column.leaf, metrics),
        }
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
      for await (const {leaf, chunk, bytes, metrics} of copied) {
        const column = columns[chunks.length] as Column
        chunks.push(relocated(chunk, writer.offset, leaf, namesOf(column.elements)))
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
      await flush()
      await output.close()
      return {
        size,
        recordCount,
        metrics: fileMetrics(columns, options.metrics),
        splitOffsets: rowGroups.map(({file_offset: offset}) => Number(offset)),
      }
    },
    abort: () => output.abort(),
  }
}

const namesOf = ({schemaPath}: ColumnElements) => schemaPath.slice(1).map(({name}) => name)

function writeLeaf(writer: ByteWriter, elements: ColumnElements, values: LeafValues, options: ParquetWriteOptions) {
  const {leaf, definitionLevels, repetitionLevels} = values
  const {codec, compress} = options.compression
  // Bytes are ordered without a sign by the writer, which long decimals are not.
  const columnIndex = !(decimalType(leaf.type) && elements.physical.type === 'FIXED_LEN_BYTE_ARRAY')
  const full = () => new Uint8Array(values.values.length).fill(leaf.maxDefinitionLevel)
  return writeColumn({
    writer,
    column: {
      columnName: leaf.name,
      element: elements.physical,
      schemaPath: [...elements.schemaPath],
      codec,
      compressors: {SNAPPY: snappyCompress, ...(compress && {[codec]: compress})},
      stats: false,
      pageSize: options.pageBytes,
      dictionarySize: options.dictionaryBytes,
      ...(hasBothZeros(values) && {encoding: 'PLAIN' as const}),
      columnIndex,
      offsetIndex: true,
    },
    pageData: {
      values: values.values as PhysicalValue[],
      definitionLevels: (leaf.maxDefinitionLevel > 0 ? (definitionLevels ?? full()) : []) as number[],
      repetitionLevels: (repetitionLevels ?? []) as number[],
      maxDefinitionLevel: leaf.maxDefinitionLevel,
    },
  })
}

/** Whether 0 and -0 are both among the values: the writer's dictionaries take them for one value and would lose a sign. */
function hasBothZeros({leaf, values}: LeafValues): boolean {
  if (leaf.type !== 'float' && leaf.type !== 'double') return false
  const all = values as ArrayLike<PhysicalValue>
  let [hasPositive, hasNegative] = [false, false]
  for (let at = 0; at < all.length && !(hasPositive && hasNegative); at++) {
    if (Object.is(all[at], 0)) hasPositive = true
    else if (Object.is(all[at], -0)) hasNegative = true
  }
  return hasPositive && hasNegative
}

/** The statistics of a column chunk, as the footer's writer wants them: decimals as bigints, whatever they are stored as. */
function statisticsOf({type}: Leaf, {nulls, lower, upper}: LeafMetrics): NonNullable<NonNullable<ColumnChunk['meta_data']>['statistics']> {
  const decimal = (value: NonNullable<typeof lower>) => (value instanceof Uint8Array ? signedBigint(value) : BigInt(value))
  const shown = (value: typeof lower) => (value === undefined || !decimalType(type) ? value : decimal(value))
  // Parquet wants a zero's sign to be on the safe side (parquet.thrift, ColumnOrder).
  const zero = (value: typeof lower, sign: 0 | -0) => (value === 0 ? sign : value)
  const [min, max] = type === 'float' || type === 'double' ? [zero(lower, -0), zero(upper, 0)] : [shown(lower), shown(upper)]
  return {null_count: BigInt(nulls), ...(min !== undefined && max !== undefined && {min_value: min, max_value: max})} as NonNullable<
    NonNullable<ColumnChunk['meta_data']>['statistics']
  >
}
