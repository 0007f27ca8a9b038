import {readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {messageOf} from '../errors.js'
import {unavailable} from '../errors-of-tables.js'
import {type Environment, type PhloConfig, resolveConfig} from './resolve.js'
import {type ConfigFile, parseConfigFile} from './yaml-file.js'

export const PROJECT_FILE = 'phlo.yaml'

/** Where a command runs; nothing in the configuration reads the process itself. */
export interface ConfigPlace {
  readonly env: Environment
  /** Absolute. */
  readonly cwd: string
  /** The user's home folder, absolute. */
  readonly home: string
}

/** The user's configuration file, whether it is there or not: `PHLO_CONFIG_DIR`, else `XDG_CONFIG_HOME/phlo`, else `~/.config/phlo`. */
export function userConfigPath({env, home}: Pick<ConfigPlace, 'env' | 'home'>): string {
  const folder = env['PHLO_CONFIG_DIR'] || join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'phlo')
  return join(folder, 'config.yaml')
}

/**
 * Finds, reads and resolves the configuration of a place; creates nothing.
 *
 * @throws PhloError `INVALID_CONFIG`, `UNKNOWN_CONFIG_KEY` (exit 2); `CONFIG_UNREADABLE` (exit 3).
 */
export async function loadConfig(place: ConfigPlace, flags: {readonly catalog?: string | undefined} = {}): Promise<PhloConfig> {
  const userPath = userConfigPath(place)
  const [user, project] = await Promise.all([readConfigFile(userPath), findUpward(place.cwd)])
  const projectRoot = project ? dirname(project.path) : place.cwd
  const resolved = resolveConfig({flags, env: place.env, project, user, projectRoot})
  return {
    ...resolved,
    files: [
      {kind: 'project', path: project?.path ?? join(place.cwd, PROJECT_FILE), found: project !== undefined},
      {kind: 'user', path: userPath, found: user !== undefined},
    ],
  }
}

async function findUpward(folder: string): Promise<ConfigFile | undefined> {
  const file = await readConfigFile(join(folder, PROJECT_FILE))
  const parent = dirname(folder)
  return file ?? (parent === folder ? undefined : findUpward(parent))
}

async function readConfigFile(path: string): Promise<ConfigFile | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
    throw unavailable('CONFIG_UNREADABLE', `The configuration file ${path} cannot be read: ${messageOf(cause)}.`, {cause})
  })
  return text === undefined ? undefined : parseConfigFile(path, text)
}
