import {randomUUID} from 'node:crypto'
import {chmod, mkdir, open, readFile, realpath, rename, rm, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {messageOf} from '../errors.js'
import {unavailable} from '../errors-of-tables.js'
import {checkConfigKey} from './keys.js'
import {parseConfigFile} from './yaml-file.js'

/**
 * Sets one key of a configuration file, keeping its comments and order; makes the file when there is none. The file is replaced in
 * one step, and not at all when the result would not be read back. The user's file is readable by its owner only.
 *
 * @throws PhloError `UNKNOWN_CONFIG_KEY`, `INVALID_CONFIG` (exit 2); `CONFIG_NOT_WRITABLE` (exit 3).
 */
export async function setConfigValue(path: string, key: string, value: string, options: {readonly ownerOnly: boolean}): Promise<void> {
  checkConfigKey(key)
  const before = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return ''
    throw notWritable(path, cause)
  })
  const after = await withValue(path, before, key, value)
  try {
    await replaceFile(path, after, options.ownerOnly)
  } catch (cause) {
    throw notWritable(path, cause)
  }
}

async function withValue(path: string, text: string, key: string, value: string): Promise<string> {
  await parseConfigFile(path, text)
  const {isMap, parseDocument} = await import('yaml')
  const document = parseDocument(text)
  document.setIn(existingPath(isMap, document.contents, key), value)
  const after = document.toString({lineWidth: 0})
  await parseConfigFile(path, after)
  return after
}

/** A property with dots is set where it stands, flat or nested; a new one is written flat, as PyIceberg writes it. */
function existingPath(isMap: typeof import('yaml').isMap, contents: unknown, key: string): readonly string[] {
  const parts = key.split('.')
  const levels = parts[0] === 'catalogs' ? 2 : 1
  const fixed = parts.slice(0, levels)
  const property = parts.slice(levels)
  if (property.length === 0) return fixed
  const owner = isMap(contents) ? contents.getIn(fixed) : undefined
  if (isMap(owner)) {
    for (let nested = property.length; nested > 1; nested--) {
      const candidate = [...property.slice(0, nested - 1), property.slice(nested - 1).join('.')]
      if (owner.hasIn(candidate)) return [...fixed, ...candidate]
    }
  }
  return [...fixed, property.join('.')]
}

async function replaceFile(path: string, text: string, ownerOnly: boolean): Promise<void> {
  await mkdir(dirname(path), {recursive: true, ...(ownerOnly ? {mode: 0o700} : {})})
  const target = await realpath(path).catch(() => path)
  const mode = ownerOnly
    ? 0o600
    : await stat(target).then(
        ({mode}) => mode & 0o777,
        () => 0o644,
      )
  const staged = `${target}.${randomUUID()}.tmp`
  try {
    const file = await open(staged, 'wx', mode)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(staged, mode)
    await rename(staged, target)
  } catch (error) {
    await rm(staged, {force: true})
    throw error
  }
}

function notWritable(path: string, cause: unknown) {
  return unavailable('CONFIG_NOT_WRITABLE', `The configuration file ${path} cannot be written: ${messageOf(cause)}.`, {cause})
}
