// What looking at schemas costs as a table has more of them: whole processes, over metadata alone. schemas.mjs [schemas…]
import {growthTable} from './growth.mjs'
import {limitSeconds, roundRobin} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openPeers, pyicebergCatalog} from './peers.mjs'
import {openReport} from './report.mjs'
import {openScratch} from './scratch.mjs'

const LIMIT = limitSeconds(60)
const COLUMNS = 2000
const asked = process.argv.slice(2).map(Number)
const sizes = asked.length > 0 ? asked : [5, 50, 500]

const report = openReport(
  'schemas',
  `A table of ${COLUMNS.toLocaleString('en')} columns that has had up to 500 schemas, all of which stand in its metadata file. Nothing else is read.`,
  LIMIT,
)
const peers = await openPeers(['PyIceberg', 'iceberg-go'], report)
const host = await packedHost()

function casesOf({lake, phlo}) {
  const command = (...args) => ({name: `phlo ${args.join(' ')}`, run: () => phlo(...args)})
  return peers.available([
    command('schema', 'diff', 'bench.events#0', 'bench.events'),
    command('schema', 'diff', 'bench.events#3', '#4'),
    command('schema', 'show', 'bench.events'),
    command('schema', 'export', 'bench.events', '--format', 'sql'),
    command('schema', 'history', 'bench.events'),
    {name: 'PyIceberg, the table’s schemas', peer: 'PyIceberg', run: () => peers.pyiceberg('schemas', pyicebergCatalog(lake))},
    {name: 'iceberg-go schema', peer: 'iceberg-go', run: () => peers.icebergGo(lake, 'schema', 'bench.events')},
  ])
}

const all = new Map()
for (const schemas of sizes) {
  const scratch = openScratch(host)
  await scratch.make('make-schemas.mjs', COLUMNS, schemas)
  const figures = await roundRobin(casesOf(scratch), {limit: LIMIT})
  report.times(`${schemas.toLocaleString('en')} schemas`, figures)
  all.set(schemas, figures)
  scratch.close()
}

growthTable(report, 'Growth: the exponent of the time, where 1 is linear (start-up included)', all)
