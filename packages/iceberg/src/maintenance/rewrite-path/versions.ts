import {type OperationContext, usage} from '@phlo/core'
import {readTableMetadata} from '../../catalog/metadata-file.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import type {RewritePathOptions} from './plan-types.js'

/** A metadata file. */
export interface Version {
  readonly path: string
  readonly metadata: TableMetadata
}

export interface Versions {
  /** The one that becomes the moved table. */
  readonly end: Version
  /** What is at the target already. */
  readonly start: Version | undefined
  /** Metadata files to be rewritten, oldest first, the end last. */
  readonly paths: readonly string[]
  /** Those of the log that are gone. */
  readonly missing: readonly string[]
}

/**
 * The metadata files that a move is about.
 *
 * @throws PhloError `VERSION_NOT_FOUND` (exit 2) naming the version
 */
export async function versionsOf(
  table: IcebergTable,
  {startVersion, endVersion}: RewritePathOptions,
  {signal}: Pick<OperationContext, 'signal'>,
): Promise<Versions> {
  const {io, metadata, metadataLocation} = table
  const endPath = endVersion === undefined ? metadataLocation : find(endVersion, [...logOf(metadata), metadataLocation])
  const end = endPath === metadataLocation ? {path: endPath, metadata} : {path: endPath, metadata: await readTableMetadata(io, endPath)}
  const log = logOf(end.metadata)
  const startPath = startVersion === undefined ? undefined : find(startVersion, log)
  const earlier = startPath === undefined ? log : log.slice(log.indexOf(startPath) + 1)
  const missing: string[] = []
  for (const path of earlier) {
    signal.throwIfAborted()
    if (!(await io.stat(path))) missing.push(path)
  }
  return {
    end,
    start: startPath === undefined ? undefined : {path: startPath, metadata: await readTableMetadata(io, startPath)},
    paths: [...earlier.filter((path) => !missing.includes(path)), endPath],
    missing,
  }
}

const logOf = (metadata: TableMetadata) => metadata['metadata-log'].map((entry) => entry['metadata-file'])

/** The last part of a path. */
export const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function find(version: string, known: readonly string[]): string {
  const found = known.find((path) => path === version || fileName(path) === version)
  if (found !== undefined) return found
  const some = known.slice(-3).map(fileName)
  throw usage('VERSION_NOT_FOUND', `${version} is no metadata file in the log of the table.`, [
    some.length > 0 ? `the newest are ${some.join(', ')}` : 'its log has no earlier ones',
  ])
}
