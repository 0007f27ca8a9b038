import {localPath} from './local.js'
import {schemeOf} from './resolve.js'
import {S3_SCHEMES} from './s3-path.js'

/** The kind of store that a path is in: `file`, `s3` for each of its three schemes, or another scheme. */
export function storeOf(path: string): string {
  const scheme = schemeOf(path)
  return S3_SCHEMES.some((known) => known === scheme) ? 's3' : scheme
}

/** The same text for the same file: a local path however it is written, an object of S3 under any of its schemes. */
export function fileKey(path: string): string {
  const store = storeOf(path)
  if (store === 'file') return `file:${localPath(path)}`
  return store === 's3' ? path.replace(/^[^:]+/, 's3') : path
}
