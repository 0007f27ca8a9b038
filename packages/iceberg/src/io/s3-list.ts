import type {FileInfo} from '@phlo/core'
import {concurrently} from './concurrently.js'
import type {S3} from './s3-client.js'
import {parseS3Path} from './s3-path.js'
import {createShards, type ShardLimits, type Shards} from './s3-shards.js'

const REQUESTS_AT_A_TIME = 16

/** When a listing is divided, and by what. */
export interface ListLimits {
  /** A listing of so many pages is not worth more requests to divide it. */
  readonly pagesInTurn: number
  /** Folders are looked into until there are so many of them, or so deep. */
  readonly enoughFolders: number
  readonly deepest: number
  readonly shards?: ShardLimits
}

const LIMITS: ListLimits = {pagesInTurn: 2, enoughFolders: 16, deepest: 4}

type Page = readonly FileInfo[]

/**
 * The objects below a folder, a page of the store at a time. Keys that end in a slash are folders that some tool drew, not files. A
 * long listing is divided by the prefixes that its folders have, and these are listed at once. Nothing relies on the order of a store's keys:
 * not every store sorts them.
 */
export async function* listS3(s3: S3, prefix: string, limits = LIMITS): AsyncIterable<Page> {
  const {bucket, key} = parseS3Path(prefix)
  const root = prefix.slice(0, prefix.length - key.length).replace(/\/*$/, '/')
  const folder = key === '' || key.endsWith('/') ? key : `${key}/`
  const listing: Listing = {s3, path: prefix, root, bucket, limits}
  const seen = new Set<string>()
  let next: string | undefined
  for (let pages = 0; pages < limits.pagesInTurn; pages++) {
    const page = await askForPage(listing, {Prefix: folder}, next)
    for (const {path} of page.files) seen.add(path)
    if (page.files.length > 0) yield page.files
    next = page.next
    if (next === undefined) return
  }
  for await (const page of listLevel(listing, [folder], folder, 1)) {
    const files = page.filter(({path}) => !seen.has(path))
    if (files.length > 0) yield files
  }
}

interface Listing {
  readonly s3: S3
  /** What was to be listed, for errors. */
  readonly path: string
  /** What stands before a key in a path. */
  readonly root: string
  readonly bucket: string
  readonly limits: ListLimits
}

/** Files that lie in these folders, then all that is below their folders; these have `depth` slashes more than the `top` has. */
async function* listLevel(listing: Listing, folders: readonly string[], top: string, depth: number): AsyncIterable<Page> {
  const {enoughFolders, deepest, shards} = listing.limits
  const found = createShards(shards)
  yield* concurrently(
    folders.map((folder) => listFolder(listing, folder, found)),
    REQUESTS_AT_A_TIME,
  )
  const below = found.folders()
  if (below?.length === 0) return
  // Only folders have files of the next depth, never the prefixes that too many of them share.
  if (below && below.length < enoughFolders && depth < deepest) {
    yield* listLevel(listing, below, top, depth + 1)
    return
  }
  const start = listing.root.length + top.length
  // A prefix that several folders share may begin the names of files beside them, which were told already.
  const isDeeper = ({path}: FileInfo) => path.slice(start).split('/').length > depth
  yield* concurrently(
    found.prefixes().map((shared) => listPrefix(listing, shared, isDeeper)),
    REQUESTS_AT_A_TIME,
  )
}

/** The files of a folder itself; its folders are noted. */
async function* listFolder(listing: Listing, folder: string, found: Shards): AsyncIterable<Page> {
  let next: string | undefined
  do {
    const page = await askForPage(listing, {Prefix: folder, Delimiter: '/'}, next)
    for (const name of page.folders) found.add(name)
    if (page.files.length > 0) yield page.files
    next = page.next
  } while (next !== undefined)
}

async function* listPrefix(listing: Listing, prefix: string, isWanted: (file: FileInfo) => boolean): AsyncIterable<Page> {
  let next: string | undefined
  do {
    const page = await askForPage(listing, {Prefix: prefix}, next)
    const files = page.files.filter(isWanted)
    if (files.length > 0) yield files
    next = page.next
  } while (next !== undefined)
}

interface ListedPage {
  readonly files: Page
  /** Keys that end in a slash. */
  readonly folders: readonly string[]
  readonly next: string | undefined
}

async function askForPage(
  {s3, path, root, bucket}: Listing,
  what: {readonly Prefix: string; readonly Delimiter?: string},
  next: string | undefined,
): Promise<ListedPage> {
  // XML cannot hold every character that a key can.
  const input = {...what, Bucket: bucket, EncodingType: 'url' as const, ...(next === undefined ? {} : {ContinuationToken: next})}
  const page = await s3.request(path, (client, sdk) => client.send(new sdk.ListObjectsV2Command(input)))
  const keyOf = (text = '') => (page.EncodingType === 'url' ? decodeKey(text) : text)
  const files = (page.Contents ?? []).flatMap(({Key, Size, LastModified}) => {
    const name = keyOf(Key)
    if (name.endsWith('/')) return []
    return [{path: root + name, size: Size ?? 0, ...(LastModified ? {modifiedAt: LastModified.getTime()} : {})}]
  })
  return {
    files,
    folders: (page.CommonPrefixes ?? []).map(({Prefix}) => keyOf(Prefix)),
    next: page.IsTruncated ? page.NextContinuationToken : undefined,
  }
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '))
}
