import {copyFileSync} from 'node:fs'
import {join} from 'node:path'
import {installHost, installPackages, packWorkspace, serveTarballs} from '../scripts/lib/pack.mjs'
import {bin, root, workspaceEnv} from '../scripts/lib/places.mjs'
import {run} from '../scripts/lib/run.mjs'
import {runOnce} from './measure.mjs'
import {temporaryFolder} from './temporary-folder.mjs'

/** What `execute-optimize.mjs` is made of. */
const LIBRARY_SCRIPTS = ['execute-optimize.mjs', 'lake.mjs']

/**
 * The host as an operator has it: installed from its tarball, with the Iceberg commands installed as a plugin, and others that are asked for. And the
 * library as whoever builds on it has it: `optimize` tells what it takes to plan and execute one of a lakehouse.
 */
export async function packedHost(...others) {
  const folder = temporaryFolder('phlo-bench-host-')
  const env = {
    HOME: join(folder, 'home'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  }
  const registry = await serveTarballs(await packWorkspace(join(folder, 'tarballs')))
  try {
    const phlo = await installHost(join(folder, 'host'), registry.url)
    const install = {cwd: folder, env: workspaceEnv({...env, PHLO_NPM_REGISTRY: registry.url})}
    for (const plugin of ['@phlo/core-iceberg', ...others]) await run(join(bin, 'node'), [phlo, 'plugins', 'install', plugin], install)
    const library = join(folder, 'library')
    await installPackages(library, registry.url, '@phlo/iceberg', '@phlo/state')
    for (const script of LIBRARY_SCRIPTS) copyFileSync(join(root, 'bench', script), join(library, script))
    const optimize = async (lake, env) => {
      const {call, peak} = await runOnce(join(bin, 'node'), [join(library, 'execute-optimize.mjs'), lake], {tells: true, env})
      return {call, peak}
    }
    return {phlo, folder, optimize, env: {...env, NODE_ENV: 'production'}}
  } finally {
    await registry.stop()
  }
}
