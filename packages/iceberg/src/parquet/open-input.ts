import {type FileIO, unavailable} from '@phlo/core'
import type {FileMetaData} from 'hyparquet'
import type {DataFile} from '../spec/manifest.js'
import {tableFileLeaves} from './file-leaves.js'
import type {RowSource} from './file-rows.js'
import {readFooter} from './footer.js'
import {leafMemory} from './leaf-memory.js'
import type {MergeInput, StoredRun} from './merge-plan.js'
import type {NameMapping} from './name-mapping.js'
import {openRowGroup} from './read-leaves.js'

/**
 * Opens a data file to merge it: the footer of a Parquet file is read, and the blocks of an Avro file are counted.
 *
 * @throws PhloError `FILE_SIZE_MISMATCH`, `ROW_COUNT_MISMATCH` when it is not what its manifest says; `PARQUET_CORRUPT`, `AVRO_CORRUPT`
 */
export async function openInput(io: FileIO, file: DataFile, source: RowSource, mapping: NameMapping | undefined): Promise<MergeInput> {
  const opened = await io.open(file.filePath)
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
    const footer = await readFooter(opened)
    const leaves = tableFileLeaves(file.filePath, footer, mapping)
    const runs = rowGroupRuns(io, file, footer, leaves)
    assertRows(file, runs)
    return {file, source, runs, parquet: {footer, leaves}}
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
  footer: FileMetaData,
  columns: ReturnType<typeof tableFileLeaves>,
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
