import {randomUUID} from 'node:crypto'
import {constants, type Dirent} from 'node:fs'
import {copyFile, type FileHandle, link, mkdir, open, opendir, readFile, rm, stat, unlink} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {FileInfo, FileIO, InputFile, OutputFile} from '@phlo/core'
import {unavailable} from '@phlo/core'
import pMap from 'p-map'
import {concurrently} from './concurrently.js'
import {codeOf, fileEnded, fromLocalError} from './local-errors.js'

const PAGE = 1000
const CONCURRENCY = 64
const FOLDERS_AT_A_TIME = 16

/** `file:///a b`, `file:/a b` and `/a b` are one file. Iceberg's libraries write local paths unescaped, so a percent sign is itself. */
export function localPath(path: string): string {
  return path.replace(/^file:(?:\/\/(?:localhost)?(?=\/))?/i, '')
}

/**
 * Files of this machine. A file is written under another name beside its own and linked into place when it is complete and on
 * the disk, so that readers see it whole or not at all and nothing is ever replaced.
 */
export function localFileIO(): FileIO {
  return {
    open: (path) => openLocal(path),
    readAll: (path) => attempt(path, () => readFile(localPath(path))),
    create: (path) => createLocal(path),
    stat: (path) => statLocal(path),
    list: (prefix) => listLocal(prefix),
    delete: async (paths) => (await pMap(paths, deleteLocal, {concurrency: CONCURRENCY})).flat(),
    move: moveLocal,
    close: async () => {},
  }
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fromLocalError(error, path)
  }
}

async function openLocal(path: string): Promise<InputFile> {
  const file = await attempt(path, () => open(localPath(path), 'r'))
  const {size} = await attempt(path, () => file.stat())
  return {
    path,
    size,
    read: (start, length) => attempt(path, () => readExactly(file, path, start, length)),
    close: () => file.close(),
  }
}

async function readExactly(file: FileHandle, path: string, start: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const {bytesRead} = await file.read(bytes, done, length - done, start + done)
    if (bytesRead === 0)
      throw unavailable('FILE_TOO_SHORT', `${path} ends at byte ${start + done}; ${length} bytes from ${start} were to be read.`)
    done += bytesRead
  }
  return bytes
}

async function createLocal(path: string): Promise<OutputFile> {
  const target = localPath(path)
  const staged = join(dirname(target), `.${randomUUID()}.tmp`)
  const made = await attempt(path, () => mkdir(dirname(target), {recursive: true}))
  const file = await attempt(path, () => open(staged, 'wx'))
  let bytesWritten = 0
  let ended = false
  const abandon = async () => {
    ended = true
    await file.close().catch(() => {})
    await rm(staged, {force: true}).catch(() => {})
  }
  return {
    path,
    get bytesWritten() {
      return bytesWritten
    },
    async write(bytes) {
      if (ended) throw fileEnded(path)
      await attempt(path, () => writeFully(file, bytes))
      bytesWritten += bytes.length
    },
    async close() {
      if (ended) throw fileEnded(path)
      try {
        await file.sync()
        // Unlike a rename, a link never replaces what is there.
        await link(staged, target)
        await syncFolders(dirname(target), made)
      } catch (error) {
        await abandon()
        throw fromLocalError(error, path)
      }
      await abandon()
    },
    abort: abandon,
  }
}

/** The name of a new file is on the disk only when its folder is, and so with every folder that was made for it. */
async function syncFolders(folder: string, made: string | undefined): Promise<void> {
  await syncFolder(folder)
  if (made !== undefined && folder.length >= made.length) await syncFolders(dirname(folder), made)
}

/** Some systems cannot sync a folder, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0
  while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done)).bytesWritten
}

async function statLocal(path: string): Promise<FileInfo | undefined> {
  try {
    const found = await stat(localPath(path))
    return found.isFile() ? {path, size: found.size, modifiedAt: Math.floor(found.mtimeMs)} : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw fromLocalError(error, path)
  }
}

/** Links are not followed: what they lead to may be somebody else's. */
async function* listLocal(prefix: string): AsyncIterable<readonly FileInfo[]> {
  const folders: AsyncIterable<readonly FileInfo[]>[] = []
  const visit = async function* (folder: string): AsyncIterable<readonly FileInfo[]> {
    for await (const entries of entriesOf(folder)) {
      for (const entry of entries) if (entry.isDirectory()) folders.push(visit(`${folder}/${entry.name}`))
      const files = entries.filter((entry) => entry.isFile())
      const found = await Promise.all(files.map(({name}) => statLocal(`${folder}/${name}`)))
      // One that has gone since the folder was read is left out.
      const page = found.filter((file) => file !== undefined)
      if (page.length > 0) yield page
    }
  }
  folders.push(visit(prefix.replace(/\/+$/, '')))
  yield* concurrently(folders, FOLDERS_AT_A_TIME)
}

/** What is in a folder, at most a page at a time; nothing when there is none. */
async function* entriesOf(folder: string): AsyncIterable<readonly Dirent[]> {
  let page: Dirent[] = []
  try {
    for await (const entry of await opendir(localPath(folder), {bufferSize: PAGE})) {
      page.push(entry)
      if (page.length < PAGE) continue
      yield page
      page = []
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw fromLocalError(error, folder)
  }
  if (page.length > 0) yield page
}

async function deleteLocal(path: string): Promise<readonly {path: string; error: string}[]> {
  try {
    await unlink(localPath(path))
    return []
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' ? [] : [{path, error: fromLocalError(error, path).message}]
  }
}

async function moveLocal(from: string, to: string): Promise<void> {
  const [source, target] = [localPath(from), localPath(to)]
  const made = await attempt(to, () => mkdir(dirname(target), {recursive: true}))
  try {
    await link(source, target)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw fromLocalError(error, from)
    // Another file system, or one without links.
    if (codeOf(error) !== 'EXDEV' && codeOf(error) !== 'EPERM' && codeOf(error) !== 'ENOTSUP') throw fromLocalError(error, to)
    await attempt(to, () => copyFile(source, target, constants.COPYFILE_EXCL))
  }
  // The file must not lose its old name before the new one is on the disk.
  await syncFolders(dirname(target), made)
  await attempt(from, () => unlink(source))
}
