import {usage} from '@phlo/core'

/** What folders `key=value` say of a file, as Hive and Spark lay partitioned files out; null is Hive's name for null. */
export interface Folders {
  /** Those that certainly speak of the file's rows: below the folder that was named, or right above the file that was. */
  readonly own: ReadonlyMap<string, string | null>
  /** With those above the folder that was named, which may be about something else. */
  readonly all: ReadonlyMap<string, string | null>
}

const NULL = '__HIVE_DEFAULT_PARTITION__'

/** The folders of a file that was found in a folder. */
export function foldersBelow(folder: string, path: string): Folders {
  const own = pairs(path.slice(folder.length).split('/').slice(0, -1))
  return {own, all: new Map([...pairs(lastRun(folder.split('/'))), ...own])}
}

/** The folders right above a file that was named itself. */
export function foldersAbove(path: string): Folders {
  const own = pairs(lastRun(path.split('/').slice(0, -1)))
  return {own, all: own}
}

/** The names at the end that are `key=value`, up to the first that is not. */
function lastRun(names: readonly string[]): readonly string[] {
  const before = names.findLastIndex((name) => !isPair(name))
  return names.slice(before + 1)
}

const isPair = (name: string) => name.indexOf('=') > 0

function pairs(names: readonly string[]): Map<string, string | null> {
  return new Map(
    names.filter(isPair).map((name) => {
      const at = name.indexOf('=')
      const value = decoded(name.slice(at + 1))
      return [decoded(name.slice(0, at)), value === NULL ? null : value]
    }),
  )
}

/** `%2F` is a slash; a plus sign is itself, as in Hive. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Keeps the files in the folders that are asked for.
 *
 * @throws PhloError `PARTITION_NOT_FOUND` (exit 2) for a key or value that no file's folders have
 */
export function filterByFolders<File extends {readonly folders: Folders}>(
  files: readonly File[],
  filter: Readonly<Record<string, string>>,
): readonly File[] {
  let kept = files
  for (const [key, value] of Object.entries(filter)) {
    const wanted = value === NULL ? null : value
    const known = new Set(files.map(({folders}) => folders.all.get(key)).filter((found) => found !== undefined))
    if (!known.has(wanted)) {
      const some = [...known].slice(0, 5).map((found) => `${key}=${found ?? NULL}`)
      throw usage(
        'PARTITION_NOT_FOUND',
        `No file lies in a folder ${key}=${value}.`,
        some.length > 0 ? [`there are ${some.join(', ')}`] : [],
      )
    }
    kept = kept.filter(({folders}) => folders.all.get(key) === wanted)
  }
  return kept
}
