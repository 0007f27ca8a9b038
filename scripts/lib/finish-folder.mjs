import {existsSync, renameSync, rmSync} from 'node:fs'

/** Gives a folder that is complete its name, under which nobody has seen it so far; where another run was faster, its own is taken. */
export function finishFolder(staging, folder) {
  try {
    renameSync(staging, folder)
  } catch (error) {
    rmSync(staging, {recursive: true, force: true})
    if (!existsSync(folder)) throw error
  }
}
