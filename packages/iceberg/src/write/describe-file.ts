import type {MergedFile} from '../parquet/merge-files.js'
import type {DataFile, FileContent} from '../spec/manifest.js'

/** A Parquet file that was written as a manifest describes it. */
export function describedFile(
  content: FileContent,
  {path, size, recordCount, metrics, splitOffsets}: MergedFile,
  {specId, partition}: Pick<DataFile, 'specId' | 'partition'>,
): DataFile {
  return {content, filePath: path, fileFormat: 'PARQUET', specId, partition, recordCount, fileSizeInBytes: size, ...metrics, splitOffsets}
}
