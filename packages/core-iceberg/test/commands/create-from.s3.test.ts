import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {expect, test} from '@jest/globals'
import {s3FileIO} from '@phlo/iceberg'
import {newBucket} from '../../../iceberg/test/support/new-bucket.js'
import {emptyFolder} from '../support/in-process.js'
import {writeOrders} from '../support/phlo.js'

test('A table is made like a file in the store that its catalog has the keys of', async () => {
  const {bucket, endpoint, keys} = await newBucket()
  const access = {...endpoint, ...keys}
  const shop = emptyFolder()
  const lake = {type: 'sql', uri: `sqlite:///${join(shop.cwd, 'catalog.db')}`, warehouse: `s3://${bucket}`, ...access}
  writeFileSync(join(shop.cwd, 'phlo.yaml'), JSON.stringify({catalogs: {lake}, defaultCatalog: 'lake'}))
  await shop.must('namespace', 'create', 'shop')
  await shop.must('table', 'create', 'shop.orders', '--schema', 'id: long, amount: double, country: string')
  await shop.must('table', 'append', 'shop.orders', writeOrders(join(shop.cwd, 'orders.arrow'), 30))
  const [parquet] = await shop.files()
  const json = `s3://${bucket}/schema.json`
  const io = s3FileIO(access)
  const output = await io.create(json)
  await output.write(Buffer.from(JSON.stringify({type: 'struct', fields: [{id: 1, name: 'day', required: false, type: 'date'}]})))
  await output.close()
  await io.close()

  const columns = async (table: string) => (await shop.must('table', 'show', table)).columns.map(({name}: {name: string}) => name)
  await shop.must('table', 'create', 'shop.likewise', '--from', parquet ?? '')
  expect(await columns('shop.likewise')).toEqual(['id', 'amount', 'country'])
  await shop.must('table', 'create', 'shop.days', '--from', json)
  expect(await columns('shop.days')).toEqual(['day'])
  expect(await shop.json('table', 'create', 'shop.none', '--from', `s3://${bucket}/none.json`)).toMatchObject({
    exit: 3,
    error: {code: 'FILE_NOT_FOUND'},
  })

  await shop.must('table', 'append', 'shop.likewise', parquet ?? '')
  expect(await shop.must('table', 'stats', 'shop.likewise')).toMatchObject({rows: 30})
})

test('A table of one store is copied to another that its catalog has the keys of', async () => {
  const {bucket, endpoint, keys} = await newBucket()
  const shop = emptyFolder()
  const uri = `sqlite:///${join(shop.cwd, 'catalog.db')}`
  const lake = {type: 'sql', uri, warehouse: pathToFileURL(join(shop.cwd, 'warehouse')).href, ...endpoint, ...keys}
  writeFileSync(join(shop.cwd, 'phlo.yaml'), JSON.stringify({catalogs: {lake}, defaultCatalog: 'lake'}))
  await shop.must('namespace', 'create', 'shop')
  await shop.must('table', 'create', 'shop.orders', '--schema', 'id: long, amount: double, country: string')
  await shop.must('table', 'append', 'shop.orders', writeOrders(join(shop.cwd, 'orders.arrow'), 30))
  const target = `s3://${bucket}/moved`
  const {report} = await shop.must('table', 'rewrite-path', 'shop.orders', '--target-prefix', target, '--copy', '--yes')
  await shop.must('table', 'register', 'shop.moved', `${target}/metadata/${report.latestVersion}`)
  expect(await shop.must('table', 'check', 'shop.moved', '--data')).toMatchObject({findings: []})
  const {files} = await shop.must('table', 'files', 'shop.moved')
  expect(files).toEqual([expect.objectContaining({path: expect.stringContaining(target)})])
})
