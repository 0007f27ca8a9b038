// What it costs to compare and to merge branches as there are more tables: whole processes, on a Nessie server of this machine.
// branches.mjs [tables…]: by default 100 to 10,000.
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {bin, workspaceEnv} from '../scripts/lib/places.mjs'
import {start} from '../scripts/servers/nessie.mjs'
import {growthTable} from './growth.mjs'
import {makeBranches} from './make-branches.mjs'
import {roundRobin, runOnce} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openReport} from './report.mjs'
import {temporaryFolder} from './temporary-folder.mjs'

const asked = process.argv.slice(2).map(Number)
const sizes = asked.length > 0 ? asked : [100, 1000, 10_000]

const report = openReport(
  'branches',
  'Branches of a Nessie server, on which each table has metadata of its own; what is changed has one data file more. A comparison reads both metadata files and the manifests that only one side has of each changed table. The time of the server, which is on this machine and in memory, is in it.',
)
const host = await packedHost('@phlo/core-nessie')
const server = await start({memory: '2g'})
const folder = temporaryFolder('phlo-branches-')
try {
  const uri = server.env.PHLO_TEST_NESSIE_URI
  const all = new Map()
  for (const tables of sizes) {
    const place = join(folder, String(tables))
    mkdirSync(place)
    const branches = await makeBranches(uri, place, tables)
    const {trunk, dev, few} = branches
    writeFileSync(join(place, 'phlo.yaml'), JSON.stringify({catalogs: {bench: {type: 'nessie', uri, ref: trunk}}, defaultCatalog: 'bench'}))
    const phlo = (...args) => runOnce(join(bin, 'node'), [host.phlo, ...args], {cwd: place, env: workspaceEnv(host.env)})
    let target
    const prepare = async () => {
      target = await branches.newTarget()
    }
    const figures = await roundRobin([
      {name: 'branch diff --stat, ten tables changed', run: () => phlo('branch', 'diff', few, '--stat')},
      {name: 'branch diff --stat, all changed', run: () => phlo('branch', 'diff', dev, '--stat')},
      {name: 'branch diff --json, all changed', run: () => phlo('branch', 'diff', dev, '--json')},
      {name: 'branch merge --dry-run, all changed', run: () => phlo('branch', 'merge', dev, '--dry-run')},
      {name: 'branch merge, ten tables changed', prepare, run: () => phlo('branch', 'merge', few, '--into', target)},
      {name: 'branch merge, all changed', prepare, run: () => phlo('branch', 'merge', dev, '--into', target)},
    ])
    report.times(`${tables.toLocaleString('en')} tables`, figures)
    all.set(tables, figures)
    await branches.close()
    rmSync(place, {recursive: true, force: true})
  }
  growthTable(report, 'Growth: the exponent of the time, where 1 is linear (start-up included)', all)
  growthTable(report, 'Growth: the exponent of the peak memory', all, {figureOf: ({peak}) => peak})
} finally {
  await server.stop()
}
