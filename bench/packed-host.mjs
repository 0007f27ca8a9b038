import {join} from 'node:path'
import {installHost, packWorkspace, serveTarballs} from '../scripts/lib/pack.mjs'
import {bin, workspaceEnv} from '../scripts/lib/places.mjs'
import {run} from '../scripts/lib/run.mjs'
import {temporaryFolder} from './temporary-folder.mjs'

/** The host as an operator has it: installed from its tarball, with the Iceberg commands installed as a plugin, and others that are asked for. */
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
    return {phlo, folder, env: {...env, NODE_ENV: 'production'}}
  } finally {
    await registry.stop()
  }
}
