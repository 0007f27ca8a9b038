import {existsSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {cacheFolder, freePort, runFolder} from '../lib/places.mjs'
import {background, has, run, until} from '../lib/run.mjs'

const VERSION = 'v1.8.0'
const ACCESS_KEY = 'phlo-test'
const SECRET_KEY = 'phlo-test-secret'

/** S3: versitygw, compiled from its Go module, over a folder of its own. */
export const name = 's3'

const program = () => join(cacheFolder('bin'), 'versitygw')

let installing

/** Whoever asks while it is being compiled waits for that. */
export function install() {
  installing ??= compile()
  return installing
}

async function compile() {
  if (existsSync(program())) return
  if (!(await has('go', ['version']))) throw new Error('Go, which compiles the S3 server, is not installed')
  await run('go', ['install', '-ldflags=-s -w', `github.com/versity/versitygw/cmd/versitygw@${VERSION}`], {
    cwd: cacheFolder('bin'),
    env: {...process.env, GOBIN: cacheFolder('bin')},
  })
}

/** @param {{buckets?: readonly string[]}} [options] buckets that are there from the start */
export async function start({buckets = []} = {}) {
  await install()
  const folder = runFolder('s3')
  for (const part of ['iam', 'versions', 'data']) mkdirSync(join(folder, part))
  for (const bucket of buckets) mkdirSync(join(folder, 'data', bucket))
  const port = await freePort()
  const server = background(
    program(),
    [
      ...['--port', `127.0.0.1:${port}`, '--region', 'us-east-1', '--iam-dir', join(folder, 'iam'), '--health', '/health', '--quiet'],
      ...['posix', '--versioning-dir', join(folder, 'versions'), join(folder, 'data')],
    ],
    {env: {...process.env, ROOT_ACCESS_KEY: ACCESS_KEY, ROOT_SECRET_KEY: SECRET_KEY}, log: join(folder, 'log')},
  )
  const endpoint = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${endpoint}/health`)).ok, {within: 30_000, server, what: 'the S3 server'})
  return {
    env: {PHLO_TEST_S3_ENDPOINT: endpoint, PHLO_TEST_S3_ACCESS_KEY: ACCESS_KEY, PHLO_TEST_S3_SECRET_KEY: SECRET_KEY},
    stop: server.stop,
  }
}
