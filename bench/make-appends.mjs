// Makes the table bench.events by so many appends of one small data file each: make-appends.mjs <folder> <appends>
import {appendFiles, arrowRows, currentSchema, parseType, writeDataFiles} from '@phlo/iceberg'
import {tableFromArrays} from 'apache-arrow'
import {committing, createEvents} from './lake.mjs'

const [folder, appends] = [process.argv[2], Number(process.argv[3])]
const ROWS = 10
const {table: empty, close} = await createEvents(folder, {schema: parseType('struct<id: long, amount: double>')})
let table = empty
for (let append = 0; append < appends; append += 1) {
  const rows = tableFromArrays({
    id: BigInt64Array.from({length: ROWS}, (_, row) => BigInt(append * ROWS + row)),
    amount: Float64Array.from({length: ROWS}, (_, row) => append + row / ROWS),
  })
  const source = (async function* () {
    yield arrowRows(rows.batches[0], currentSchema(table.metadata))
  })()
  const added = await writeDataFiles(table, source, {signal: committing.signal, onStaged() {}, onRows() {}})
  table = (await appendFiles(table, added, committing)).table
}
await close()
