import type {S3Client, S3ClientConfig} from '@aws-sdk/client-s3'
import type {RequestCounts} from '@phlo/core'
import {type Counter, counter} from './s3-count.js'
import {fromS3Error} from './s3-errors.js'
import {type S3Settings, s3Settings} from './s3-settings.js'

type Sdk = typeof import('@aws-sdk/client-s3')

/** A client of one store, with the SDK that it comes from. */
export interface S3 {
  readonly settings: S3Settings
  /** Runs requests for a path; an error names the path. */
  request<T>(path: string, work: (client: S3Client, sdk: Sdk) => Promise<T>): Promise<T>
  /** What was sent so far, each attempt for itself. */
  requests(): RequestCounts
  close(): Promise<void>
}

/** The SDK is loaded by the first request. */
export function s3Client(settings: S3Settings): S3 {
  const counts = counter()
  let loaded: Promise<{client: S3Client; sdk: Sdk}> | undefined
  return {
    settings,
    async request(path, work) {
      try {
        loaded ??= connect(settings, counts)
        const {client, sdk} = await loaded
        return await work(client, sdk)
      } catch (error) {
        throw fromS3Error(error, path, settings)
      }
    },
    requests: counts.read,
    async close() {
      const open = await loaded?.catch(() => undefined)
      open?.client.destroy()
    },
  }
}

async function connect(settings: S3Settings, counts: Counter): Promise<{client: S3Client; sdk: Sdk}> {
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client(clientConfig(settings))
  counts.watch(client)
  return {client, sdk}
}

/**
 * What a client of the AWS SDK is made with to reach the store that a catalog's properties name (`s3.endpoint` and the like), as
 * `s3FileIO` reaches it: for catalogs that keep something of their own there.
 *
 * @throws PhloError `INVALID_PROPERTY`
 */
export const s3ClientConfig = (properties: Readonly<Record<string, string>>): S3ClientConfig => clientConfig(s3Settings(properties))

function clientConfig(settings: S3Settings): S3ClientConfig {
  const {endpoint, region, credentials} = settings
  return {
    ...(endpoint === undefined ? {followRegionRedirects: true} : {endpoint}),
    ...(region === undefined ? {} : {region}),
    ...(credentials === undefined ? {} : {credentials}),
    forcePathStyle: settings.pathStyle,
    // Waits with full jitter, at most 20 s, and longer when the store says that it is asked too much.
    retryMode: 'standard',
    maxAttempts: settings.retries + 1,
    // The time is counted while nothing passes, not over the whole request: a large file over a slow line is no failure.
    requestHandler: {connectionTimeout: settings.connectTimeout, socketTimeout: settings.requestTimeout},
  }
}
