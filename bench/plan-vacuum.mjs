// Plans the vacuum of bench.events over a store that has what <folder>/listing names: plan-vacuum.mjs <folder>
import {createReadStream} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {localFileIO, vacuum} from '@phlo/iceberg'
import {openEvents, operating} from './lake.mjs'

const folder = process.argv[2]
const local = localFileIO()
async function* list(prefix) {
  yield* local.list(prefix)
  let page = []
  for await (const path of createInterface({input: createReadStream(join(folder, 'listing'))})) {
    page.push({path, size: 100_000, modifiedAt: 1_700_000_000_000})
    if (page.length < 1000) continue
    yield page
    page = []
  }
  yield page
}
const {table, close} = await openEvents(folder, {...local, list})
console.log((await vacuum.plan(table, {}, operating)).summary)
await close()
