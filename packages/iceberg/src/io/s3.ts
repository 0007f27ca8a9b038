import type {FileIO} from '@phlo/core'
import {type S3, s3Client} from './s3-client.js'
import {deleteS3} from './s3-delete.js'
import {listS3} from './s3-list.js'
import {moveS3} from './s3-move.js'
import {openS3, readWhole, statS3} from './s3-read.js'
import {s3Settings} from './s3-settings.js'
import {createS3} from './s3-upload.js'

const CLIENT = Symbol('the client of S3')

interface S3FileIO extends FileIO {
  readonly [CLIENT]: S3
}

/**
 * Files of S3, or of a store that speaks like it, at `s3:`, `s3a:` and `s3n:`.
 *
 * Properties, as PyIceberg and Iceberg's Java library name them: `s3.endpoint`, `s3.region`, `s3.access-key-id`,
 * `s3.secret-access-key`, `s3.session-token`, `s3.path-style-access` (true when there is an endpoint), `s3.connect-timeout` and
 * `s3.request-timeout` (seconds; 5 and 30), `s3.retry.num-retries` (3). Credentials that are not given are looked for as the AWS
 * tools do. A property that does not parse is `INVALID_PROPERTY`. Nothing is asked, and the AWS SDK not loaded, before the first
 * file is.
 */
export function s3FileIO(properties: Readonly<Record<string, string>>): FileIO {
  const s3 = s3Client(s3Settings(properties))
  const io: S3FileIO = {
    [CLIENT]: s3,
    open: (path, options) => openS3(s3, path, options?.size),
    readAll: (path) => readWhole(s3, path),
    create: async (path, {current} = {}) => createS3(current ? following(s3, current) : s3, path),
    stat: (path) => statS3(s3, path),
    list: (prefix) => listS3(s3, prefix),
    delete: (paths) => deleteS3(s3, paths),
    move: (from, to) => moveS3(s3, from, to),
    requests: s3.requests,
    close: () => s3.close(),
  }
  return io
}

/** Sends each request through what is current by then. */
const following = (first: S3, current: () => Promise<FileIO>): S3 => ({
  ...first,
  request: async (path, work) => ((await current()) as Partial<S3FileIO>)[CLIENT]?.request(path, work) ?? first.request(path, work),
})
