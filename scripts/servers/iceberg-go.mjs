import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {cacheFolder} from '../lib/places.mjs'
import {has, run} from '../lib/run.mjs'

const VERSION = 'v0.7.0'

/** iceberg-go's command line, compiled from its Go module: a peer in the bench. */
export const name = 'iceberg-go'

/** A folder for each version, so that another one never passes for it. */
const folder = () => cacheFolder(`iceberg-go-${VERSION}`)

export async function install() {
  if (existsSync(join(folder(), 'iceberg'))) return
  if (!(await has('go', ['version']))) throw new Error('Go, which compiles iceberg-go, is not installed')
  await run('go', ['install', '-ldflags=-s -w', `github.com/apache/iceberg-go/cmd/iceberg@${VERSION}`], {
    cwd: folder(),
    env: {...process.env, GOBIN: folder()},
  })
}

export async function start() {
  await install()
  return {env: {PHLO_TEST_ICEBERG_GO: join(folder(), 'iceberg')}, stop: async () => {}}
}
