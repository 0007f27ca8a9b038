import {existsSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {bin, root, workspaceEnv} from './lib/places.mjs'
import {run} from './lib/run.mjs'

const PNPM = 'pnpm@12.21.0'

/** Installs the pinned dependencies, Node 24 among them, unless what is installed is newer than the lockfile. */
export async function installDependencies() {
  const done = join(root, 'node_modules', '.modules.yaml')
  const lockfile = join(root, 'pnpm-lock.yaml')
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lockfile).mtimeMs) return
  console.log('Installing dependencies (pnpm through npx) …')
  const env = {...process.env, CI: 'true', npm_config_yes: 'true'}
  await run('npx', ['--yes', PNPM, 'install', '--frozen-lockfile'], {cwd: root, env, inherit: true})
}

/** Compiles what has changed. */
export async function build() {
  const env = workspaceEnv({TURBO_TELEMETRY_DISABLED: '1'})
  await run(join(bin, 'turbo'), ['run', 'build', '--output-logs=errors-only'], {cwd: root, env, inherit: true})
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await installDependencies()
  await build()
}
