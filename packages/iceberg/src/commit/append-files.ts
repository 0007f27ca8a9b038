import {currentSchema} from '../spec/current.js'
import type {DataFile} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {assertRowsFit} from './assert-rows-fit.js'
import {type CommitContext, type Committed, commitTable} from './commit-table.js'
import {NO_FILES} from './manifests.js'
import {proposeSnapshot} from './propose-snapshot.js'

/**
 * Adds data files to the table's branch in one `append` snapshot; files that others commit meanwhile stay.
 *
 * @throws PhloError `ROWS_OUTDATED` (exit 5) when somebody has made a column required meanwhile in which the files may have nulls; what
 * `commitTable` throws
 */
export function appendFiles(
  table: IcebergTable,
  files: readonly DataFile[],
  context: CommitContext,
  summary: Readonly<Record<string, string>> = {},
): Promise<Committed<Snapshot>> {
  const change = {operation: 'append' as const, added: files.map((dataFile) => ({dataFile})), removed: NO_FILES, summary}
  return commitTable(
    table,
    async (base) => {
      assertRowsFit(base, currentSchema(table.metadata), files)
      const proposal = await proposeSnapshot(base, change, context)
      const {'current-schema-id': schemaId} = base.metadata
      return {...proposal, requirements: [...proposal.requirements, {type: 'assert-current-schema-id', 'current-schema-id': schemaId}]}
    },
    context,
  )
}
