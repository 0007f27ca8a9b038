import {existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {cacheFolder} from '../lib/places.mjs'
import {has, run} from '../lib/run.mjs'

/** The Python of an environment of its own, below the cache, in which these packages of PyPI are installed. */
export async function environment(name, packages) {
  const folder = cacheFolder(`python-${name}`)
  const python = join(folder, 'bin', 'python')
  const stamp = join(folder, `installed-${packages.join('+').replaceAll(/[^\w.+-]/g, '_')}`)
  if (existsSync(stamp)) return python
  if (!(await has('python3'))) throw new Error(`Python 3, which runs ${name}, is not installed`)
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder])
  await run(python, ['-m', 'pip', 'install', '--quiet', ...packages])
  writeFileSync(stamp, '')
  return python
}
