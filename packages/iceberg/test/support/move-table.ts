import {renameSync} from 'node:fs'
import {join} from 'node:path'
import {parseTableName} from '@phlo/core'
import {localPath, type RewritePathOptions, type RewritePathPlan, type RewritePathResult, rewritePath} from '@phlo/iceberg'
import type {Lake} from './lake.js'

/** Moves a table to another folder, and registers it there under another name. */
export async function moveTable(
  lake: Lake,
  name: string,
  options: Partial<RewritePathOptions> = {},
): Promise<{readonly moved: string; readonly plan: RewritePathPlan; readonly result: RewritePathResult}> {
  const moved = `${name}_moved`
  const targetPrefix = join(lake.folder, 'elsewhere', name)
  const {plan, result} = await lake.run(rewritePath, name, {targetPrefix, copy: true, ...options})
  const metadata = result.register.split(' ').at(-1) as string
  await lake.catalog.registerTable(parseTableName(moved), metadata)
  return {moved, plan, result}
}

/** Does something while the files of a table are not where they were: whoever needs one of them fails. */
export async function withoutFilesOf<Result>(lake: Lake, name: string, work: () => Promise<Result>): Promise<Result> {
  const folder = localPath((await lake.table(name)).location)
  renameSync(folder, `${folder}.away`)
  try {
    return await work()
  } finally {
    renameSync(`${folder}.away`, folder)
  }
}
