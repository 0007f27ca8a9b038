import {expect, test} from '@jest/globals'
import {doorkeeper, client as known} from '../../support/doorkeeper.js'
import {behindProxy, errorModel, newTable, openRest, set} from './open-rest.js'

const client = {...known(), 'rest.client.max-retries': '0'}

test('A catalog is opened and changed with the tokens of an OpenID provider, and not without', async () => {
  const {name} = await newTable()
  const isLetIn = await doorkeeper()
  await behindProxy(
    (asked) => (isLetIn(asked) ? undefined : errorModel(401, 'NotAuthorizedException')),
    async ({endpoint}) => {
      const catalog = openRest(endpoint, client)
      await catalog.commitTable(name, [], [set('a', '1')])
      expect((await catalog.loadTable(name)).metadata.properties).toMatchObject({a: '1'})
      await expect(openRest(endpoint).check()).rejects.toMatchObject({code: 'CATALOG_UNAUTHENTICATED', exit: 4})
      await expect(openRest(endpoint, {...client, credential: 'svc:wrong'}).check()).rejects.toMatchObject({
        code: 'CATALOG_UNAUTHENTICATED',
        message: expect.stringContaining('invalid_client'),
      })
      await expect(openRest(endpoint, {...client, scope: 'everything'}).check()).rejects.toMatchObject({code: 'CATALOG_UNAUTHENTICATED'})
    },
  )
})
