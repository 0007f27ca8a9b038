import {unavailable} from '@phlo/core'
import type {RestRequest} from './request.js'
import type {Session} from './session.js'

/**
 * The items of all pages of a listing, which servers may divide: an empty `pageToken` asks for the first.
 *
 * @throws PhloError `CATALOG_UNAVAILABLE` for a page that is none, and when a page token comes again: the listing would never end
 */
export async function* pages<Item>(
  catalog: string,
  session: Session,
  request: RestRequest,
  read: (item: unknown) => Item | undefined,
  key: 'namespaces' | 'identifiers',
): AsyncIterable<Item> {
  const seen = new Set<string>()
  let pageToken = ''
  for (;;) {
    const pageSize = session.config.properties['rest-page-size']
    const {body} = await session.ask({...request, query: {...request.query, pageToken, pageSize}})
    const {[key]: items, 'next-page-token': next} = (body ?? {}) as Readonly<Record<string, unknown>>
    if (!Array.isArray(items)) throw badPage(catalog, `a page has no list of ${key}`)
    for (const item of items) {
      const value = read(item)
      if (value === undefined) throw badPage(catalog, `a page has one of ${key} that has no name`)
      yield value
    }
    if (typeof next !== 'string' || next === '') return
    if (seen.has(next)) throw badPage(catalog, 'it gives the same page again and again')
    seen.add(next)
    pageToken = next
  }
}

const badPage = (catalog: string, problem: string) =>
  unavailable('CATALOG_UNAVAILABLE', `The catalog ${catalog} cannot be listed: ${problem}.`)
