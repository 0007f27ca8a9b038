import {commitStateUnknown, ExitCode, isPhloError, messageOf, PhloError, unavailable} from '@phlo/core'
import type {GlueSettings} from './settings.js'

/** What was asked when an error came. */
export interface Asked {
  readonly catalog: string
  readonly settings: GlueSettings
  /** `table sales.orders` */
  readonly subject: string
  /** Whether it was to change something. */
  readonly isChange: boolean
}

/** An error of Glue's as it is before anybody says what it means: the causes of errors carry it. */
interface Answer {
  readonly name: string
  /** The status of HTTP; undefined when there was no answer. */
  readonly status: number | undefined
}

function answerOf(error: unknown): Answer {
  const {name, code, $metadata} = (error ?? {}) as {name?: string; code?: string; $metadata?: {httpStatusCode?: number}}
  return {name: code ?? name ?? 'Error', status: $metadata?.httpStatusCode}
}

/** The name that Glue gives an error, from the one that `fromGlueError` made of it: `EntityNotFoundException`. */
export const glueName = (error: unknown) => (isPhloError(error) ? /^(\w+Exception):/.exec(messageOf(error.cause))?.[1] : undefined)

const UNAUTHENTICATED = [
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'ExpiredTokenException',
  'MissingAuthenticationTokenException',
]
/** Without a connection nothing was sent. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CredentialsProviderError']
/** Glue gave up, with a status that would say that it had not begun. */
const GAVE_UP = 'OperationTimeoutException'

/**
 * An error of the SDK as one of the catalog. The SDK's own is not kept as the cause: the request, with what it was signed with, hangs on it.
 * Of a change it is `COMMIT_STATE_UNKNOWN` unless Glue has certainly not made it.
 */
export function fromGlueError({catalog, settings, subject, isChange}: Asked, error: unknown): PhloError {
  if (isPhloError(error)) return error
  const {name, status} = answerOf(error)
  const cause = new Error(withoutSecrets(`${name}: ${messageOf(error)}`, settings))
  // A success whose body was cut short comes with its status too.
  const isRefused = status !== undefined && status >= 400 && status < 500 && name !== GAVE_UP
  const isCertain = isRefused || NOT_SENT.includes(name) || messageOf(error) === 'Region is missing'
  const why = reasonOf(error, settings)
  if (isChange && !isCertain)
    return commitStateUnknown(`It is not known whether ${subject} was changed in catalog ${catalog}: ${why}.`, cause)
  if (UNAUTHENTICATED.includes(name) || status === 401) {
    const suggestions = ['set glue.access-key-id and glue.secret-access-key, or sign in as the AWS tools do']
    const message = `${settings.shown} does not take the credentials of catalog ${catalog} (${name}).`
    return new PhloError(message, {code: 'CATALOG_UNAUTHENTICATED', exit: ExitCode.denied, suggestions, cause})
  }
  if (name === 'AccessDeniedException' || status === 403) {
    const message = `${settings.shown} denies access to ${subject} of catalog ${catalog}.`
    return new PhloError(message, {code: 'CATALOG_FORBIDDEN', exit: ExitCode.denied, cause})
  }
  return unavailable('CATALOG_UNAVAILABLE', `${subject} of catalog ${catalog} could not be read or changed: ${why}.`, {
    cause,
    suggestions: suggestionsFor(error),
  })
}

function reasonOf(error: unknown, settings: GlueSettings): string {
  const {name, status} = answerOf(error)
  if (name === 'TimeoutError' || name === 'ETIMEDOUT') return `${settings.shown} gave no answer in time`
  if (name === 'ECONNREFUSED') return `${settings.shown} refused the connection`
  const message = withoutSecrets(messageOf(error), settings).split('\n', 1)[0]?.replace(/\.$/, '') ?? ''
  return status !== undefined && status >= 300 ? `${settings.shown} answered ${status} ${name}: ${message}` : message
}

function suggestionsFor(error: unknown): readonly string[] {
  const {name, status} = answerOf(error)
  if (name === 'CredentialsProviderError') return ['set glue.access-key-id and glue.secret-access-key, or sign in as the AWS tools do']
  if (messageOf(error) === 'Region is missing') return ['set glue.region, or AWS_REGION in the environment']
  if (status !== undefined && status < 500) return []
  return ['check that glue.endpoint and glue.region lead to Glue, then run the command again']
}

/** A server may repeat in its message what it was sent. */
function withoutSecrets(text: string, {credentials}: GlueSettings): string {
  return [credentials?.secretAccessKey, credentials?.sessionToken].reduce<string>(
    (clean, secret) => (secret ? clean.replaceAll(secret, '***') : clean),
    text,
  )
}
