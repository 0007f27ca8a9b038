import {type FileIO, usage} from '@phlo/core'
import {localFileIO} from './local.js'
import {s3FileIO} from './s3.js'
import {S3_SCHEMES} from './s3-path.js'

const LOCAL = 'file'

/** The scheme of a path in lower case: `s3` for `s3://bucket/key`, `file` for a path without one. */
export function schemeOf(path: string): string {
  return /^([a-z][a-z0-9+.-]+):/i.exec(path)?.[1]?.toLowerCase() ?? LOCAL
}

/**
 * The FileIO for a path, by its scheme; `properties` are the catalog's.
 *
 * @throws `UNSUPPORTED_SCHEME` for a path of a scheme that nothing here reads.
 */
export function openFileIO(path: string, properties: Readonly<Record<string, string>> = {}): FileIO {
  const scheme = schemeOf(path)
  if (scheme === LOCAL) return localFileIO()
  if (S3_SCHEMES.some((known) => known === scheme)) return s3FileIO(properties)
  throw usage('UNSUPPORTED_SCHEME', `${path} cannot be read: there is no FileIO for the scheme ${scheme}.`, [
    `use a path of ${[LOCAL, ...S3_SCHEMES].join(', ')}, or install a plugin that contributes ${scheme}`,
  ])
}
