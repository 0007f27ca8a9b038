// One process of the crash and crowd tests: does one job on the table `t.rows` of a lakehouse, with what is compiled.
//   worker.mjs <database url> <folder> append <commits> <first batch>   each commit is one batch of ROWS rows, told of on stdout
//   worker.mjs <database url> <folder> optimize|expire|vacuum           once
//   worker.mjs <database url> <folder> optimize|expire loop             until standard input ends
import {Field, Int64, makeData, RecordBatch, Schema, Struct} from 'apache-arrow'
import {openDatabase} from '../../../state/dist/index.js'
import {
  appendFiles,
  arrowRows,
  currentSchema,
  expireSnapshots,
  icebergTable,
  localFileIO,
  optimize,
  vacuum,
  writeDataFiles,
} from '../../dist/index.js'
import {createSqlCatalog} from '../../dist/sql.js'

const ROWS = 50
const DAY = 86_400_000
const [, , uri, folder, job, how, first] = process.argv

const {db, close} = await openDatabase(uri)
const io = localFileIO()
const catalog = createSqlCatalog({name: 'lake', warehouse: `file://${folder}/warehouse`, db: async () => db, openIO: async () => io})
const name = {namespace: ['t'], name: 'rows'}
const load = async () => icebergTable(catalog, name, await catalog.loadTable(name))

/** Nobody else writes while vacuum runs here, so that a clock two days ahead makes every orphan old enough. */
const context = {
  signal: new AbortController().signal,
  clock: {now: () => Date.now() + (job === 'vacuum' ? 2 * DAY : 0)},
  progress: {start() {}, advance() {}, done() {}},
  log: {debug() {}, warn() {}},
}

/** Rows of one batch: `batch` is its number, `id` counts through it. */
function rowsOf(batch) {
  const columns = [BigInt64Array.from({length: ROWS}, () => BigInt(batch)), BigInt64Array.from({length: ROWS}, (_, id) => BigInt(id))]
  const fields = ['batch', 'id'].map((column) => new Field(column, new Int64(), true))
  const children = columns.map((data) => makeData({type: new Int64(), length: ROWS, nullCount: 0, data}))
  return new RecordBatch(new Schema(fields), makeData({type: new Struct(fields), length: ROWS, nullCount: 0, children}))
}

async function appendBatch(batch) {
  const table = await load()
  const schema = currentSchema(table.metadata)
  const rows = (async function* () {
    yield arrowRows(rowsOf(batch), schema)
  })()
  const files = await writeDataFiles(table, rows, {signal: context.signal, onStaged() {}, onRows() {}})
  await appendFiles(table, files, context)
  console.log(`batch ${batch}`)
}

const OPERATIONS = {
  optimize: [optimize, {minInputFiles: 2}],
  expire: [expireSnapshots, {olderThan: 0, retainLast: 1}],
  vacuum: [vacuum, {olderThan: DAY}],
}

async function once() {
  const [operation, options] = OPERATIONS[job]
  const table = await load()
  await operation.execute(table, await operation.plan(table, options, context), context)
}

/** What somebody else's commit may bring about, and that leaves everything as it was. */
const isConflict = (error) => ['COMMIT_CONFLICT', 'FILES_GONE', 'PLAN_OUTDATED', 'FILE_NOT_FOUND', 'TABLE_CHANGED'].includes(error?.code)

async function loop() {
  let open = true
  process.stdin.on('end', () => {
    open = false
  })
  process.stdin.resume()
  let done = 0
  while (open) {
    await once().then(
      () => {
        done += 1
      },
      (error) => {
        if (!isConflict(error)) throw error
      },
    )
  }
  console.log(`done ${done}`)
}

console.log('ready')
if (job === 'append') for (let batch = 0; batch < Number(how); batch += 1) await appendBatch(Number(first) + batch)
else if (how === 'loop') await loop()
else await once()
await close()
