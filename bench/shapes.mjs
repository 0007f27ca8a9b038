// Merging tables of other shapes than a log of events, which DuckDB makes and merges too: whoever decodes pays most where a copy pays least.
import {mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {run} from '../scripts/lib/run.mjs'
import {callsOf, roundRobin} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openPeers} from './peers.mjs'
import {openReport} from './report.mjs'
import {openScratch} from './scratch.mjs'
import {assertMerged, sizeOf, stateOf} from './state.mjs'

const FILES = 100
const COLUMNS = 500

/** A number that depends on the row and on nothing else, so that the data are the same each time. */
const draw = (salt, limit) => `(hash(i * 1000 + ${salt}) % ${limit})`
const wide = Array.from({length: COLUMNS}, (_, column) => {
  const value = draw(column, 10 ** (1 + (column % 7)))
  return `${[`${value}::BIGINT`, `(${value} / 100)::DOUBLE`, `'v' || ${value}`, `(${value} % 2 = 0)`][column % 4]} AS c${column}`
})
const SHAPES = {
  wide: {title: `${COLUMNS} columns`, rows: 1000, columns: wide.join(', ')},
  nested: {
    title: 'Structs, lists and maps',
    rows: 60_000,
    columns: `i AS id, {'name': 'n' || ${draw(1, 1000)}, 'score': ${draw(2, 1_000_000)} / 7.0} AS person,
      list_transform(range(${draw(3, 6)}::BIGINT), x -> {'key': x, 'value': 'v' || (x * ${draw(4, 500)})}) AS items,
      map(['a', 'b'], [${draw(5, 100)}::BIGINT, ${draw(6, 100_000)}::BIGINT]) AS counts`,
  },
  strings: {
    title: 'Long texts',
    rows: 2000,
    columns: `i AS id, array_to_string(list_transform(range(40), x -> hash(i * 40 + x)::VARCHAR), ' ') AS body, 'title ' || ${draw(1, 5000)} AS title`,
  },
  doubles: {
    title: 'Random doubles',
    rows: 20_000,
    columns: Array.from({length: 6}, (_, column) => `hash(i * 10 + ${column}) / 18446744073709551616.0 AS d${column}`).join(', '),
  },
}
const asked = process.argv.slice(2)

const report = openReport('shapes', `${FILES} files that DuckDB wrote are merged into files of the target size.`)
const peers = await openPeers(['DuckDB'], report)
const host = await packedHost()

async function compare({title, rows, columns}) {
  const scratch = openScratch(host)
  const {lake, env} = scratch
  const [data, one] = [join(lake, 'data'), join(scratch.folder, 'one.parquet')]
  mkdirSync(data)
  const write = (file) =>
    `COPY (SELECT ${columns} FROM range(${file * rows}, ${(file + 1) * rows}) AS rows(i)) TO '${data}/${String(file).padStart(3, '0')}.parquet' (FORMAT parquet, CODEC 'zstd')`
  await peers.duckdb(Array.from({length: FILES}, (_, file) => write(file)))
  const phlo = (...args) => run('phlo', args, {cwd: lake, env})
  await phlo('namespace', 'create', 'bench')
  await phlo('table', 'create', 'bench.events', '--from', join(data, '000.parquet'))
  await phlo('table', 'add-files', 'bench.events', data, '--yes')
  scratch.save()
  const {megabytes} = sizeOf(data)
  const before = await stateOf(lake)
  const prepare = async () => {
    rmSync(one, {force: true})
    await scratch.restore()
  }
  const copy = `COPY (SELECT * FROM '${data}/*.parquet') TO '${one}' (FORMAT parquet, CODEC 'zstd')`
  const cases = [
    {
      name: 'phlo table optimize',
      prepare,
      run: () => scratch.phlo('table', 'optimize', 'bench.events', '--yes'),
      check: () => assertMerged(lake, before),
    },
    {
      name: 'Phlo, planned and executed as a library',
      prepare,
      run: () => host.optimize(lake, env),
      check: () => assertMerged(lake, before),
    },
    {name: 'DuckDB COPY', prepare, run: () => peers.duckdb([copy])},
  ]
  const figures = await roundRobin(cases, {warmUp: 1})
  const described = `${title}: ${FILES} files of ${rows.toLocaleString('en')} rows, ${megabytes} MB`
  report.times(described, figures)
  report.times(`${described}: the work alone`, callsOf(figures))
  scratch.close()
}

if (peers.has('DuckDB')) {
  for (const [name, shape] of Object.entries(SHAPES)) if (asked.length === 0 || asked.includes(name)) await compare(shape)
}
