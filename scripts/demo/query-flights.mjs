// The aggregate query of the quickstart, over Phlo's own scan: flights and their mean delay for the busiest airports.

import {scanRecordBatches} from '@phlo/iceberg'
import {openDemoTable} from './open-table.mjs'

const {table, close} = await openDemoTable(process.argv[2])
const started = performance.now()
const airports = new Map()
let rows = 0
for await (const batch of scanRecordBatches(table, {columns: ['origin', 'delay', 'distance']})) {
  const [origins, delays, distances] = ['origin', 'delay', 'distance'].map((name) => batch.getChild(name))
  for (let row = 0; row < batch.numRows; row += 1) {
    const origin = origins.get(row)
    const airport = airports.get(origin) ?? {flights: 0, delay: 0, distance: 0}
    airport.flights += 1
    airport.delay += Number(delays.get(row))
    airport.distance += Number(distances.get(row))
    airports.set(origin, airport)
  }
  rows += batch.numRows
}
await close()
const busiest = [...airports].sort(([a, x], [b, y]) => y.flights - x.flights || a.localeCompare(b)).slice(0, 5)
console.log('origin    flights  mean delay (min)  mean distance (miles)')
for (const [origin, {flights, delay, distance}] of busiest) {
  const figures = [
    flights.toLocaleString('en-US').padStart(7),
    (delay / flights).toFixed(3).padStart(16),
    (distance / flights).toFixed(1).padStart(21),
  ]
  console.log(`${origin.padEnd(8)}  ${figures.join('  ')}`)
}
console.log(`${rows.toLocaleString('en-US')} rows read in ${((performance.now() - started) / 1000).toFixed(1)} s`)
