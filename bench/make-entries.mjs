// Makes the table bench.events of so many files that do not exist, in so many commits, each of which leaves a manifest:
// make-entries.mjs <folder> <files> <commits>. Planning reads metadata alone, and this is quick to make.
import {appendFiles, parsePartitionSpec, parseType} from '@phlo/iceberg'
import {committing, createEvents} from './lake.mjs'

const [folder, files, commits] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const schema = parseType(
  'struct<id: long, at: timestamp, user_id: string, kind: string, payload: string, amount: double, paid: boolean, age: int>',
)
const partitionSpec = parsePartitionSpec('day(at)', schema)
const {table: empty, close} = await createEvents(folder, {schema, partitionSpec})

const DAYS = 100
const FIRST_DAY = 20_089
const COLUMNS = schema.fields.map(({id}) => id)
const perColumn = (of) => new Map(COLUMNS.map((id) => [id, of(id)]))
const bytesOf = (values) => Buffer.from(values.buffer)
/** A bound of a column, which is of its type: readers decode them. */
function bound(column, value, text) {
  if (column <= 2) return bytesOf(BigInt64Array.of(BigInt(value)))
  if (column <= 5) return Buffer.from(text)
  if (column === 6) return bytesOf(Float64Array.of(value / 100))
  return column === 7 ? Buffer.from([value & 1]) : bytesOf(Int32Array.of(value % 100))
}

/** A small file with the statistics of eight columns that a writer with `truncate(16)` leaves. */
function dataFile(number) {
  const day = FIRST_DAY + (number % DAYS)
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10)
  const id = `${number.toString(16).padStart(8, '0')}-0000-4000-8000-${(number * 2_654_435_761).toString(16).padStart(12, '0').slice(-12)}`
  return {
    content: 'data',
    filePath: `${empty.location}/data/at_day=${date}/00000-${number}-${id}.parquet`,
    fileFormat: 'PARQUET',
    specId: 0,
    partition: [day],
    recordCount: 2000 + (number % 97),
    fileSizeInBytes: 95_000 + (number % 1009),
    columnSizes: perColumn((column) => 9000 + ((number * column) % 4001)),
    valueCounts: perColumn(() => 2000 + (number % 97)),
    nullValueCounts: perColumn((column) => (column === 8 ? 200 : 0)),
    nanValueCounts: new Map([[6, 0]]),
    lowerBounds: perColumn((column) => bound(column, number * 2000, `lower bound ${number % 9973}`)),
    upperBounds: perColumn((column) => bound(column, number * 2000 + 1999, `upper bound ${number % 9973}`)),
    splitOffsets: [4],
    sortOrderId: 0,
  }
}

let table = empty
for (let commit = 0; commit < commits; commit += 1) {
  const [from, to] = [commit, commit + 1].map((end) => Math.floor((end * files) / commits))
  const added = Array.from({length: to - from}, (_, index) => dataFile(from + index))
  table = (await appendFiles(table, added, committing)).table
}
await close()
