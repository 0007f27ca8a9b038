// What is done to the table t.rows while it is spoiled.
import {Field, Int64, makeData, RecordBatch, Schema, Struct} from 'apache-arrow'
import {appendFiles, arrowRows, currentSchema, expireSnapshots, optimize, vacuum, writeDataFiles} from '../../../dist/index.js'

export const ROWS = 50
const DAY = 86_400_000
const ROWS_TABLE = {namespace: ['t'], name: 'rows'}

/**
 * A context in which nothing is shown and nothing interrupts, some days ahead.
 *
 * @returns {any}
 */
export const quietContext = (days = 0) => ({
  signal: new AbortController().signal,
  clock: {now: () => Date.now() + days * DAY},
  progress: {start() {}, advance() {}, done() {}},
  log: {debug() {}, warn() {}},
})

/** Rows of one batch: `batch` is its number, `id` counts through it. */
function rowsOf(batch) {
  const columns = [BigInt64Array.from({length: ROWS}, () => BigInt(batch)), BigInt64Array.from({length: ROWS}, (_, id) => BigInt(id))]
  const fields = ['batch', 'id'].map((column) => new Field(column, new Int64(), true))
  const children = columns.map((data) => makeData({type: new Int64(), length: ROWS, nullCount: 0, data}))
  return new RecordBatch(new Schema(fields), makeData({type: new Struct(fields), length: ROWS, nullCount: 0, children}))
}

export async function appendBatch(lake, batch, context) {
  const table = await lake.getTable(ROWS_TABLE)
  const schema = currentSchema(table.metadata)
  const rows = (async function* () {
    yield arrowRows(rowsOf(batch), schema)
  })()
  const files = await writeDataFiles(table, rows, {signal: context.signal, onStaged() {}, onRows() {}})
  await appendFiles(table, files, context)
}

/** Nobody else writes while vacuum runs, so that a clock two days ahead makes every orphan old enough. */
const OPERATIONS = {
  optimize: [optimize, {minInputFiles: 2}, 0],
  expire: [expireSnapshots, {olderThan: 0, retainLast: 1}, 0],
  vacuum: [vacuum, {olderThan: DAY}, 2],
}

/** @param {object} [more] options of vacuum that the catalog needs */
export async function once(lake, job, more = {}) {
  const [operation, given, days] = OPERATIONS[job]
  const options = job === 'vacuum' ? {...given, ...more} : given
  const context = quietContext(days)
  const table = await lake.getTable(ROWS_TABLE)
  await operation.execute(table, await operation.plan(table, options, context), context)
}

/** What a process that may be killed does: `append` makes three commits, each of one batch, told of on stdout; the others run once. */
export async function runJob(lake, [job, first], more = {}) {
  console.log('ready')
  if (job !== 'append') return once(lake, job, more)
  for (let batch = 0; batch < 3; batch += 1) {
    await appendBatch(lake, Number(first) + batch, quietContext())
    console.log(`batch ${Number(first) + batch}`)
  }
}
