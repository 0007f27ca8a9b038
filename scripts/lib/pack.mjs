import {createHash} from 'node:crypto'
import {createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {bin, root, workspaceEnv} from './places.mjs'
import {run} from './run.mjs'

/**
 * Packs packages of the workspace as a release does, each with its manifest and with its modules bundled, into a folder. What is
 * built has to be up to date.
 *
 * @param names all of them unless some are named
 * @returns the tarballs of the folder, as `tarballsIn` does
 */
export async function packWorkspace(folder, names = ['*']) {
  mkdirSync(folder, {recursive: true})
  const scratch = mkdtempSync(join(tmpdir(), 'phlo-pack-'))
  try {
    const choice = names.map((name) => `--filter=${name}`)
    const pnpm = (...args) => run(join(bin, 'pnpm'), [...choice, ...args], {cwd: root, env: workspaceEnv()})
    const places = new Map(JSON.parse(await pnpm('list', '--depth=-1', '--json')).map(({name, path}) => [name, path]))
    await pnpm('pack', '--pack-destination', scratch)
    const unpacked = []
    for (const [name, {file, pjson}] of await tarballsIn(scratch)) {
      const into = join(scratch, name)
      mkdirSync(into, {recursive: true})
      await run('tar', ['-xzf', file, '-C', into])
      unpacked.push(join(into, 'package'))
      // Programs stay as they were compiled: the host lends its packages to plugins (docs/adr/0002), and is two modules.
      if (!pjson.bin) await run(join(bin, 'node'), [join(root, 'scripts/bundle-package.mjs'), places.get(name), join(into, 'package')])
    }
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder, ...unpacked], {cwd: scratch, env: workspaceEnv()})
    return await tarballsIn(folder)
  } finally {
    rmSync(scratch, {recursive: true})
  }
}

/** The tarballs of a folder by package name, with the package.json inside each. */
export async function tarballsIn(folder) {
  const tarballs = new Map()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) {
    const pjson = JSON.parse(await run('tar', ['-xzOf', join(folder, file), 'package/package.json']))
    tarballs.set(pjson.name, {file: join(folder, file), pjson})
  }
  return tarballs
}

/**
 * A registry for packages that are not published yet: it serves the tarballs, and sends npm to the configured registry for
 * everything else. It stands in for a real one, which cannot be installed everywhere that the tests run.
 */
export async function serveTarballs(tarballs) {
  const upstream = (await run('npm', ['config', 'get', 'registry'])).trim().replace(/\/$/, '')
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/')
    const base = `http://127.0.0.1:${server.address().port}`
    const tarball = [...tarballs.values()].find(({file}) => path === `/-/${file.split('/').at(-1)}`)
    if (tarball) return createReadStream(tarball.file).pipe(response)
    const found = tarballs.get(path.slice(1))
    if (!found) return response.writeHead(307, {location: `${upstream}${request.url}`}).end()
    const {file, pjson} = found
    const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
    const version = {...pjson, dist: {tarball: `${base}/-/${file.split('/').at(-1)}`, integrity}}
    return response.end(JSON.stringify({name: pjson.name, 'dist-tags': {latest: pjson.version}, versions: {[pjson.version]: version}}))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {url: `http://127.0.0.1:${server.address().port}/`, stop: () => new Promise((resolve) => server.close(resolve))}
}

/** Installs packages into an empty folder. */
export async function installPackages(folder, registry, ...names) {
  mkdirSync(folder, {recursive: true})
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}\n')
  await run('npm', ['install', '--no-audit', '--no-fund', `--registry=${registry}`, ...names], {cwd: folder, env: workspaceEnv()})
}

/** Installs the host, and nothing of ours besides, into an empty folder; returns its program. */
export async function installHost(folder, registry) {
  await installPackages(folder, registry, 'phlo')
  const program = join(folder, 'node_modules', 'phlo', 'bin', 'run.js')
  if (!existsSync(program)) throw new Error('the host was installed without its program')
  return program
}
