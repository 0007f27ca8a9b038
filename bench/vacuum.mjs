// Vacuum: the time over 100,000 files of this machine of which 10 % are orphans, and the memory over 1,000,000 files that are only named.
// vacuum.mjs [files [names]]
import {join} from 'node:path'
import {bin, root} from '../scripts/lib/places.mjs'
import {roundRobin, runOnce} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openPeers} from './peers.mjs'
import {openReport} from './report.mjs'
import {openScratch} from './scratch.mjs'
import {sizeOf} from './state.mjs'

const [FILES, NAMES] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 1_000_000)]
const MANIFESTS = 20

const report = openReport('vacuum', 'A tenth of what lies below the table is in no snapshot of it.')
const peers = await openPeers(['iceberg-go', 'Spark'], report)
const host = await packedHost()

async function openTable(files, what) {
  const scratch = openScratch(host)
  await scratch.make('make-entries.mjs', (files / 10) * 9, MANIFESTS)
  await scratch.make('make-vacuum.mjs', files / 10, what)
  return scratch
}

const scratch = await openTable(FILES, 'files')
const {lake, restore} = scratch
scratch.save()
const vacuum = ['table', 'vacuum', 'bench.events', '--quiet']
const cleaned = () => {
  const {files} = sizeOf(join(lake, '.phlo', 'warehouse', 'bench', 'events', 'data'))
  if (files !== (FILES / 10) * 9) throw new Error(`${files} data files are left`)
}
const cases = [
  {name: 'phlo table vacuum', run: () => scratch.phlo(...vacuum, '--yes'), check: cleaned},
  {name: 'the same with --dry-run', run: () => scratch.phlo(...vacuum, '--dry-run')},
  {
    name: 'iceberg-go clean-orphan-files',
    peer: 'iceberg-go',
    run: () => peers.icebergGo(lake, 'clean-orphan-files', 'bench.events', '--yes'),
    check: cleaned,
  },
  {
    name: 'Spark remove_orphan_files',
    peer: 'Spark',
    run: () => peers.spark(lake, "CALL local.system.remove_orphan_files(table => 'bench.events')"),
    check: cleaned,
  },
]
const figures = await roundRobin(peers.available(cases).map((one) => ({...one, prepare: restore})))
report.times(`${FILES.toLocaleString('en')} files, ${(FILES / 10).toLocaleString('en')} of them orphans`, figures)
scratch.close()

const named = await openTable(NAMES, 'names')
const plan = () => runOnce(join(bin, 'node'), [join(root, 'bench', 'plan-vacuum.mjs'), named.lake], {cwd: root, env: named.env})
report.times(`${NAMES.toLocaleString('en')} files that are only named: the plan`, await roundRobin([{name: 'Phlo', run: plan}]))
named.close()
