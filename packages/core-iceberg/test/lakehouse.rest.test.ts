import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {commitConflict, hasCode} from '@phlo/core'
import type {IcebergLakehouse} from '@phlo/iceberg'
import {type CatalogUnderTest, testCatalog} from '@phlo/testing'
import {errorModel} from '../../iceberg/test/catalog/rest/open-rest.js'
import {type FaultProxy, faultProxy} from '../../iceberg/test/support/fault-proxy.js'
import {required} from '../../iceberg/test/support/required.js'
import {open} from './support/open-rest.js'

const uri = required('PHLO_TEST_REST_EMPTY_URI')

/** The server allows everything to everybody; what stands before it does not. */
let guard: FaultProxy
beforeAll(async () => {
  guard = await faultProxy(uri, ({method, headers}) =>
    method === 'GET' ? undefined : errorModel(403, 'ForbiddenException', `${headers.authorization} may not`),
  )
})
afterAll(() => guard.close())

const catalog: CatalogUnderTest = {
  create: async () => ({uri, 'rest.client.max-retries': '2'}),
  open,
  module: new URL('./support/open-rest.ts', import.meta.url),
  endpoint: 'uri',
  smallPages: {'rest-page-size': '4'},
  denied: async (properties) => ({...properties, uri: guard.endpoint, token: 'hunter22-token'}),
  forbids: {tables: /^\.\.$/},
  // Its HTTP server takes no such characters in a path, and its catalog takes a dot for the end of a level.
  mistakes: {namespaces: /[.%/\\]/, tables: /[%/\\]/},
  // It leaves the metadata files of commits that it did not make.
  cannot: ['take-back'],
}

describe('the REST catalog on Iceberg’s own server', () => {
  test.each(testCatalog(catalog))('$name', ({run}) => run())
})

/** The catalog, with another way to commit. */
function committingBy(commit: (lake: IcebergLakehouse['catalog']) => IcebergLakehouse['catalog']['commitTable']): CatalogUnderTest['open'] {
  return async (properties) => {
    const lake = await open(properties)
    return {...lake, catalog: {...lake.catalog, commitTable: commit(lake.catalog)}} as IcebergLakehouse
  }
}

describe('the suite of catalogs catches one', () => {
  const lostAnswers = 'tells the truth about a commit of which any answer is lost on the way back, after the server has done it'
  test.each<[string, CatalogUnderTest['open'], string]>([
    [
      'that takes a lost answer for a conflict',
      committingBy((inner) => async (...given) => {
        try {
          return await inner.commitTable(...given)
        } catch (error) {
          throw hasCode(error, 'COMMIT_STATE_UNKNOWN') ? commitConflict('somebody else was first') : error
        }
      }),
      lostAnswers,
    ],
    [
      'that commits once more when an answer is lost',
      committingBy((inner) => async (...given) => {
        try {
          return await inner.commitTable(...given)
        } catch (error) {
          if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) throw error
          return inner.commitTable(...given)
        }
      }),
      lostAnswers,
    ],
    [
      'that says a commit was made when the request is lost',
      committingBy((inner) => async (...given) => {
        try {
          return await inner.commitTable(...given)
        } catch (error) {
          if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) throw error
          return inner.loadTable(given[0])
        }
      }),
      'tells the truth about a commit of which any request is lost',
    ],
    [
      'that forgets what a commit requires',
      committingBy((inner) => (name, _, updates) => inner.commitTable(name, [], updates)),
      'lands no commit on a table that takes the place of its own meanwhile',
    ],
  ])('%s', async (_, broken, name) => {
    const found = testCatalog({...catalog, open: broken}).find((one) => one.name === name)
    await expect(found?.run()).rejects.toMatchObject({code: 'ERR_ASSERTION'})
  })
})
