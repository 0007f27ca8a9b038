import {existsSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {digest} from './digest.mjs'
import {finishFolder} from './finish-folder.mjs'
import {mavenJars} from './maven.mjs'
import {root} from './places.mjs'
import {run} from './run.mjs'

/**
 * Programs in Java on libraries that Maven brings: those of a folder below `scripts/oracles` that holds their `pom.xml`.
 *
 * @param {string} name of the folder in the cache
 * @param {string} what they do, for the error when Maven is missing
 * @param {string} folder
 * @param {readonly string[]} programs names of classes
 */
export function javaPrograms(name, what, folder, programs) {
  const place = join(root, 'scripts', 'oracles', folder)
  const pom = join(place, 'pom.xml')
  const sources = programs.map((program) => join(place, `${program}.java`))

  async function classes(libraries) {
    const target = join(libraries, `classes-${digest(...sources)}`)
    if (existsSync(target)) return target
    const staging = `${target}.${process.pid}`
    await run('javac', ['-encoding', 'UTF-8', '-cp', join(libraries, '*'), '-d', staging, ...sources])
    finishFolder(staging, target)
    return target
  }

  /** Where they and their libraries are, brought and compiled when they are missing. */
  return async function classpath() {
    const libraries = await mavenJars(`${name}-${digest(pom)}`, what, [['-f', pom, 'dependency:copy-dependencies']])
    return [await classes(libraries), join(libraries, '*')].join(delimiter)
  }
}
