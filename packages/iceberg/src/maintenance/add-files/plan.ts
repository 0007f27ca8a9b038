import {formatBytes, formatCount, formatTableName, type OperationContext, usage} from '@phlo/core'
import {readManifestList} from '../../avro/manifest-list.js'
import {assertBranch, headOf} from '../../refs.js'
import {partitionNames} from '../../spec/file-partition.js'
import {nameMappingOf} from '../../spec/name-mapping-json.js'
import type {IcebergTable} from '../../table.js'
import {assertNotEncrypted, planHeader} from '../plan-header.js'
import {duplicateCheck} from './duplicates.js'
import {filterByFolders} from './hive-folders.js'
import {type InspectedFile, inspectFile, type Target, targetOf} from './inspect-file.js'
import type {AddFilesOptions, AddFilesPlan} from './plan-types.js'
import {listSources, type SourceFile} from './sources.js'

const FOOTERS_AT_A_TIME = 16

/**
 * Lists the files and checks every one of them: nothing is written, and the first file that the table cannot have ends it.
 *
 * @throws PhloError `NOTHING_TO_ADD`, `PARTITION_NOT_FOUND` (exit 2), `FILE_ALREADY_IN_TABLE` (exit 6), and those of `listSources`
 *   and `inspectFile`
 */
export async function planAddFiles(table: IcebergTable, options: AddFilesOptions, context: OperationContext): Promise<AddFilesPlan> {
  assertBranch(table)
  assertNotEncrypted(table, 'adding files')
  const {sources, partitionFilter = {}, checkDuplicates = true} = options
  if (sources.length === 0) throw usage('NOTHING_TO_ADD', 'No file or folder to add was named.')
  const files = filterByFolders(await listSources(table.io, sources, table.location, context), partitionFilter)
  if (checkDuplicates) await assertNew(table, files)
  const target = targetOf(table)
  const inspected = await inspectFiles(table, files, target, context)
  const filled = inspected.filter(({dataFile}) => dataFile.recordCount > 0)
  const partitionOf = partitionNames(table.metadata)
  const [rows, bytes] = [
    filled.reduce((sum, {dataFile}) => sum + dataFile.recordCount, 0),
    filled.reduce((sum, {dataFile}) => sum + dataFile.fileSizeInBytes, 0),
  ]
  const nameMapping = !target.mapping && filled.some(({hasIds}) => !hasIds) ? nameMappingOf(target.schema) : null
  return {
    ...planHeader('add-files', table, {sources: [...sources], partitionFilter, checkDuplicates}, context),
    operation: 'add-files',
    noop: filled.length === 0,
    summary:
      filled.length === 0
        ? 'nothing to do: the files have no rows'
        : `add ${formatCount(filled.length)} files (${formatCount(rows)} rows, ${formatBytes(bytes)}) to ${formatTableName(table.name)} as they are${nameMapping ? ', and give it a name mapping, since they have no field ids' : ''}`,
    files: filled.map(({dataFile}) => ({
      path: dataFile.filePath,
      size: dataFile.fileSizeInBytes,
      rows: dataFile.recordCount,
      partition: partitionOf(dataFile),
    })),
    rows,
    bytes,
    schemaId: table.metadata['current-schema-id'],
    specId: target.specId,
    nameMapping,
    missingColumns: [...new Set(filled.flatMap(({missingColumns}) => missingColumns))],
    emptyFiles: inspected.filter(({dataFile}) => dataFile.recordCount === 0).map(({dataFile}) => dataFile.filePath),
  }
}

async function assertNew(table: IcebergTable, files: readonly SourceFile[]): Promise<void> {
  const head = headOf(table)
  if (!head) return
  await duplicateCheck(files.map(({path}) => path))(table, await readManifestList(table.io, head, table.metadata['format-version']))
}

/** Inspects files, some at a time, in their order. */
export async function inspectFiles(
  table: IcebergTable,
  files: readonly SourceFile[],
  target: Target,
  context: OperationContext,
): Promise<readonly InspectedFile[]> {
  const {default: pMap} = await import('p-map')
  context.progress.start('reading footers', files.length)
  const inspected = await pMap(
    files,
    async (file) => {
      const found = await inspectFile(table.io, file, target)
      context.progress.advance()
      return found
    },
    {concurrency: FOOTERS_AT_A_TIME, signal: context.signal},
  )
  context.progress.done()
  return inspected
}
