import {join} from 'node:path'
import {createRef, type IcebergLakehouse} from '@phlo/iceberg'
import {faultProxy} from '../../../iceberg/test/support/fault-proxy.js'
import {testContext} from '../../../iceberg/test/support/lake.js'
import {required} from '../../../iceberg/test/support/required.js'
import {spoiledCommits} from '../../../iceberg/test/support/spoiled/spoiled-commits.js'
import {open} from '../support/open-rest.js'

const worker = join(import.meta.dirname, '..', 'support', 'rest-worker.mjs')

spoiledCommits(async () => {
  const uri = required('PHLO_TEST_REST_URI')
  const namespace = `crash${crypto.randomUUID().slice(0, 8)}`
  const table = {namespace: [namespace], name: 'rows'}
  const lake: IcebergLakehouse = await open({uri})
  await lake.createNamespace([namespace], {})
  const fields = ['batch', 'id'].map((name, index) => ({id: index + 1, name, type: 'long', required: false}))
  await lake.createTable(table, {schema: {type: 'struct', fields}})
  return {
    lake,
    table,
    worker: [worker, uri, namespace],
    vacuum: {},
    async tag(name) {
      const [opened, context] = [await lake.getTable(table), testContext()]
      await createRef.execute(opened, await createRef.plan(opened, {type: 'tag', name}, context), context)
    },
    async through(spoil, work) {
      const proxy = await faultProxy(uri, ({url}) => (url.includes('/v1/config') ? undefined : spoil()))
      const spoiled = await open({uri: proxy.endpoint, 'rest.client.max-retries': '0'})
      await work(spoiled)
      await spoiled.close()
      await proxy.close()
    },
  }
})
