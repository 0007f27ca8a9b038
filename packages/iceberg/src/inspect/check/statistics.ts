import type {IcebergTable} from '../../table.js'
import {error, type Finding, note, warning} from './finding.js'

const FILES_AT_A_TIME = 16

/** Checks that statistics files and partition statistics files are there, whole, and about snapshots that the table has. */
export async function* checkStatistics({io, metadata}: IcebergTable): AsyncIterable<Finding> {
  const snapshots = new Set(metadata.snapshots.map((snapshot) => snapshot['snapshot-id']))
  for (const file of [...(metadata.statistics ?? []), ...(metadata['partition-statistics'] ?? [])]) {
    const {'statistics-path': path, 'snapshot-id': id, 'file-size-in-bytes': size} = file
    if (!snapshots.has(id)) yield warning('STATISTICS_OF_NOTHING', path, `The statistics ${path} are of snapshot ${id}, which is gone.`)
    const found = await io.stat(path)
    if (!found) yield error('STATISTICS_MISSING', path, `The statistics file ${path} does not exist.`)
    else if (found.size !== size) {
      yield error('STATISTICS_LENGTH', path, `The statistics file ${path} has ${found.size} bytes, and the metadata says ${size}.`)
    }
  }
}

/**
 * Metadata files that the log names and that are gone: a table does not need them, and cannot be read as it was then. In a catalog with a
 * history that is what vacuum makes of commits that count no more.
 */
export async function* checkLoggedFiles({io, metadata, source}: IcebergTable): AsyncIterable<Finding> {
  if (source.history) return
  const {pMapIterable} = await import('p-map')
  const log = metadata['metadata-log'].map((entry) => entry['metadata-file'])
  const look = async (path: string) => ({path, isThere: (await io.stat(path)) !== undefined})
  for await (const {path, isThere} of pMapIterable(log, look, {concurrency: FILES_AT_A_TIME})) {
    if (!isThere) yield note('METADATA_LOG_GONE', path, `The metadata log names ${path}, which does not exist.`)
  }
}
