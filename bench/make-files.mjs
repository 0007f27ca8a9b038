// Makes the table bench.events of so many files with so many rows each: make-files.mjs <folder> <files> <rows>
import {appendFiles, arrowRows, currentSchema, parseType, writeDataFiles} from '@phlo/iceberg'
import {Bool, Field, Float64, Int32, Int64, makeData, RecordBatch, Schema, Struct, TimestampMicrosecond, Utf8} from 'apache-arrow'
import {committing, createEvents} from './lake.mjs'

const [folder, files, rows] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const schema = parseType(
  'struct<id: long, at: timestamp, user_id: string, kind: string, payload: string, amount: double, paid: boolean, age: int>',
)
const {table, close} = await createEvents(folder, {schema})

/** The same whole numbers below `limit` each time (xorshift). */
let state = 2463534242
function random(limit) {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return Math.floor(((state >>> 0) / 2 ** 32) * limit)
}

const KINDS = ['click', 'view', 'purchase', 'scroll', 'login']
const hex = () =>
  random(2 ** 32)
    .toString(16)
    .padStart(8, '0')
const fill = (Values, of) => {
  const values = new Values(rows)
  for (let row = 0; row < rows; row += 1) values[row] = of(row)
  return values
}
function bits(of) {
  const bytes = new Uint8Array(Math.ceil(rows / 8))
  for (let row = 0; row < rows; row += 1) if (of(row)) bytes[row >> 3] |= 1 << (row & 7)
  return bytes
}
const plain = (type, Values, of) => makeData({type, length: rows, nullCount: 0, data: fill(Values, of)})
function texts(of) {
  const all = Array.from({length: rows}, (_, row) => of(row))
  const valueOffsets = new Int32Array(rows + 1)
  for (let row = 0; row < rows; row += 1) valueOffsets[row + 1] = valueOffsets[row] + all[row].length
  return makeData({type: new Utf8(), length: rows, nullCount: 0, valueOffsets, data: Buffer.from(all.join(''), 'latin1')})
}

function batch(file) {
  const columns = {
    id: plain(new Int64(), BigInt64Array, (row) => BigInt(file * rows + row)),
    at: plain(new TimestampMicrosecond(), BigInt64Array, (row) => BigInt(1735689600000000 + (file * 60 + row * 37) * 1000000)),
    user_id: texts(() => `user_${random(1_000_000)}`),
    kind: texts(() => KINDS[random(KINDS.length)]),
    payload: texts(() => hex() + hex() + hex() + hex() + hex() + hex() + hex() + hex()),
    amount: plain(new Float64(), Float64Array, () => random(1_000_000) / 100),
    paid: makeData({type: new Bool(), length: rows, nullCount: 0, data: bits(() => random(2) === 1)}),
    age: makeData({
      type: new Int32(),
      length: rows,
      nullCount: Math.ceil(rows / 10),
      nullBitmap: bits((row) => row % 10 !== 0),
      data: fill(Int32Array, () => random(100)),
    }),
  }
  const fields = Object.entries(columns).map(([name, {type}]) => new Field(name, type, true))
  return new RecordBatch(
    new Schema(fields),
    makeData({type: new Struct(fields), length: rows, nullCount: 0, children: Object.values(columns)}),
  )
}

const added = []
for (let file = 0; file < files; file += 1) {
  const source = (async function* () {
    yield arrowRows(batch(file), currentSchema(table.metadata))
  })()
  added.push(...(await writeDataFiles(table, source, {signal: committing.signal, onStaged() {}, onRows() {}})))
}
await appendFiles(table, added, committing)
await close()
