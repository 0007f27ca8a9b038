import {leavesOf} from '../../src/parquet/leaves.ts'
import {sortRows} from '../../src/sort/sort-rows.ts'

// Sorts more rows than memory is given for, and tells what became of it and how many came out.
const [tempFolder] = process.argv.slice(2)
const schema = {type: 'struct', fields: [{id: 1, name: 'id', required: true, type: 'long'}]}
const [leaf] = leavesOf(schema)
const ROWS = 20_000
async function* batches() {
  for (let batch = 0; batch < 20; batch++) {
    yield {
      rows: ROWS,
      column: () => ({leaf, values: BigInt64Array.from({length: ROWS}, (_, row) => BigInt((row * 7919) % ROWS)), rows: ROWS}),
    }
  }
}
const order = {kind: 'sort', text: 'id', fields: [{'source-id': 1, transform: 'identity', direction: 'asc', 'null-order': 'nulls-first'}]}
const request = {
  order,
  schema,
  batches: batches(),
  memoryLimit: 2 ** 21,
  batchBytes: 2 ** 20,
  signal: new AbortController().signal,
  tempFolder,
}
let sorted = 0
try {
  for await (const {rows} of sortRows(request)) sorted += rows
  console.log(JSON.stringify({sorted}))
} catch ({code, exit, message}) {
  console.log(JSON.stringify({code, exit, message, sorted}))
}
