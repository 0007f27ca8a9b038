import {ExitCode, PhloError, refused, unavailable} from '@phlo/core'
import type {Silence} from '../thrift/pool.js'

/** What the metastore says when it does not do what it is asked. */
export interface Refusal {
  /** The exception's name in the interface of the metastore, or `UNKNOWN_METHOD`, `INTERNAL_ERROR`. */
  readonly kind: string
  /** For people. */
  readonly message: string
}

/** Exceptions of authorization come as a MetaException, whose text alone tells them apart: these are the names of Hadoop's and Hive's classes. */
const DENIED =
  /AccessControlException|AuthorizationException|HiveAccessControlException|HiveAuthzPluginException|Permission denied|not authorized|No privilege|not allowed to impersonate/i

/** The error of a call that the metastore refused. */
export function hiveError(catalog: string, about: string, {kind, message}: Refusal): PhloError {
  const said = sentence(message === '' ? kind : message)
  if (DENIED.test(message)) {
    return new PhloError(`Catalog ${catalog} does not allow this for ${about}: ${said}`, {code: 'CATALOG_FORBIDDEN', exit: ExitCode.denied})
  }
  if (kind === 'UNKNOWN_METHOD') {
    return refused('NOT_SUPPORTED_BY_CATALOG', `The metastore of catalog ${catalog} does not do this for ${about}: ${said}`)
  }
  return unavailable('CATALOG_UNAVAILABLE', `The metastore of catalog ${catalog} failed for ${about}: ${said}`)
}

/** The error of a call without an answer. */
export function unanswered(catalog: string, {reason, cause, isForeign}: Silence): PhloError {
  if (isForeign) {
    return unavailable(
      'CATALOG_UNAVAILABLE',
      `The server of catalog ${catalog} answers, and not as a Hive metastore: ${sentence(reason)}`,
      {
        suggestions: [
          `phlo config set catalogs.${catalog}.uri thrift://<host>:9083`,
          `phlo config set catalogs.${catalog}.hive.metastore.use.SSL true`,
        ],
        cause,
      },
    )
  }
  return unavailable('CATALOG_UNAVAILABLE', `The metastore of catalog ${catalog} did not answer: ${sentence(reason)}`, {cause})
}

/** The first line, as a sentence: metastores send stack traces. */
function sentence(text: string): string {
  const line = text.split('\n', 1)[0]?.trim().slice(0, 500) ?? ''
  return /[.!?]$/.test(line) ? line : `${line}.`
}
