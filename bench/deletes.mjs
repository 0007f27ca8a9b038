// Compacting a table that is full of deletes: 20,000 position delete files over 2,000 data files, and equality deletes that do not
// fit into the memory that Phlo gives them. What counts is that it ends, and how much memory it took.
import {roundRobin, rounds} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openReport} from './report.mjs'
import {openScratch} from './scratch.mjs'

const TABLES = {
  '20,000 position delete files over 2,000 data files': [2000, 0],
  '4,000,000 equality deletes and 2,000 position delete files over 200 data files': [200, 4_000_000],
}

const report = openReport(
  'deletes',
  'Compacting tables that are full of deletes, files of 1,000 rows each: how long it takes, and how much memory.',
)
const host = await packedHost()
for (const [title, [files, keys]] of Object.entries(TABLES)) {
  const scratch = openScratch(host)
  await scratch.make('make-deletes.mjs', files, keys)
  scratch.save()
  const run = () => scratch.phlo('table', 'optimize', 'bench.events', '--rewrite-all', '--yes')
  report.times(title, await roundRobin([{name: 'phlo table optimize', prepare: scratch.restore, run}], {rounds: rounds(3)}))
  scratch.close()
}
