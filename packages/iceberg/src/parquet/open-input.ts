import {type FileIO, unavailable} from '@phlo/core'
import type {DataFile} from '../spec/manifest.js'
import type {columnFinder, FileLeaf} from './file-leaves.js'
import type {RowSource} from './file-rows.js'
import {readFooter} from './footer.js'
import {leafMemory} from './leaf-memory.js'
import type {MergeInput, StoredRun} from './merge-plan.js'
import type {NameMapping} from './name-mapping.js'
import {openRowGroup, type RowGroups} from './read-leaves.js'

/**
 * Opens a data file to merge it: the footer of a Parquet file is read, and the blocks of an Avro file are counted.
 *
 * @throws PhloError `FILE_SIZE_MISMATCH`, `ROW_COUNT_MISMATCH` when it is not what its manifest says; `PARQUET_CORRUPT`, `AVRO_CORRUPT`
 */
export async function openInput(
  io: FileIO,
  file: DataFile,
  source: RowSource,
  {mapping, columnsOf}: {readonly mapping: NameMapping | undefined; readonly columnsOf: ReturnType<typeof columnFinder>},
): Promise<MergeInput> {
  // A store that is not asked for the size notices a wrong one when the footer is read.
  const opened = await io.open(file.filePath, {size: file.fileSizeInBytes})
  try {
    if (opened.size !== file.fileSizeInBytes) {
      throw unavailable('FILE_SIZE_MISMATCH', `${file.filePath} has ${opened.size} bytes; its manifest says ${file.fileSizeInBytes}.`)
    }
    if (source.format === 'AVRO') {
      const {avroRuns} = await import('../avro/data-runs.js')
      const runs = await avroRuns(io, opened, mapping)
      assertRows(file, runs)
      return {file, source, runs}
    }
    const whole = await readFooter(opened)
    const leaves = columnsOf(file.filePath, whole)
    // Its schema is in the columns; nothing else of it is held for as long as the merge takes.
    const footer = {row_groups: whole.row_groups}
    const runs = rowGroupRuns(io, file, footer, leaves)
    assertRows(file, runs)
    return {file, source, runs, parquet: {footer, leaves, writer: whole.created_by}}
  } finally {
    await opened.close()
  }
}

function assertRows({filePath, recordCount}: DataFile, runs: readonly StoredRun[]): void {
  const rows = runs.reduce((sum, run) => sum + run.rows, 0)
  if (rows !== recordCount) throw unavailable('ROW_COUNT_MISMATCH', `${filePath} has ${rows} rows; its manifest says ${recordCount}.`)
}

function rowGroupRuns(
  io: FileIO,
  {filePath, fileSizeInBytes}: DataFile,
  footer: RowGroups,
  columns: readonly FileLeaf[],
): readonly StoredRun[] {
  let position = 0
  return footer.row_groups.map((group, rowGroup) => {
    const run: StoredRun = {
      rows: Number(group.num_rows),
      position,
      bytes: Number(group.total_byte_size),
      leafMemory: leafMemory(group),
      async open(leaves, defaultOf) {
        const file = await io.open(filePath, {size: fileSizeInBytes})
        try {
          return await openRowGroup({file, footer, leaves: columns, rowGroup}, leaves, defaultOf)
        } finally {
          await file.close()
        }
      },
    }
    position += run.rows
    return run
  })
}
