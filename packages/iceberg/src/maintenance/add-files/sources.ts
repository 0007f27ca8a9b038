import {type FileInfo, type FileIO, type OperationContext, refused, unavailable, usage} from '@phlo/core'
import {fileKey, storeOf} from '../../io/file-key.js'
import {localPath} from '../../io/local.js'
import {type Folders, foldersAbove, foldersBelow} from './hive-folders.js'

/** A file that was named or found. */
export interface SourceFile {
  /** As the table's metadata will have it. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly folders: Folders
}

/**
 * The files that are named, and those in the folders that are named, each once. What begins with `_` or `.` in a folder is
 * hidden, as in Hive, unless it is a partition (`_day=…`).
 *
 * @throws PhloError `STORE_MISMATCH` (exit 6) for a path that the table's store does not hold; `SOURCE_NOT_FOUND` (exit 3)
 */
export async function listSources(
  io: FileIO,
  sources: readonly string[],
  location: string,
  {signal}: Pick<OperationContext, 'signal'>,
): Promise<readonly SourceFile[]> {
  const found = new Map<string, SourceFile>()
  for (const source of sources) {
    signal.throwIfAborted()
    const files = await filesOf(io, metadataPath(source, location))
    if (files.length === 0)
      throw unavailable('SOURCE_NOT_FOUND', `There is no file ${source}, and none that is not hidden in a folder of that name.`)
    for (const file of files) if (!found.has(fileKey(file.path))) found.set(fileKey(file.path), file)
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function filesOf(io: FileIO, path: string): Promise<readonly SourceFile[]> {
  const single = path.endsWith('/') ? undefined : await io.stat(path)
  if (single) return [{path, size: single.size, folders: foldersAbove(path)}]
  const folder = path.replace(/\/+$/, '')
  const files: SourceFile[] = []
  for await (const page of io.list(folder)) {
    for (const file of page)
      if (!isHidden(folder, file)) files.push({path: file.path, size: file.size, folders: foldersBelow(folder, file.path)})
  }
  return files
}

const isHidden = (folder: string, {path}: FileInfo) =>
  path
    .slice(folder.length)
    .split('/')
    .some((part, index, parts) => /^[_.]/.test(part) && (index === parts.length - 1 || !part.includes('=')))

/** A local path is written as the table's own are; readers open all files of a table through the FileIO of its location. */
function metadataPath(path: string, location: string): string {
  const [own, tables] = [storeOf(path), storeOf(location)]
  if (own !== tables) {
    throw refused(
      'STORE_MISMATCH',
      `${path} is on ${own}, and the table is at ${location}: readers of a table expect all of its files in one store.`,
    )
  }
  if (own !== 'file') return path
  const local = localPath(path)
  if (!local.startsWith('/')) throw usage('INVALID_PATH', `${JSON.stringify(path)} is not an absolute path.`)
  return location.startsWith('file:') ? `file://${local}` : local
}
