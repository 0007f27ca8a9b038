import {unavailable} from '@phlo/core'
import type {HttpRequest} from '@phlo/iceberg/http'
import type {Connection} from './connection.js'

/**
 * The items of all pages of a listing. Pages may be of any size, and a page without items need not be the last.
 *
 * @throws PhloError `CATALOG_UNAVAILABLE` for a page that is none, and when a token comes again: the listing would never end
 */
export async function* pages(connection: Connection, request: HttpRequest, key: string): AsyncGenerator<unknown> {
  const seen = new Set<string>()
  let query = request.query
  for (;;) {
    const page = await connection.ask({...request, ...(query && {query})})
    const {[key]: items, hasMore, token} = (page ?? {}) as Readonly<Record<string, unknown>>
    if (!Array.isArray(items)) throw badPage(connection, request, `a page has no list of ${key}`)
    yield* items
    if (hasMore !== true) return
    if (typeof token !== 'string' || token === '') throw badPage(connection, request, 'it has another page, and does not say which')
    if (seen.has(token)) throw badPage(connection, request, 'it gives the same page again and again')
    seen.add(token)
    query = {...request.query, 'page-token': token}
  }
}

const badPage = ({catalog}: Connection, {about}: HttpRequest, problem: string) =>
  unavailable('CATALOG_UNAVAILABLE', `Catalog ${catalog} cannot list ${about}: ${problem}.`)
