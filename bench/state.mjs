import {readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {liveFiles} from '@phlo/iceberg'
import {openEvents} from './lake.mjs'

/** What the table bench.events has, for checks that the work which was timed was done. */
export async function stateOf(lake) {
  const {table, close} = await openEvents(lake)
  let [files, rows] = [0, 0]
  for await (const {content, records} of liveFiles(table)) {
    if (content !== 'data') continue
    files += 1
    rows += records
  }
  await close()
  return {snapshots: table.metadata.snapshots.length, files, rows}
}

/** @throws Error when there are not fewer files than before, or not the rows */
export async function assertMerged(lake, before) {
  const after = await stateOf(lake)
  if (after.rows !== before.rows || after.files >= before.files) {
    throw new Error(`${before.files} files of ${before.rows} rows became ${after.files} of ${after.rows}`)
  }
}

/** Files below a folder, and their bytes. */
export function sizeOf(folder) {
  const files = readdirSync(folder, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile())
  const bytes = files.reduce((sum, {parentPath, name}) => sum + statSync(join(parentPath, name)).size, 0)
  return {files: files.length, bytes, megabytes: Math.round(bytes / 1e6)}
}
