// Optimizes the table bench.events and tells how long that took without the start of the process, from opening the catalog to the end of the
// commit: execute-optimize.mjs <folder>
import {optimize} from '@phlo/iceberg'
import {openEvents, operating} from './lake.mjs'

const begin = performance.now()
const {table, close} = await openEvents(process.argv[2])
await optimize.execute(table, await optimize.plan(table, {}, operating), operating)
console.log(JSON.stringify({ms: performance.now() - begin}))
await close()
