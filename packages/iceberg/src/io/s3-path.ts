import {usage} from '@phlo/core'

/** The schemes that mean S3: one store, three names that Hadoop's and Iceberg's libraries write. */
export const S3_SCHEMES = ['s3', 's3a', 's3n'] as const

/** An object of S3. The key is taken byte for byte: nothing in it is an escape, and `a//b` is not `a/b`. */
export interface S3Path {
  readonly path: string
  readonly bucket: string
  readonly key: string
}

/** `s3://bucket/key`, with any of the schemes. */
export function parseS3Path(path: string): S3Path {
  const [, bucket, key] = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/is.exec(path) ?? []
  if (!bucket) throw usage('INVALID_PATH', `${JSON.stringify(path)} is not a path of S3.`, ['write it as s3://bucket/folder/file'])
  return {path, bucket, key: key ?? ''}
}
