import {formatBytes, formatCount, type OperationContext} from '@phlo/core'
import {storeOf} from '../../io/file-key.js'
import {outsideStorage} from '../../io/outside-storage.js'
import type {IcebergTable} from '../../table.js'
import {planOutdated} from '../plan-header.js'
import {type Copied, copyFiles, type IoOf} from './copy-files.js'
import {csvLocation, type FileList, jsonLocation, readFileList, writeFileList} from './file-list.js'
import type {RewritePathPlan, RewritePathResult} from './plan-types.js'
import {movePaths} from './prefix.js'
import {stageFiles} from './stage.js'
import {fileName} from './versions.js'

/**
 * Writes the rewritten files and the list of files, and copies when the plan says so. The table itself is not changed. A staging
 * folder in which an earlier run of the same move finished is used again, so that a copy goes on where it was interrupted.
 *
 * @throws PhloError `PLAN_OUTDATED` (exit 5), `STAGING_NOT_EMPTY`, `TARGET_INCOMPLETE` (exit 3), those of `moveDeletes` and `copyFiles`;
 *   when it throws before the list is complete, nothing is left in the staging folder
 */
export async function executeRewritePath(
  table: IcebergTable,
  plan: RewritePathPlan,
  context: OperationContext,
): Promise<RewritePathResult> {
  if (table.metadata['table-uuid'] !== plan.table.uuid) throw planOutdated(plan, 'it is another table now.')
  const others = outsideStorage(context)
  const own = storeOf(table.metadataLocation)
  const ioOf: IoOf = async (path) => (storeOf(path) === own ? table.io : others.open(path))
  try {
    const list = await staged(table, plan, ioOf, context)
    if (!plan.copy) return resultOf(plan, list, undefined)
    const copied = await copyFiles(list.files, ioOf, context).catch((error: unknown) => {
      const again = `--staging ${plan.staging} --end-version ${fileName(plan.endVersion)}`
      context.log.warn(`The copy is not complete. The same command with ${again} goes on with it.`)
      throw error
    })
    return resultOf(plan, list, copied)
  } finally {
    await others.close()
  }
}

async function staged(table: IcebergTable, plan: RewritePathPlan, ioOf: IoOf, context: OperationContext): Promise<FileList> {
  const io = await ioOf(plan.staging)
  const earlier = await readFileList(io, plan)
  if (earlier) return earlier
  const written: string[] = []
  const onStaged = (path: string) => void written.push(path)
  try {
    const list = await stageFiles(table, plan, {staging: io, target: await ioOf(plan.targetPrefix)}, context, onStaged)
    await writeFileList(io, plan, list, onStaged)
    return list
  } catch (error) {
    // Something else in the folder was refused before, so that all of these are ours.
    await io.delete(written)
    throw error
  }
}

function resultOf(plan: RewritePathPlan, list: FileList, copied: Copied | undefined): RewritePathResult {
  const target = movePaths(plan.sourcePrefix, plan.targetPrefix).file(plan.endVersion, 'the newest metadata file')
  const bytes = list.files.reduce((sum, {size}) => sum + size, 0)
  const all = `${formatCount(list.files.length)} files (${formatBytes(bytes)})`
  return {
    summary: copied
      ? `copied ${formatCount(copied.files)} of ${all} to ${plan.targetPrefix}; ${formatCount(copied.present)} were there already`
      : `${all} have to be copied to ${plan.targetPrefix}; ${csvLocation(plan)} says which`,
    snapshotId: null,
    latestVersion: fileName(plan.endVersion),
    fileListLocation: csvLocation(plan),
    fileListJsonLocation: jsonLocation(plan),
    stagingLocation: plan.staging,
    rewrittenManifestFilePathsCount: list.rewrittenManifests,
    rewrittenDeleteFilePathsCount: list.rewrittenDeleteFiles,
    copiedFiles: copied?.files ?? 0,
    copiedBytes: copied?.bytes ?? 0,
    presentFiles: copied?.present ?? 0,
    register: `phlo table register ${plan.table.name} ${target}`,
  }
}
