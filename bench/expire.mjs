// Expiring all of 1,000 snapshots but the last, each of which appended a small data file: the whole command, with what it deletes.
// expire.mjs [snapshots]
import {roundRobin} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openPeers} from './peers.mjs'
import {openReport} from './report.mjs'
import {openScratch} from './scratch.mjs'
import {stateOf} from './state.mjs'

const SNAPSHOTS = Number(process.argv[2] ?? 1000)

const report = openReport('expire', 'All snapshots but the last are expired, and the files that nothing refers to any more are deleted.')
const peers = await openPeers(['iceberg-go', 'Spark'], report)
const host = await packedHost()
const scratch = openScratch(host)
const {lake, restore} = scratch
await scratch.make('make-appends.mjs', SNAPSHOTS)
scratch.save()

const expire = ['table', 'expire-snapshots', 'bench.events', '--older-than', '1ms']
const all = "older_than => TIMESTAMP '2999-01-01 00:00:00', retain_last => 1"
const expired = async () => {
  const {snapshots} = await stateOf(lake)
  if (snapshots !== 1) throw new Error(`${snapshots} snapshots are left`)
}
const cases = [
  {name: 'phlo table expire-snapshots', run: () => scratch.phlo(...expire, '--yes'), check: expired},
  {name: 'the same with --dry-run', run: () => scratch.phlo(...expire, '--dry-run')},
  {
    name: 'iceberg-go expire-snapshots',
    peer: 'iceberg-go',
    run: () => peers.icebergGo(lake, 'expire-snapshots', 'bench.events', '--older-than', '1ms', '--retain-last', '1', '--yes'),
    check: expired,
  },
  {
    name: 'Spark expire_snapshots',
    peer: 'Spark',
    run: () => peers.spark(lake, `CALL local.system.expire_snapshots(table => 'bench.events', ${all})`),
    check: expired,
  },
]
const figures = await roundRobin(peers.available(cases).map((one) => ({...one, prepare: restore})))
report.times(`${(SNAPSHOTS - 1).toLocaleString('en')} of ${SNAPSHOTS.toLocaleString('en')} snapshots`, figures)
scratch.close()
