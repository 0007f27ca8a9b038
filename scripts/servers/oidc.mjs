import {copyFileSync, existsSync} from 'node:fs'
import {join} from 'node:path'
import {digest} from '../lib/digest.mjs'
import {cacheFolder, freePort, root, runFolder} from '../lib/places.mjs'
import {background, run, until} from '../lib/run.mjs'

const VERSION = '9.13.3'

/** An OpenID provider, npm's `oidc-provider`: a client `svc` with the secret `svc-secret`, whose tokens are signed. */
export const name = 'oidc'

const source = join(root, 'scripts', 'servers', 'oidc', 'provider.mjs')

async function program() {
  const folder = cacheFolder(`oidc-${VERSION}`)
  if (!existsSync(join(folder, 'node_modules', 'oidc-provider', 'package.json'))) {
    await run('npm', ['install', '--prefix', folder, '--no-save', `oidc-provider@${VERSION}`])
  }
  const copy = join(folder, `${digest(source)}.mjs`)
  copyFileSync(source, copy)
  return copy
}

export async function install() {
  await program()
}

export async function start() {
  const path = await program()
  const port = await freePort()
  const env = {...process.env, PORT: String(port)}
  const server = background(process.execPath, [path], {env, log: join(runFolder('oidc'), 'log')})
  const issuer = `http://127.0.0.1:${port}`
  const metadata = `${issuer}/.well-known/openid-configuration`
  await until(async () => (await fetch(metadata)).ok, {within: 30_000, server, what: 'the OpenID provider'})
  return {env: {PHLO_TEST_OIDC_ISSUER: issuer}, stop: server.stop}
}
