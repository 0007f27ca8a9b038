import {ExitCode, isPhloError, messageOf, PhloError, unavailable} from '@phlo/core'
import type {S3Settings} from './s3-settings.js'

/** What an answer of S3 that is an error tells. */
interface S3Answer {
  readonly name: string
  /** The status of HTTP; undefined when there was no answer. */
  readonly status: number | undefined
  readonly attempts: number
}

/** What S3 calls a missing object. Any other 404 comes from something that is no S3. */
const MISSING: readonly string[] = ['NoSuchKey', 'NotFound']

/** The name and status of an error that the SDK threw. */
export function answerOf(error: unknown): S3Answer {
  const {name, code, $metadata} = (error ?? {}) as {name?: string; code?: string; $metadata?: {httpStatusCode?: number; attempts?: number}}
  return {name: code ?? name ?? 'Error', status: $metadata?.httpStatusCode, attempts: $metadata?.attempts ?? 1}
}

/**
 * An error of the SDK as one of a FileIO, naming the path and the endpoint. The SDK's own error is not kept as the cause: the
 * request, with what it was signed with, hangs on it.
 */
export function fromS3Error(error: unknown, path: string, settings: S3Settings): PhloError {
  if (isPhloError(error)) return error
  const {name, status} = answerOf(error)
  const at = settings.endpointShown
  const bucket = path.split('/')[2]
  const cause = new Error(withoutSecrets(`${name}: ${messageOf(error)}`, settings))
  if (name === 'NoSuchBucket')
    return unavailable('STORAGE_UNAVAILABLE', `The bucket ${bucket} of ${path} does not exist at ${at}.`, {
      cause,
      suggestions: [`create the bucket ${bucket}, or set s3.endpoint to the store that has it`],
    })
  if (name === 'NoSuchUpload')
    return unavailable('STORAGE_UNAVAILABLE', `The upload of ${path} to ${at} was ended by somebody else before it was complete.`, {cause})
  if (status === 404 && MISSING.includes(name)) return unavailable('FILE_NOT_FOUND', `The file ${path} does not exist at ${at}.`, {cause})
  if (status === 412 || status === 409)
    return new PhloError(`The file ${path} exists already at ${at} and is not replaced.`, {
      code: 'FILE_EXISTS',
      exit: ExitCode.conflict,
      cause,
    })
  if (status === 401 || status === 403)
    return unavailable('STORAGE_DENIED', `${at} denies access to ${path}${name === 'Forbidden' ? '' : ` (${name})`}.`, {
      cause,
      suggestions: ['check s3.access-key-id and s3.secret-access-key, and what they may do'],
    })
  if (status === 416) return unavailable('FILE_TOO_SHORT', `${path} at ${at} ends before the bytes that were to be read.`, {cause})
  if (status === 507) return unavailable('STORAGE_FULL', `There is no room left at ${at} to write ${path}.`, {cause})
  return unavailable('STORAGE_UNAVAILABLE', `${path} could not be read or written at ${at}: ${reasonOf(error, settings)}.`, {
    cause,
    suggestions: suggestionsFor(error),
  })
}

function reasonOf(error: unknown, settings: S3Settings): string {
  const {name, status, attempts} = answerOf(error)
  const tries = attempts > 1 ? ` after ${attempts} attempts` : ''
  if (name === 'TimeoutError' || name === 'ETIMEDOUT') return `no answer in time${tries}`
  if (name === 'ECONNREFUSED') return `the connection was refused${tries}`
  if (status !== undefined && status >= 300) return `it answered ${status} ${name}${tries}`
  return withoutSecrets(messageOf(error), settings).replace(/\.$/, '') + tries
}

function suggestionsFor(error: unknown): readonly string[] {
  const {name, status} = answerOf(error)
  if (name === 'CredentialsProviderError') return ['set s3.access-key-id and s3.secret-access-key, or sign in as the AWS tools do']
  if (messageOf(error) === 'Region is missing') return ['set s3.region, or AWS_REGION in the environment']
  if (status === 301 || name === 'AuthorizationHeaderMalformed') return ['set s3.region to the region of the bucket']
  if (status !== undefined && status < 500 && status !== 404) return []
  return ['check that the store is up and that s3.endpoint and s3.region lead to it, then run the command again']
}

/** A server may repeat in its message what it was sent. */
function withoutSecrets(text: string, {credentials}: S3Settings): string {
  return [credentials?.secretAccessKey, credentials?.sessionToken].reduce<string>(
    (clean, secret) => (secret ? clean.replaceAll(secret, '***') : clean),
    text,
  )
}
