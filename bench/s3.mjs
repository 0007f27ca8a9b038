// Merging the files of a table on S3, with the server on this machine and as if it were 20 ms away. s3.mjs [files]
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {root} from '../scripts/lib/places.mjs'
import {run} from '../scripts/lib/run.mjs'
import {start as startS3} from '../scripts/servers/s3.mjs'
import {roundRobin} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openPeers, pyicebergCatalog} from './peers.mjs'
import {openReport} from './report.mjs'
import {openScratch} from './scratch.mjs'
import {slowProxy} from './slow-proxy.mjs'

const [FILES, ROWS] = [Number(process.argv[2] ?? 200), 10_000]
const LATENCIES_MS = [0, 20]
const [BUCKET, REGION] = ['bench', 'us-east-1']
const WAREHOUSE = `s3://${BUCKET}/warehouse`

const report = openReport(
  's3',
  'The files of `optimize` in a store of S3 on this machine (versitygw), behind a proxy that adds the latency to each round trip.',
)
const peers = await openPeers(['DuckDB', 'PyIceberg'], report)
const host = await packedHost()

async function createBucket({endpoint, id, secret}) {
  const {CreateBucketCommand, S3Client} = createRequire(join(root, 'packages', 'iceberg', 'package.json'))('@aws-sdk/client-s3')
  const credentials = {accessKeyId: id, secretAccessKey: secret}
  const client = new S3Client({endpoint: `http://${endpoint}`, region: REGION, forcePathStyle: true, credentials})
  await client.send(new CreateBucketCommand({Bucket: BUCKET}))
  client.destroy()
}

/** The settings of one store, as each of those who read it names them. */
const phloCatalog = (folder, {endpoint, id, secret}) => ({
  PHLO_CATALOGS__LOCAL__TYPE: 'sql',
  PHLO_CATALOGS__LOCAL__URI: `sqlite:///${join(folder, '.phlo', 'catalog.db')}`,
  PHLO_CATALOGS__LOCAL__WAREHOUSE: WAREHOUSE,
  PHLO_CATALOGS__LOCAL__S3__ENDPOINT: `http://${endpoint}`,
  PHLO_CATALOGS__LOCAL__S3__REGION: REGION,
  PHLO_CATALOGS__LOCAL__S3__ACCESS_KEY_ID: id,
  PHLO_CATALOGS__LOCAL__S3__SECRET_ACCESS_KEY: secret,
})
const pyicebergS3 = (lake, {endpoint, id, secret}) => ({
  ...pyicebergCatalog(lake),
  warehouse: WAREHOUSE,
  's3.endpoint': `http://${endpoint}`,
  's3.region': REGION,
  's3.access-key-id': id,
  's3.secret-access-key': secret,
})
const duckdbSecret = ({endpoint, id, secret}) =>
  `CREATE SECRET (TYPE s3, KEY_ID '${id}', SECRET '${secret}', ENDPOINT '${endpoint}', REGION '${REGION}', USE_SSL false, URL_STYLE 'path')`

async function compare(server, scratch) {
  const {lake} = scratch
  const port = Number(new URL(server.env.PHLO_TEST_S3_ENDPOINT).port)
  const storeAt = (at) => ({
    endpoint: `127.0.0.1:${at}`,
    id: server.env.PHLO_TEST_S3_ACCESS_KEY,
    secret: server.env.PHLO_TEST_S3_SECRET_KEY,
  })
  await createBucket(storeAt(port))
  Object.assign(scratch.env, phloCatalog(lake, storeAt(port)))
  await scratch.make('make-files.mjs', FILES, ROWS)
  // What a merge replaces stays in the store, so that the catalog as it was is the table as it was; and what it made does, too.
  scratch.save()
  const listed = await run('phlo', ['table', 'files', 'bench.events', '--json'], {cwd: lake, env: scratch.env})
  const files = JSON.parse(listed).result.files.map(({path}) => `'${path}'`)

  for (const latency of LATENCIES_MS) {
    const proxy = await slowProxy(port, latency)
    const store = storeAt(proxy.port)
    Object.assign(scratch.env, phloCatalog(lake, store))
    const copy = `COPY (SELECT * FROM read_parquet([${files}])) TO 's3://${BUCKET}/one.parquet' (FORMAT parquet, CODEC 'zstd')`
    const cases = [
      {name: 'phlo table optimize', run: () => scratch.phlo('table', 'optimize', 'bench.events', '--yes')},
      {name: 'DuckDB COPY', peer: 'DuckDB', run: () => peers.duckdb([duckdbSecret(store), copy], 'httpfs')},
      {name: 'PyIceberg read and overwrite', peer: 'PyIceberg', run: () => peers.pyiceberg('overwrite', pyicebergS3(lake, store))},
    ]
    const figures = await roundRobin(
      peers.available(cases).map((one) => ({...one, prepare: scratch.restore})),
      {warmUp: 1},
    )
    report.times(`${FILES} files of ${ROWS.toLocaleString('en')} rows, ${latency} ms away`, figures)
    await proxy.stop()
  }
}

const scratch = openScratch(host)
// What the server keeps goes with the rest.
process.env.TMPDIR = scratch.folder
const server = await startS3()
try {
  await compare(server, scratch)
} finally {
  await server.stop()
  scratch.close()
}
