import {existsSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {finishFolder} from './finish-folder.mjs'
import {cacheFolder} from './places.mjs'
import {has, run} from './run.mjs'

/**
 * A folder of the cache with jars: Maven brings them when there is none of this name, and nobody sees it before they are all there.
 *
 * @param name of the folder, which tells what is in it
 * @param needs what is missing without Maven, for the error
 * @param calls of Maven, each without where the jars go
 */
export async function mavenJars(name, needs, calls) {
  const folder = join(cacheFolder(), name)
  if (existsSync(folder)) return folder
  if (!(await has('mvn'))) throw new Error(`Maven and Java, which ${needs}, are not installed`)
  const staging = `${folder}.${process.pid}`
  mkdirSync(staging, {recursive: true})
  for (const call of calls) await alone(() => run('mvn', ['-q', '-B', ...call, `-DoutputDirectory=${staging}`]))
  finishFolder(staging, folder)
  return folder
}

let last = Promise.resolve()

/** Maven's own store takes no lock, so that two of them at once may see half of a file. */
function alone(work) {
  const done = last.then(work)
  last = done.catch(() => {})
  return done
}
