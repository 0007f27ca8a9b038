import type {DataFile} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {type CommitContext, type Committed, commitTable} from './commit-table.js'
import {NO_FILES} from './manifests.js'
import {proposeSnapshot} from './propose-snapshot.js'

/** Adds data files to the table's branch in one `append` snapshot; files that others commit meanwhile stay. */
export function appendFiles(
  table: IcebergTable,
  files: readonly DataFile[],
  context: CommitContext,
  summary: Readonly<Record<string, string>> = {},
): Promise<Committed<Snapshot>> {
  const change = {operation: 'append' as const, added: files.map((dataFile) => ({dataFile})), removed: NO_FILES, summary}
  return commitTable(table, (base) => proposeSnapshot(base, change, context), context)
}
