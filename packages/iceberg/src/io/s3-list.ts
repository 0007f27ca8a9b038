import type {FileInfo} from '@phlo/core'
import type {S3} from './s3-client.js'
import {parseS3Path} from './s3-path.js'

/** The objects below a folder, a page of the store at a time. Keys that end in a slash are folders that some tool drew, not files. */
export async function* listS3(s3: S3, prefix: string): AsyncIterable<readonly FileInfo[]> {
  const {bucket, key} = parseS3Path(prefix)
  const root = prefix.slice(0, prefix.length - key.length).replace(/\/*$/, '/')
  const folder = key === '' || key.endsWith('/') ? key : `${key}/`
  let next: string | undefined
  do {
    const page = await s3.request(prefix, (client, sdk) =>
      client.send(
        new sdk.ListObjectsV2Command({
          Bucket: bucket,
          Prefix: folder,
          // XML cannot hold every character that a key can.
          EncodingType: 'url',
          ...(next === undefined ? {} : {ContinuationToken: next}),
        }),
      ),
    )
    const files = (page.Contents ?? []).flatMap(({Key, Size, LastModified}) => {
      const name = page.EncodingType === 'url' ? decodeKey(Key ?? '') : (Key ?? '')
      if (name.endsWith('/')) return []
      return [{path: root + name, size: Size ?? 0, ...(LastModified ? {modifiedAt: LastModified.getTime()} : {})}]
    })
    if (files.length > 0) yield files
    next = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (next !== undefined)
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '))
}
