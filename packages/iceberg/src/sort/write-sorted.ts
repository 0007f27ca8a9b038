import type {FileIO} from '@phlo/core'
import type {MergedFile} from '../parquet/merge-files.js'
import {sliceRows} from '../parquet/slice.js'
import {createParquetFile, type ParquetFileWriter, parquetWriteOptions} from '../parquet/write-file.js'
import type {Schema} from '../spec/types.js'
import type {RowBatch} from '../write/row-batch.js'

export interface SortedFilesRequest {
  readonly io: FileIO
  readonly schema: Schema
  /** The table's. */
  readonly properties: Readonly<Record<string, string>>
  /** How many rows the batches have together. */
  readonly rows: number
  /** So many files come out, fewer only when there are fewer rows. */
  readonly outputs: number
  readonly newPath: (index: number) => string
  /** Told every path before anything is written to it. */
  readonly onStaged: (path: string) => void
  readonly onRows: (rows: number) => void
}

/**
 * Writes rows into files of evenly many rows, in their order: the ranges of two files have at most a value in common. A batch becomes a
 * row group, or two where a file ends within it.
 */
export async function writeSortedFiles(batches: AsyncIterable<RowBatch>, request: SortedFilesRequest): Promise<readonly MergedFile[]> {
  const {io, schema, properties, rows, newPath, onStaged, onRows} = request
  const options = parquetWriteOptions(properties, schema)
  const outputs = Math.max(1, Math.min(request.outputs, rows))
  const files: MergedFile[] = []
  let open: {readonly path: string; readonly writer: ParquetFileWriter} | undefined
  let done = 0
  try {
    for await (const batch of batches) {
      for (let from = 0; from < batch.rows; ) {
        if (!open) {
          const path = newPath(files.length)
          onStaged(path)
          open = {path, writer: await createParquetFile(io, path, schema, options)}
        }
        const end = Math.ceil((rows * (files.length + 1)) / outputs)
        const to = Math.min(batch.rows, from + end - done)
        const begin = from
        await open.writer.writeRowGroup(to - begin, (leaf) => sliceRows(batch.column(leaf), begin, to))
        onRows(to - begin)
        done += to - begin
        from = to
        if (done < end) continue
        files.push({path: open.path, ...(await open.writer.close())})
        open = undefined
      }
    }
    if (open) files.push({path: open.path, ...(await open.writer.close())})
    return files
  } catch (error) {
    await open?.writer.abort()
    throw error
  }
}
