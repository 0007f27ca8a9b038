// Optimizes the table bench.events and tells how long executing the plan took, without start-up and planning: execute-optimize.mjs <folder>
import {optimize} from '@phlo/iceberg'
import {openEvents, operating} from './lake.mjs'

const {table, close} = await openEvents(process.argv[2])
const plan = await optimize.plan(table, {}, operating)
const begin = performance.now()
await optimize.execute(table, plan, operating)
console.log(JSON.stringify({ms: performance.now() - begin}))
await close()
