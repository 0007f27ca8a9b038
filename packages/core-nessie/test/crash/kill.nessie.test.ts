import {join} from 'node:path'
import {expect} from '@jest/globals'
import {spoiledCommits} from '../../../iceberg/test/support/spoiled/spoiled-commits.js'
import {all, behindProxy, newFolder, newName, openLake, server} from '../support/nessie.js'

const worker = join(import.meta.dirname, '..', 'support', 'worker.mjs')
const table = {namespace: ['t'], name: 'rows'}

spoiledCommits(async () => {
  const branch = newName('crash')
  const warehouse = `file://${newFolder()}/warehouse`
  const {nessie} = await openLake(undefined)
  await nessie.createReference('BRANCH', branch, {type: 'DETACHED', name: 'DETACHED', hash: nessie.server.noAncestorHash})
  const lake = await openLake(branch, {warehouse})
  await lake.createNamespace(['t'], {})
  const fields = ['batch', 'id'].map((name, index) => ({id: index + 1, name, type: 'long', required: false}))
  await lake.createTable(table, {schema: {type: 'struct', fields}})
  return {
    lake,
    table,
    worker: [worker, server(), warehouse, branch],
    vacuum: {defaultCutoff: '1'},
    tag: async (name) => void (await lake.nessie.createReference('TAG', name, await lake.nessie.reference(branch))),
    async through(spoil, work) {
      await behindProxy(
        ({url}) => (url.endsWith('/config') ? undefined : spoil()),
        async ({uri}) => {
          const spoiled = await openLake(branch, {uri, warehouse, properties: {'rest.client.max-retries': '0'}})
          await work(spoiled)
          await spoiled.close()
        },
      )
      expect(await all(lake.listTables(['t']))).toHaveLength(1)
    },
  }
})
