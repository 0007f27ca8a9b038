import type {FileIO} from '@phlo/core'
import type {DefaultOf} from './defaults.js'
import {tableFileLeaves} from './file-leaves.js'
import {readFooter} from './footer.js'
import type {Leaf} from './leaves.js'
import {type Lineage, withLineage} from './lineage.js'
import type {NameMapping} from './name-mapping.js'
import {type LeafReader, openRowGroup} from './read-leaves.js'
import {selectRows} from './slice.js'
import {type RowPositions, survivingRows} from './surviving-rows.js'

/** A Parquet file of a table, and what the table knows of its rows. */
export interface RowSource {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Needed where row ids are read. */
  readonly lineage?: Lineage
  /** Rows that are left out. */
  readonly deleted?: RowPositions | undefined
}

/** How a table's columns are found in its files. */
export interface RowLayout {
  /** The leaves that will be asked for. */
  readonly leaves: readonly Leaf[]
  readonly mapping: NameMapping | undefined
  readonly defaultOf: DefaultOf
}

/** Some rows of a file: those of one row group that are not deleted. */
export interface FileRows {
  readonly rows: number
  /** The positions in the file of these rows are `position` plus these; undefined when they are consecutive. */
  readonly survivors: Uint32Array | undefined
  /** Of the row group's first row. */
  readonly position: number
  readonly read: LeafReader
}

/**
 * The rows of a data or delete file, a row group at a time; a column is decoded when it is asked for. Row groups without a row
 * that is left are passed over.
 *
 * @throws PhloError `PARQUET_CORRUPT`, `PARQUET_UNSUPPORTED`, `NO_FIELD_IDS`
 */
export async function* fileRows(io: FileIO, source: RowSource, layout: RowLayout, signal?: AbortSignal): AsyncIterable<FileRows> {
  const file = await io.open(source.path, {size: source.size})
  try {
    const footer = await readFooter(file)
    const leaves = tableFileLeaves(source.path, footer, layout.mapping)
    let position = 0
    for (const [rowGroup, {num_rows}] of footer.row_groups.entries()) {
      signal?.throwIfAborted()
      const rows = Number(num_rows)
      const survivors = survivingRows(source.deleted, position, rows)
      if (survivors?.length !== 0) {
        const stored = await openRowGroup({file, footer, leaves, rowGroup}, layout.leaves, layout.defaultOf)
        const all = source.lineage ? withLineage(stored, source.lineage, position) : stored
        const read: LeafReader = survivors ? (leaf) => selectRows(all(leaf), survivors) : all
        yield {rows: survivors?.length ?? rows, survivors, position, read}
      }
      position += rows
    }
  } finally {
    await file.close()
  }
}
