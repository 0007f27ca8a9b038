import {expect, test} from '@jest/globals'
import {openFileIO, s3FileIO} from '@phlo/iceberg'
import {newBucket} from '../../support/new-bucket.js'
import {behindProxy, json, newTable, openRest, server} from './open-rest.js'

const MINUTE = 60_000

test.each([
  ['a small file', 1000],
  ['a file of several parts', 9 * 1024 * 1024],
])('%s is written, and read, with the credentials that hold by then', async (_, size) => {
  const {bucket, endpoint: store, keys} = await newBucket()
  const {name} = await newTable()
  const path = `/v1/namespaces/${name.namespace[0]}/tables/orders`
  const table = (await (await fetch(`${server()}${path}`)).json()) as {readonly metadata: object}
  const location = `s3://${bucket}/orders`
  let now = 1_000_000_000
  // Only the second lets anybody in.
  const leases = [{...keys, 's3.secret-access-key': 'ended'}, keys]
  const answer = () => {
    const config = {...store, ...leases.shift(), 's3.session-token-expires-at-ms': String(now + 15 * MINUTE)}
    return json({...table, metadata: {...table.metadata, location}, 'storage-credentials': [{prefix: location, config}]})
  }
  await behindProxy(
    ({url}) => (url.startsWith('/v1/config') ? json({defaults: {}, overrides: {}, endpoints: []}) : answer()),
    async ({endpoint}) => {
      const openIO = async (of: string, properties: Readonly<Record<string, string>>) => openFileIO(of, properties)
      const {io} = await openRest(endpoint, {}, {openIO, now: () => now}).loadTable(name)
      const output = await io.create(`${location}/data/a`)
      const known = s3FileIO({...store, ...keys})
      const other = await known.create(`${location}/data/b`)
      await other.write(new Uint8Array(10).fill(7))
      await other.close()
      const input = await io.open(`${location}/data/b`, {size: 10})
      now += 11 * MINUTE
      await output.write(new Uint8Array(size).fill(1))
      await output.close()
      expect(await known.stat(`${location}/data/a`)).toMatchObject({size})
      expect(await input.read(0, 10)).toEqual(new Uint8Array(10).fill(7))
      await input.close()
      await Promise.all([io.close(), known.close()])
    },
  )
})
