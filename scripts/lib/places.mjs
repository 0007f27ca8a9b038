import {mkdirSync, mkdtempSync} from 'node:fs'
import {createServer} from 'node:net'
import {homedir, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** The folder of the clone. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Where tools that the tests need are kept between runs. `PHLO_CACHE` moves it. */
export const cache = process.env.PHLO_CACHE ?? join(homedir(), '.cache', 'phlo-test')

/** Programs of the workspace; its Node comes first. */
export const bin = join(root, 'node_modules', '.bin')

/** An environment in which the workspace's Node and tools are found before the machine's. */
export function workspaceEnv(extra = {}) {
  return {...process.env, PATH: `${bin}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`, ...extra}
}

/** A new folder of this run alone, so that two runs never adopt, stop or wipe each other's servers. */
export function runFolder(name) {
  return mkdtempSync(join(tmpdir(), `phlo-${name}-`))
}

/** A folder below the cache, made when it is missing. */
export function cacheFolder(...parts) {
  const folder = join(cache, ...parts)
  mkdirSync(folder, {recursive: true})
  return folder
}

/** A port of 127.0.0.1 that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const {port} = server.address()
      server.close(() => resolve(port))
    })
  })
}
