import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** A folder that goes with this process, also when it is interrupted. */
export function temporaryFolder(prefix) {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  process.once('exit', () => rmSync(folder, {recursive: true, force: true}))
  if (process.listenerCount('SIGINT') === 0) process.once('SIGINT', () => process.exit(130))
  return folder
}
