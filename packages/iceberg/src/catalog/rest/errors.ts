import {
  alreadyExists,
  ExitCode,
  formatTableName,
  namespaceNotFound,
  PhloError,
  refused,
  tableNotFound,
  unavailable,
  usage,
  viewNotFound,
} from '@phlo/core'
import {type Failure, isUnauthenticated} from '../../http/outcome.js'
import {describeSubject, type Subject} from './subject.js'

/**
 * The error of a request that failed, by the type that the server gives it, and by its status where it gives none. Texts are the
 * server's own and decide nothing.
 */
export function requestError(catalog: string, method: string, subject: Subject, failure: Failure): PhloError {
  const {status, type, message} = failure
  const what = describeSubject(subject)
  if (isUnauthenticated({failure})) {
    return new PhloError(`The catalog ${catalog} does not accept the credentials that it was given: ${message}`, {
      code: 'CATALOG_UNAUTHENTICATED',
      exit: ExitCode.denied,
      suggestions: [`phlo catalog show ${catalog}`],
    })
  }
  if (status === 403) {
    return new PhloError(`The catalog ${catalog} does not allow this for ${what}: ${message}`, {
      code: 'CATALOG_FORBIDDEN',
      exit: ExitCode.denied,
    })
  }
  if (isNotEmpty(method, subject, failure)) {
    return refused('NAMESPACE_NOT_EMPTY', `N${what.slice(1)} of catalog ${catalog} is not empty; nothing was changed.`)
  }
  if (status === 404) return notFound(catalog, method, subject, failure)
  if (status === 409) return nameTaken(catalog, subject, message)
  if (status === 405 || status === 406 || status === 501 || type === 'UnsupportedOperationException') {
    return refused('NOT_SUPPORTED_BY_CATALOG', `The catalog ${catalog} does not do this for ${what}: ${message}`)
  }
  if (status === 400 || status === 422) return usage('REFUSED_BY_CATALOG', `The catalog ${catalog} refused this for ${what}: ${message}`)
  return unavailable('CATALOG_UNAVAILABLE', `The catalog ${catalog} failed with status ${status} at ${what}: ${message}`)
}

/** Nothing that is configured as a catalog answers as one. */
export function noCatalogThere(catalog: string, reason: string): PhloError {
  return unavailable('CATALOG_UNAVAILABLE', `There is no Iceberg REST catalog where ${catalog} is said to be: ${reason}`, {
    suggestions: [`phlo config get catalogs.${catalog}.uri`],
  })
}

/** Servers say so with 409, some with 400. */
const isNotEmpty = (method: string, subject: Subject, {status, type}: Failure) =>
  subject.kind === 'namespace' && (type === 'NamespaceNotEmptyException' || (method === 'DELETE' && status === 409))

function notFound(catalog: string, method: string, subject: Subject, {type, message}: Failure): PhloError {
  if (subject.kind === 'catalog') {
    if (type === undefined) return noCatalogThere(catalog, message)
    return unavailable('WAREHOUSE_NOT_FOUND', `The catalog ${catalog} does not know its warehouse: ${message}`, {
      suggestions: [`phlo config get catalogs.${catalog}.warehouse`],
    })
  }
  if (subject.kind === 'namespace') return namespaceNotFound(subject.namespace.join('.'), catalog)
  if (subject.kind === 'view') return viewNotFound(formatTableName(subject.name), catalog)
  const {name, newName} = subject
  // A metadata file, which is to be registered, or which the table has lost.
  if (type === 'NotFoundException') {
    return unavailable('FILE_NOT_FOUND', `The catalog ${catalog} does not find a file of table ${formatTableName(name)}: ${message}`)
  }
  const isCreation = method === 'POST' && name === newName
  if (type === 'NoSuchNamespaceException' || isCreation) return namespaceNotFound((newName ?? name).namespace.join('.'), catalog)
  return tableNotFound(formatTableName(name), catalog)
}

function nameTaken(catalog: string, subject: Subject, message: string): PhloError {
  if (subject.kind === 'namespace') return alreadyExists('Namespace', subject.namespace.join('.'), catalog)
  if (subject.kind === 'table') return alreadyExists('Table', formatTableName(subject.newName ?? subject.name), catalog)
  return unavailable('CATALOG_UNAVAILABLE', `The catalog ${catalog} reports a conflict: ${message}`)
}
