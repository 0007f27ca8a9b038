import type {S3Client} from '@aws-sdk/client-s3'
import {fromS3Error} from './s3-errors.js'
import type {S3Settings} from './s3-settings.js'

type Sdk = typeof import('@aws-sdk/client-s3')

/** A client of one store, with the SDK that it comes from. */
export interface S3 {
  readonly settings: S3Settings
  /** Runs requests for a path; an error names the path. */
  request<T>(path: string, work: (client: S3Client, sdk: Sdk) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** The SDK is loaded by the first request. */
export function s3Client(settings: S3Settings): S3 {
  let loaded: Promise<{client: S3Client; sdk: Sdk}> | undefined
  return {
    settings,
    async request(path, work) {
      try {
        loaded ??= connect(settings)
        const {client, sdk} = await loaded
        return await work(client, sdk)
      } catch (error) {
        throw fromS3Error(error, path, settings)
      }
    },
    async close() {
      const open = await loaded?.catch(() => undefined)
      open?.client.destroy()
    },
  }
}

async function connect(settings: S3Settings): Promise<{client: S3Client; sdk: Sdk}> {
  const sdk = await import('@aws-sdk/client-s3')
  const {endpoint, region, credentials} = settings
  const client = new sdk.S3Client({
    ...(endpoint === undefined ? {followRegionRedirects: true} : {endpoint}),
    ...(region === undefined ? {} : {region}),
    ...(credentials === undefined ? {} : {credentials}),
    forcePathStyle: settings.pathStyle,
    retryMode: 'standard',
    maxAttempts: settings.retries + 1,
    // The time is counted while nothing passes, not over the whole request: a large file over a slow line is no failure.
    requestHandler: {connectionTimeout: settings.connectTimeout, socketTimeout: settings.requestTimeout},
  })
  return {client, sdk}
}
