import {mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {type FileIO, refused, unavailable} from '@phlo/core'
import {localPath} from '../src/io/local.js'

/** As little of a FileIO as catalogs and manifests need, so that they are tested alone. */
export function tinyIO(): FileIO {
  const stats = async (path: string) => {
    try {
      const {size, mtimeMs} = await stat(localPath(path))
      return {path, size, modifiedAt: mtimeMs}
    } catch {
      return undefined
    }
  }
  const readAll = async (path: string) => {
    try {
      return await readFile(localPath(path))
    } catch (cause) {
      throw unavailable('FILE_NOT_FOUND', `${path} does not exist.`, {cause})
    }
  }
  return {
    readAll,
    stat: stats,
    async open(path) {
      const bytes = await readAll(path)
      return {path, size: bytes.length, read: async (start, length) => bytes.subarray(start, start + length), close: async () => {}}
    },
    async create(path) {
      if (await stats(path)) throw refused('FILE_EXISTS', `${path} exists already.`)
      const parts: Uint8Array[] = []
      let bytesWritten = 0
      return {
        path,
        get bytesWritten() {
          return bytesWritten
        },
        async write(bytes) {
          parts.push(Uint8Array.from(bytes))
          bytesWritten += bytes.length
        },
        async close() {
          await mkdir(dirname(localPath(path)), {recursive: true})
          await writeFile(localPath(path), Buffer.concat(parts))
        },
        abort: async () => {},
      }
    },
    async *list() {},
    async delete(paths) {
      for (const path of paths) await rm(localPath(path), {force: true})
      return []
    },
    async move() {
      throw refused('NOT_MOVED', 'This FileIO moves nothing.')
    },
    close: async () => {},
  }
}
