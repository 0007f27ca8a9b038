import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {s3FileIO} from '@phlo/iceberg'
import {json} from '../../../iceberg/test/catalog/rest/open-rest.js'
import {faultProxy} from '../../../iceberg/test/support/fault-proxy.js'
import {newBucket} from '../../../iceberg/test/support/new-bucket.js'
import {emptyFolder} from '../support/in-process.js'
import {writeOrders} from '../support/phlo.js'

test('A table’s files are read with the credentials that its server hands out, which nobody sees', async () => {
  const {bucket, endpoint, keys} = await newBucket()
  const access = {...endpoint, ...keys}
  const tables: Record<string, unknown> = {}
  const catalog = await faultProxy('http://127.0.0.1:1', ({url}) => {
    if (url.startsWith('/v1/config')) return json({defaults: endpoint, overrides: {}})
    const table = tables[new URL(url, 'http://x').pathname]
    return table ? json(table) : {status: 404}
  })
  const shop = emptyFolder()
  const direct = {type: 'sql', uri: `sqlite:///${join(shop.cwd, 'catalog.db')}`, warehouse: `s3://${bucket}`, ...access}
  const catalogs = {direct, vended: {type: 'rest', uri: catalog.endpoint}}
  writeFileSync(join(shop.cwd, 'phlo.yaml'), JSON.stringify({catalogs, defaultCatalog: 'direct'}))
  await shop.must('namespace', 'create', 'shop')
  await shop.must('table', 'create', 'shop.orders', '--schema', 'id: long, amount: double, country: string')
  await shop.must('table', 'append', 'shop.orders', writeOrders(join(shop.cwd, 'orders.arrow'), 30))
  const {location, metadataLocation} = await shop.must('table', 'show', 'shop.orders')
  const io = s3FileIO(access)
  const metadata: unknown = JSON.parse(Buffer.from(await io.readAll(metadataLocation)).toString())
  await io.close()
  const answer = {'metadata-location': metadataLocation, metadata}
  tables['/v1/namespaces/shop/tables/orders'] = {...answer, 'storage-credentials': [{prefix: location, config: keys}]}
  tables['/v1/namespaces/shop/tables/denied'] = {...answer, config: {...keys, 's3.secret-access-key': 'sesame-99'}}

  const {stdout, exitCode} = await shop.type(['table', 'scan', 'shop.orders', '--catalog', 'vended', '--limit', '1', '--json'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('"id"')
  expect(stdout).not.toContain(keys['s3.secret-access-key'])
  const denied = await shop.type(['table', 'scan', 'shop.denied', '--catalog', 'vended', '--json'])
  expect(denied.exitCode).not.toBe(0)
  expect(denied.stdout + denied.stderr).not.toContain('sesame-99')
  await catalog.close()
})
