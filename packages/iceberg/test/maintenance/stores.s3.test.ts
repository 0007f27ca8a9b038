import {randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {CreateBucketCommand, PutObjectCommand, S3Client} from '@aws-sdk/client-s3'
import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {type FileIO, parseTableName} from '@phlo/core'
import {addFiles, type Catalog, icebergTable, parsePartitionSpec, rewritePath, type Schema, s3FileIO} from '@phlo/iceberg'
import {createSqlCatalog, type SqlCatalogTables} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'
import {type Lake, openLake} from '../support/lake.js'
import {writePlainParquet} from '../support/plain-parquet.js'
import {required} from '../support/required.js'
import {rowsOf} from '../support/saved-lake.js'

const credentials = {accessKeyId: required('PHLO_TEST_S3_ACCESS_KEY'), secretAccessKey: required('PHLO_TEST_S3_SECRET_KEY')}
const endpoint = required('PHLO_TEST_S3_ENDPOINT')
const s3 = new S3Client({endpoint, region: 'us-east-1', forcePathStyle: true, credentials})
const bucket = `phlo-${randomBytes(6).toString('hex')}`
const SCHEMA: Schema = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    {id: 1, name: 'id', required: false, type: 'long'},
    {id: 2, name: 'country', required: false, type: 'string'},
  ],
}

let lake: Lake
let io: FileIO
let catalog: Catalog
let closeDatabase: () => Promise<void>
const table = async (name: string) => icebergTable(catalog, parseTableName(name), await catalog.loadTable(parseTableName(name)))

beforeAll(async () => {
  await s3.send(new CreateBucketCommand({Bucket: bucket}))
  lake = await openLake()
  io = s3FileIO({
    's3.endpoint': endpoint,
    's3.access-key-id': credentials.accessKeyId,
    's3.secret-access-key': credentials.secretAccessKey,
  })
  const {db, close} = await openDatabase<SqlCatalogTables>(lake.uri)
  closeDatabase = close
  catalog = createSqlCatalog({name: 'lake', warehouse: `s3://${bucket}/warehouse`, db: async () => db, openIO: async () => io})
  await catalog.createNamespace(['t'], {})
  await catalog.createTable({namespace: ['t'], name: 'landed'}, {schema: SCHEMA, partitionSpec: parsePartitionSpec('country', SCHEMA)})
})
afterAll(async () => {
  await closeDatabase()
  await io.close()
  await lake.close()
  s3.destroy()
})

test('files of S3 are added where they are, from folders whose names are escaped, and a second time under no other scheme', async () => {
  const countries = {'C%2FH': [1n, 2n], __HIVE_DEFAULT_PARTITION__: [3n]}
  for (const [country, data] of Object.entries(countries)) {
    const path = writePlainParquet(join(lake.folder, `${data[0]}.parquet`), [{name: 'id', type: 'INT64', data}])
    const key = `landing/country=${country}/part-0.parquet`
    await s3.send(new PutObjectCommand({Bucket: bucket, Key: key, Body: readFileSync(path)}))
  }
  await s3.send(new PutObjectCommand({Bucket: bucket, Key: 'landing/_SUCCESS', Body: ''}))
  const plan = await addFiles.plan(await table('t.landed'), {sources: [`s3://${bucket}/landing/`]}, lake.context)
  expect(plan.files.map(({path}) => path)).toContain(`s3://${bucket}/landing/country=C%2FH/part-0.parquet`)
  await addFiles.execute(await table('t.landed'), plan, lake.context)
  expect(await rowsOf(await table('t.landed'), undefined)).toEqual(['1,C/H', '2,C/H', '3,null'])
  const again = addFiles.plan(await table('t.landed'), {sources: [`s3a://${bucket}/landing`]}, lake.context)
  await expect(again).rejects.toMatchObject({code: 'FILE_ALREADY_IN_TABLE'})
})

test('a table moves within S3, with the folder of the files that were added', async () => {
  const rows = await rowsOf(await table('t.landed'), undefined)
  const options = {
    sourcePrefix: `s3://${bucket}`,
    targetPrefix: `s3://${bucket}-new/moved`,
    staging: `s3://${bucket}-new/staging`,
    copy: true,
  }
  await s3.send(new CreateBucketCommand({Bucket: `${bucket}-new`}))
  const plan = await rewritePath.plan(await table('t.landed'), options, lake.context)
  const result = await rewritePath.execute(await table('t.landed'), plan, lake.context)
  expect(result).toMatchObject({presentFiles: 0, copiedFiles: plan.copies.length + plan.rewrites.length})
  expect((await rewritePath.execute(await table('t.landed'), plan, lake.context)).copiedFiles).toBe(0)
  await catalog.registerTable(parseTableName('t.moved'), result.register.split(' ').at(-1) as string)
  const moved = await table('t.moved')
  expect(moved.location).toBe(`s3://${bucket}-new/moved/warehouse/t/landed`)
  expect(await rowsOf(moved, undefined)).toEqual(rows)
})
