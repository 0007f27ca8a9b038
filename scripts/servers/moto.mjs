import {join} from 'node:path'
import {freePort, root, runFolder} from '../lib/places.mjs'
import {background, until} from '../lib/run.mjs'
import {environment} from './venv.mjs'

/** AWS Glue, imitated by moto: there is no real one to be had here. What it lacks of Glue's own behaviour is added beside it. */
export const name = 'glue'

const python = () => environment('moto', ['moto[server,glue]==5.2.5'])

export async function install() {
  await python()
}

export async function start() {
  const program = await python()
  const folder = runFolder('glue')
  const port = await freePort()
  const env = {...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'false', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test'}
  const args = [join(root, 'scripts', 'servers', 'moto', 'aws_like.py'), '-H', '127.0.0.1', '-p', String(port)]
  const server = background(program, args, {env, log: join(folder, 'log')})
  const endpoint = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${endpoint}/moto-api/data.json`)).ok, {within: 60_000, server, what: 'moto'})
  return {env: {PHLO_TEST_GLUE_ENDPOINT: endpoint}, stop: server.stop}
}
