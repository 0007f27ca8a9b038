// What planning costs as a table grows: its figures, its files, and what an optimize would do, as whole processes over metadata alone.
// planning.mjs [files…]: by default 1,000 to 1,000,000.
import {growthTable} from './growth.mjs'
import {limitSeconds, roundRobin} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openPeers, pyicebergCatalog} from './peers.mjs'
import {openReport} from './report.mjs'
import {openScratch} from './scratch.mjs'

const LIMIT = limitSeconds(40)
const asked = process.argv.slice(2).map(Number)
const sizes = asked.length > 0 ? asked : [1000, 10_000, 100_000, 1_000_000]

const report = openReport(
  'planning',
  'Tables of eight columns with full statistics, in up to 1,000 manifests; nothing but metadata is read.',
  LIMIT,
)
const peers = await openPeers(['iceberg-go', 'PyIceberg', 'Spark'], report)
const host = await packedHost()

function casesOf({lake, phlo}) {
  const command = (...args) => ({name: `phlo ${args.join(' ')}`, run: () => phlo(...args)})
  return peers.available([
    command('table', 'stats', 'bench.events'),
    command('table', 'optimize', 'bench.events', '--dry-run'),
    command('table', 'files', 'bench.events'),
    command('table', 'files', 'bench.events', '--json'),
    command('table', 'files', 'bench.events', '--limit', '20'),
    {name: 'iceberg-go compact analyze', peer: 'iceberg-go', run: () => peers.icebergGo(lake, 'compact', 'analyze', 'bench.events')},
    {name: 'iceberg-go files', peer: 'iceberg-go', run: () => peers.icebergGo(lake, 'files', 'bench.events')},
    {name: 'PyIceberg inspect.files', peer: 'PyIceberg', run: () => peers.pyiceberg('files', pyicebergCatalog(lake))},
    {
      name: 'Spark, count and size of t.files',
      peer: 'Spark',
      run: () => peers.spark(lake, 'SELECT count(*), sum(file_size_in_bytes) FROM local.bench.events.files'),
    },
  ])
}

const all = new Map()
for (const files of sizes) {
  const scratch = openScratch(host)
  const commits = Math.min(1000, Math.ceil(files / 100))
  await scratch.make('make-entries.mjs', files, commits)
  const figures = await roundRobin(casesOf(scratch), {limit: LIMIT})
  report.times(`${files.toLocaleString('en')} files in ${commits.toLocaleString('en')} manifests`, figures)
  all.set(files, figures)
  scratch.close()
}

growthTable(report, 'Growth: the exponent of the time, where 1 is linear (start-up included)', all)
