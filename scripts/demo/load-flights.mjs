// Appends the three million flights as a streaming writer with five tasks would: ten commits a month, a file a task in each.
import {join} from 'node:path'
import {appendFiles, currentSchema, leavesOf, localFileIO, parquetBatches, pickRows, writeDataFiles} from '@phlo/iceberg'
import {root} from '../lib/places.mjs'
import {openDemoTable} from './open-table.mjs'

const COMMITS_A_MONTH = 10
const TASKS = 5
const DAY = 86_400_000_000n

const context = {signal: new AbortController().signal, clock: {now: Date.now}, log: {debug() {}, warn: console.warn}}
const writing = {signal: context.signal, onStaged() {}, onRows() {}}

const {table: opened, close} = await openDemoTable(process.argv[2])
const schema = currentSchema(opened.metadata)
const source = {path: join(root, 'node_modules', 'vega-datasets', 'data', 'flights-3m.parquet')}

/** The whole file in memory, its columns decoded once, with the row at which each part begins. */
const parts = []
let total = 0
for await (const batch of parquetBatches(localFileIO(), source, schema)) {
  const columns = new Map(leavesOf(schema).map((leaf) => [leaf.fieldId, batch.column(leaf)]))
  parts.push({begin: total, batch: {rows: batch.rows, column: ({fieldId}) => columns.get(fieldId)}})
  total += batch.rows
}

/** Where the months begin; the file is in the order of the flights. */
const [dateLeaf] = leavesOf(schema)
const months = []
let last = -1
for (const {begin, batch} of parts) {
  const {values} = batch.column(dateLeaf)
  for (let row = 0; row < batch.rows; row += 1) {
    const month = new Date(Number(values[row] / DAY) * 86_400_000).getUTCMonth()
    if (month !== last) months.push(begin + row)
    last = month
  }
}
const july = months[6] ?? total
const bounds = [...months.slice(0, 6), total]

/** The rows of one task: every fifth of a commit's, say. The first task also takes what lands in July a minute after June. */
async function* rowsOf(begin, end, task, tasks) {
  for (const {begin: first, batch} of parts) {
    const rows = []
    for (let row = Math.max(begin, first); row < Math.min(end, first + batch.rows); row += 1) {
      if ((row >= july ? 0 : (row - begin) % tasks) === task) rows.push(row - first)
    }
    if (rows.length > 0) yield pickRows(batch, Uint32Array.from(rows))
  }
}

let table = opened
let files = 0
let commits = 0
const started = performance.now()
for (let month = 0; month + 1 < bounds.length; month += 1) {
  for (let commit = 0; commit < COMMITS_A_MONTH; commit += 1) {
    const [begin, end] = [commit, commit + 1].map(
      (at) => bounds[month] + Math.floor(((bounds[month + 1] - bounds[month]) * at) / COMMITS_A_MONTH),
    )
    const added = []
    const tasks = end > july ? TASKS - 1 : TASKS
    for (let task = 0; task < tasks; task += 1) added.push(...(await writeDataFiles(table, rowsOf(begin, end, task, tasks), writing)))
    ;({table} = await appendFiles(table, added, context))
    files += added.length
    commits += 1
  }
}
await close()
const seconds = ((performance.now() - started) / 1000).toFixed(1)
console.log(`${total.toLocaleString('en-US')} rows in ${files} files and ${commits} commits, written in ${seconds} s`)
