// Sorting and z-ordering 2,000,000 rows: Phlo's whole command with each engine, and Spark. sort.mjs [files]
import {limitSeconds, roundRobin} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openPeers} from './peers.mjs'
import {openReport} from './report.mjs'
import {openScratch} from './scratch.mjs'
import {assertMerged, stateOf} from './state.mjs'

const [FILES, ROWS] = [Number(process.argv[2] ?? 200), 10_000]
const LIMIT = limitSeconds(40)
const ORDERS = {
  'Sort by a text': {flags: ['--sort', 'user_id'], spark: 'user_id'},
  'Sort by two numbers': {flags: ['--sort', 'age DESC, id'], spark: 'age DESC, id'},
  'Sort by a transform and a text': {flags: ['--sort', 'bucket(16, id), user_id DESC'], spark: 'bucket(16, id), user_id DESC'},
  'Z-order by a moment and a number': {flags: ['--zorder', 'at,amount'], spark: 'zorder(at, amount)'},
}

const report = openReport('sort', 'The rows of all files are sorted together, and written to files of the target size.', LIMIT)
const peers = await openPeers(['Spark'], report)
const host = await packedHost('@phlo/engine-duckdb')
const scratch = openScratch(host)
const {lake, restore} = scratch
await scratch.make('make-files.mjs', FILES, ROWS)
scratch.save()
const before = await stateOf(lake)
const session = peers.openSpark(lake)

for (const [what, {flags, spark}] of Object.entries(ORDERS)) {
  const phlo = (engine) => () => scratch.phlo('table', 'optimize', 'bench.events', ...flags, '--engine', engine, '--yes')
  const sorted = (table) =>
    `CALL registered.system.rewrite_data_files(table => '${table}', strategy => 'sort', sort_order => '${spark}', options => map('rewrite-all', 'true'))`
  const merged = () => assertMerged(lake, before)
  const warm = async () => {
    const {call, peak} = await session.call(sorted)
    return {ms: call, peak}
  }
  const cases = [
    {name: 'phlo table optimize, engine duckdb', run: phlo('duckdb'), check: merged},
    {name: 'phlo table optimize, engine builtin', run: phlo('builtin'), check: merged},
    {name: 'Spark rewrite_data_files, the call in a warm session', peer: 'Spark', run: warm},
  ]
  // What is said to be warm has done the same work before.
  if (peers.has('Spark')) await session.call(sorted)
  const figures = await roundRobin(
    peers.available(cases).map((one) => ({...one, prepare: restore})),
    {limit: LIMIT},
  )
  report.times(`${what}: ${(FILES * ROWS).toLocaleString('en')} rows`, figures)
}
await session.close()
scratch.close()
