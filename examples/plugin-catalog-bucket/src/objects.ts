import {DeleteObjectCommand, GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client} from '@aws-sdk/client-s3'
import {commitStateUnknown, ExitCode, messageOf, PhloError, unavailable} from '@phlo/core'
import {parseS3Path, s3ClientConfig} from '@phlo/iceberg/catalog'

type Properties = Readonly<Record<string, string>>

/** An object of JSON as it was read: whoever replaces it names its tag. */
export interface Found {
  readonly value: Properties
  readonly tag: string
}

export type Objects = ReturnType<typeof openObjects>

/** Small objects below one prefix of a bucket. */
export function openObjects(catalog: string, warehouse: string, properties: Properties) {
  const {bucket, key: root} = parseS3Path(`${warehouse}/_catalog/`)
  const config = s3ClientConfig(properties)
  const reader = new S3Client(config)
  // Sent twice, a swap would find what it did itself, and take it for somebody else's.
  const writer = new S3Client({...config, maxAttempts: 1})
  const at = (key: string) => ({Bucket: bucket, Key: root + key})
  const fail = (error: unknown): never => {
    const status = statusOf(error)
    if (status !== 401 && status !== 403) {
      throw unavailable('CATALOG_UNAVAILABLE', `The catalog ${catalog} cannot use ${warehouse}: ${messageOf(error)}.`)
    }
    throw new PhloError(`The store of catalog ${catalog} denies access to ${warehouse}.`, {
      code: 'CATALOG_FORBIDDEN',
      exit: ExitCode.denied,
    })
  }
  const read = async (key: string): Promise<Found | undefined> => {
    try {
      const {Body, ETag = ''} = await reader.send(new GetObjectCommand(at(key)))
      return {value: JSON.parse((await Body?.transformToString()) ?? ''), tag: ETag}
    } catch (error) {
      return isMissing(error) ? undefined : fail(error)
    }
  }
  return {
    read,
    /** Replaces what was read, or makes what was not there. False: somebody else was first, and nothing was changed. */
    async swap(key: string, value: Properties, seen: Found | undefined): Promise<boolean> {
      const Body = JSON.stringify(value)
      const condition = seen ? {IfMatch: seen.tag} : {IfNoneMatch: '*'}
      try {
        await writer.send(new PutObjectCommand({...at(key), ...condition, Body, ContentType: 'application/json'}))
        return true
      } catch (error) {
        const status = statusOf(error)
        if (status === 412 || status === 409 || isMissing(error)) return false
        // An answer that was cut short has the status of a success.
        if (status !== undefined && status >= 300 && status < 500) return fail(error)
        const now = await read(key).catch(() => undefined)
        if (JSON.stringify(now?.value) === Body) return true
        throw commitStateUnknown(`It is not known whether catalog ${catalog} changed ${key}: ${messageOf(error)}.`, error)
      }
    },
    delete: async (key: string) => void (await reader.send(new DeleteObjectCommand(at(key))).catch(fail)),
    /** What is directly in a folder; folders in it end in a slash. */
    async list(folder: string): Promise<readonly string[]> {
      const {Bucket, Key: Prefix} = at(folder)
      const found: string[] = []
      try {
        for await (const page of paginateListObjectsV2({client: reader}, {Bucket, Prefix, Delimiter: '/'})) {
          found.push(...(page.Contents ?? []).map(({Key = ''}) => Key), ...(page.CommonPrefixes ?? []).map((shared) => shared.Prefix ?? ''))
        }
      } catch (error) {
        fail(error)
      }
      return found.map((key) => key.slice(Prefix.length))
    },
    close: async () => [reader, writer].forEach((client) => void client.destroy()),
  }
}

const statusOf = (error: unknown) => (error as {$metadata?: {httpStatusCode?: number}}).$metadata?.httpStatusCode
const isMissing = (error: unknown) => error instanceof Error && error.name === 'NoSuchKey'
