import type {FileIO} from '@phlo/core'
import type {DataFile} from '../spec/manifest.js'
import type {DefaultOf} from './defaults.js'
import {tableFileLeaves} from './file-leaves.js'
import {readFooter} from './footer.js'
import type {Leaf} from './leaves.js'
import {type Lineage, withLineage} from './lineage.js'
import type {NameMapping} from './name-mapping.js'
import type {LeafReader} from './read-leaves.js'
import {selectRows} from './slice.js'
import {type RowPositions, survivingRows} from './surviving-rows.js'

/** A file of a table, and what the table knows of its rows. */
export interface RowSource {
  readonly path: string
  /** Default: `PARQUET`. */
  readonly format?: string
  /** Bytes. */
  readonly size: number
  /** Needed where row ids are read. */
  readonly lineage?: Lineage
  /** Rows that are left out. */
  readonly deleted?: RowPositions | undefined
}

/** A file as its description in a manifest has it. */
export const rowSourceOf = ({filePath, fileFormat, fileSizeInBytes}: DataFile): RowSource => ({
  path: filePath,
  format: fileFormat,
  size: fileSizeInBytes,
})

/** How a table's columns are found in its files. */
export interface RowLayout {
  /** The leaves that will be asked for. */
  readonly leaves: readonly Leaf[]
  readonly mapping: NameMapping | undefined
  readonly defaultOf: DefaultOf
}

/** Some rows of a file: those of one row group, or of some blocks of Avro, that are not deleted. */
export interface FileRows {
  readonly rows: number
  /** The positions in the file of these rows are `position` plus these; undefined when they are consecutive. */
  readonly survivors: Uint32Array | undefined
  /** Of the first row, deleted or not. */
  readonly position: number
  readonly read: LeafReader
}

/** Some rows of a file as they follow one another there, with a reader that is made when they are wanted. */
interface Run {
  readonly rows: number
  readonly open: () => Promise<LeafReader>
}

/**
 * The rows of a data or delete file: of Parquet a row group at a time, in which a column is decoded when it is asked for, of Avro
 * some thousands. Runs without a row that is left are passed over.
 *
 * @throws PhloError `PARQUET_CORRUPT`, `PARQUET_UNSUPPORTED`, `AVRO_CORRUPT`, `AVRO_UNSUPPORTED`, `NO_FIELD_IDS`
 */
export async function* fileRows(io: FileIO, source: RowSource, layout: RowLayout, signal?: AbortSignal): AsyncIterable<FileRows> {
  let position = 0
  for await (const {rows, open} of source.format === 'AVRO' ? avroRuns(io, source, layout) : rowGroups(io, source, layout)) {
    signal?.throwIfAborted()
    const survivors = survivingRows(source.deleted, position, rows)
    if (survivors?.length !== 0) {
      const stored = await open()
      const all = source.lineage ? withLineage(stored, source.lineage, position) : stored
      const read: LeafReader = survivors ? (leaf) => selectRows(all(leaf), survivors) : all
      yield {rows: survivors?.length ?? rows, survivors, position, read}
    }
    position += rows
  }
}

async function* rowGroups(io: FileIO, source: RowSource, layout: RowLayout): AsyncIterable<Run> {
  const file = await io.open(source.path, {size: source.size})
  try {
    const footer = await readFooter(file)
    const leaves = tableFileLeaves(source.path, footer, layout.mapping)
    const {openRowGroup} = await import('./read-leaves.js')
    for (const [rowGroup, {num_rows: rows}] of footer.row_groups.entries()) {
      yield {rows: Number(rows), open: () => openRowGroup({file, footer, leaves, rowGroup}, layout.leaves, layout.defaultOf)}
    }
  } finally {
    await file.close()
  }
}

async function* avroRuns(io: FileIO, source: RowSource, layout: RowLayout): AsyncIterable<Run> {
  const {avroRows} = await import('../avro/data-rows.js')
  for await (const {rows, read} of avroRows(io, source, layout)) yield {rows, open: async () => read}
}
