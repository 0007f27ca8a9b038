import {createHash} from 'node:crypto'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

/** The files below a folder with a digest of each: what must not change. Those that SQLite keeps beside a database do not count. */
export function treeOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, {recursive: true, withFileTypes: true}).filter(
    (entry) => entry.isFile() && !/-(?:wal|shm)$/.test(entry.name),
  )
  const paths = files.map(({parentPath, name}) => join(parentPath, name)).sort()
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), createHash('sha256').update(readFileSync(path)).digest('hex')]))
}
