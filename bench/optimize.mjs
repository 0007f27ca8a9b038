// Merging the small files of a table: Phlo beside `cat`, which is as fast as the machine can, and beside everyone else.
import {rmSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {callsOf, roundRobin, runOnce} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openPeers, pyicebergCatalog} from './peers.mjs'
import {openReport} from './report.mjs'
import {openScratch} from './scratch.mjs'
import {assertMerged, sizeOf, stateOf} from './state.mjs'

const ROWS = 10_000
const asked = process.argv.slice(2).map(Number)
const sizes = asked.length > 0 ? asked : [200, 2000]

const report = openReport(
  'optimize',
  `Files of ${ROWS.toLocaleString('en')} rows and 8 columns (numbers, texts, hashes, a moment), written with zstd, become files of the target size. \`cat\` is what copying the bytes costs. DuckDB and \`cat\` write a file that no table knows of; the others commit, and Phlo verifies what it wrote and waits until it is on the disk.`,
)
const peers = await openPeers(['DuckDB', 'PyIceberg', 'iceberg-go', 'Spark'], report)
const host = await packedHost()

/** For programs that start in no time and do not tell how long the work alone took. */
const asCall = async (running) => {
  const figures = await running
  return {...figures, call: figures.ms}
}

async function compare(files) {
  const scratch = openScratch(host)
  const {lake, restore} = scratch
  await scratch.make('make-files.mjs', files, ROWS)
  scratch.save()
  const data = join(lake, '.phlo', 'warehouse', 'bench', 'events', 'data')
  const {megabytes, bytes} = sizeOf(data)
  const before = await stateOf(lake)
  const one = join(scratch.folder, 'one.parquet')
  const copy = `COPY (SELECT * FROM '${data}/*.parquet') TO '${one}' (FORMAT parquet, CODEC 'zstd')`
  const session = peers.openSpark(lake)
  const prepare = async () => {
    rmSync(one, {force: true})
    await restore()
  }
  const rewrite = (catalog) => (table) => `CALL ${catalog}.system.rewrite_data_files(table => '${table}')`
  const merged = () => assertMerged(lake, before)
  const written = (least) => () => {
    if (statSync(one).size < least) throw new Error(`only ${statSync(one).size} bytes were written`)
  }
  const cases = [
    {name: 'phlo table optimize', run: () => scratch.phlo('table', 'optimize', 'bench.events', '--yes'), check: merged},
    {name: 'Phlo, planned and executed as a library', run: () => host.optimize(lake, scratch.env), check: merged},
    {name: 'cat', run: () => asCall(runOnce('sh', ['-c', `cat '${data}'/*.parquet > '${one}'`])), check: written(bytes)},
    {
      name: 'cat, made durable as Phlo does',
      run: () => asCall(runOnce('sh', ['-c', `cat '${data}'/*.parquet > '${one}' && sync '${one}'`])),
      check: written(bytes),
    },
    {name: 'DuckDB COPY', peer: 'DuckDB', run: () => peers.duckdb([copy]), check: written(bytes / 4)},
    {
      name: 'PyIceberg read and overwrite',
      peer: 'PyIceberg',
      run: () => peers.pyiceberg('overwrite', pyicebergCatalog(lake)),
      check: merged,
    },
    {
      name: 'iceberg-go compact run',
      peer: 'iceberg-go',
      run: () => asCall(peers.icebergGo(lake, 'compact', 'run', 'bench.events')),
      check: merged,
    },
    {
      name: 'Spark rewrite_data_files',
      peer: 'Spark',
      run: () => peers.spark(lake, rewrite('local')('bench.events')),
      check: merged,
    },
    {name: 'Spark rewrite_data_files, warm session', peer: 'Spark', run: () => session.call(rewrite('registered'))},
  ]
  // What is said to be warm has done the same work before.
  if (peers.has('Spark')) await session.call(rewrite('registered'))
  const figures = await roundRobin(
    peers.available(cases).map((one) => ({...one, prepare})),
    {warmUp: files > 200 ? 0 : 1},
  )
  const title = `${files.toLocaleString('en')} files, ${megabytes} MB, ${(files * ROWS).toLocaleString('en')} rows`
  report.times(title, figures)
  report.times(`${title}: the work alone (cat and iceberg-go with their start)`, callsOf(figures))
  await session.close()
  scratch.close()
}

for (const files of sizes) await compare(files)
