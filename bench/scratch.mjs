import {copyFileSync, linkSync, mkdirSync, readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {bin, root, workspaceEnv} from '../scripts/lib/places.mjs'
import {has, run} from '../scripts/lib/run.mjs'
import {runOnce} from './measure.mjs'
import {temporaryFolder} from './temporary-folder.mjs'

/**
 * A folder of this bench alone with a lakehouse in it. `restore` puts a fresh copy of what was there at `save` in the same place, which its
 * metadata name. `env` is of the scripts that make the data.
 *
 * @param host Phlo as `packedHost` installs it
 */
export function openScratch(host) {
  const folder = temporaryFolder('phlo-bench-')
  const [lake, saved] = [join(folder, 'lake'), join(folder, 'saved')]
  const env = workspaceEnv({HOME: join(folder, 'home')})
  mkdirSync(lake)
  return {
    folder,
    lake,
    env,
    /** Runs a script of this folder with the lakehouse as its first argument. */
    make: (script, ...args) =>
      run(join(bin, 'node'), [join(root, 'bench', script), lake, ...args.map(String)], {cwd: root, env, inherit: true}),
    /** Measures a command of Phlo in the lakehouse. */
    phlo: (...args) => runOnce(join(bin, 'node'), [host.phlo, ...args], {cwd: lake, env: {...env, ...host.env}}),
    save: () => copy(lake, saved),
    async restore() {
      rmSync(lake, {recursive: true})
      copy(saved, lake)
      await settle()
    },
    close: () => rmSync(folder, {recursive: true, force: true}),
  }
}

/** Files of a table never change, so that a link is a copy; a database does. */
function copy(from, to) {
  mkdirSync(to, {recursive: true})
  for (const entry of readdirSync(from, {withFileTypes: true})) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) copy(source, target)
    else if (/\.db(-\w+)?$/.test(entry.name)) copyFileSync(source, target)
    else linkSync(source, target)
  }
}

/** Lets the disk take what earlier cases wrote, so that no later one pays for it. */
const settle = () => has('sync', [])
