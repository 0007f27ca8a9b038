// Makes the table bench.events of so many files with so many rows each: make-files.mjs <folder> <files> <rows>
import {join} from 'node:path'
import {appendFiles, arrowRows, currentSchema, icebergTable, localFileIO, parseType, writeDataFiles} from '@phlo/iceberg'
import {createSqlCatalog} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'
import {
  Bool,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'

const [folder, files, rows] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const {db, close} = await openDatabase(`sqlite:///${join(folder, '.phlo', 'catalog.db')}`)
const io = localFileIO()
const catalog = createSqlCatalog({name: 'local', warehouse: `file://${folder}/.phlo/warehouse`, db: async () => db, openIO: async () => io})
const name = {namespace: ['bench'], name: 'events'}
await catalog.createNamespace(['bench'], {})
const schema = parseType(
  'struct<id: long, at: timestamp, user_id: string, kind: string, payload: string, amount: double, paid: boolean, age: int>',
)
const table = icebergTable(catalog, name, await catalog.createTable(name, {schema}))

/** The same numbers each time (xorshift). */
let state = 88172645463325252n
const random = () => {
  state ^= BigInt.asUintN(64, state << 13n)
  state ^= state >> 7n
  state = BigInt.asUintN(64, state ^ (state << 17n))
  return Number(state >> 11n) / 2 ** 53
}
const hex = () =>
  Array.from({length: 8}, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')

function batch(file) {
  const make = (of) => Array.from({length: rows}, (_, row) => of(row))
  const longs = (type, of) => makeData({type, length: rows, nullCount: 0, data: BigInt64Array.from(make((row) => BigInt(of(row))))})
  const built = (type, of) => vectorFromArray(make(of), type).data[0]
  const columns = [
    ['id', new Int64(), longs(new Int64(), (row) => file * rows + row)],
    ['at', new TimestampMicrosecond(), longs(new TimestampMicrosecond(), (row) => 1735689600000000 + (file * 60 + row * 37) * 1000000)],
    ['user_id', new Utf8(), built(new Utf8(), () => `user_${Math.floor(random() * 1_000_000)}`)],
    ['kind', new Utf8(), built(new Utf8(), () => ['click', 'view', 'purchase', 'scroll', 'login'][Math.floor(random() * 5)])],
    ['payload', new Utf8(), built(new Utf8(), hex)],
    [
      'amount',
      new Float64(),
      makeData({
        type: new Float64(),
        length: rows,
        nullCount: 0,
        data: Float64Array.from(make(() => Math.floor(random() * 1_000_000) / 100)),
      }),
    ],
    ['paid', new Bool(), built(new Bool(), () => random() < 0.3)],
    ['age', new Int32(), built(new Int32(), (row) => (row % 10 === 0 ? null : Math.floor(random() * 100)))],
  ]
  const fields = columns.map(([column, type]) => new Field(column, type, true))
  return new RecordBatch(
    new Schema(fields),
    makeData({type: new Struct(fields), length: rows, nullCount: 0, children: columns.map(([, , data]) => data)}),
  )
}

const writing = {signal: new AbortController().signal, onStaged() {}, onRows() {}}
const added = []
for (let file = 0; file < files; file += 1) {
  const source = (async function* () {
    yield arrowRows(batch(file), currentSchema(table.metadata))
  })()
  added.push(...(await writeDataFiles(table, source, writing)))
}
await appendFiles(table, added, {signal: writing.signal, clock: {now: Date.now}, log: {debug() {}, warn() {}}})
await close()
console.log(`${added.length} files, ${Math.round(added.reduce((sum, {fileSizeInBytes}) => sum + fileSizeInBytes, 0) / 1024 ** 2)} MiB`)
