import {createHash} from 'node:crypto'
import {existsSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {finishFolder} from '../lib/finish-folder.mjs'
import {cacheFolder} from '../lib/places.mjs'
import {has, run} from '../lib/run.mjs'

/**
 * The Python of an environment of its own, below the cache, in which these packages of PyPI are installed. Another list of packages has
 * another environment, so that one version never passes for another. Only this Python is to be called: the other programs beside it know the
 * place where the environment was made, and not the one where it is.
 */
export async function environment(name, packages) {
  const digest = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12)
  const folder = join(cacheFolder(), `python-${name}-${digest}`)
  const pythonOf = (place) => join(place, 'bin', 'python')
  if (existsSync(folder)) return pythonOf(folder)
  if (!(await has('python3'))) throw new Error(`Python 3, which runs ${name}, is not installed`)
  const staging = `${folder}.${process.pid}`
  rmSync(staging, {recursive: true, force: true})
  await run('python3', ['-m', 'venv', staging])
  await run(pythonOf(staging), ['-m', 'pip', 'install', '--quiet', ...packages])
  finishFolder(staging, folder)
  return pythonOf(folder)
}
