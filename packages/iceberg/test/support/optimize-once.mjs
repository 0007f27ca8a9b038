// A process of the test of memory: optimizes the table `t.wide` of a lakehouse once, with what is compiled.
//   optimize-once.mjs <database url> <warehouse>
import {openDatabase} from '../../../state/dist/index.js'
import {icebergTable, localFileIO, optimize} from '../../dist/index.js'
import {createSqlCatalog} from '../../dist/sql.js'

const [, , uri, warehouse] = process.argv
const {db, close} = await openDatabase(uri)
const io = localFileIO()
const catalog = createSqlCatalog({name: 'lake', warehouse, db: async () => db, openIO: async () => io})
const name = {namespace: ['t'], name: 'wide'}
const table = icebergTable(catalog, name, await catalog.loadTable(name))
const context = {
  signal: new AbortController().signal,
  progress: {start() {}, advance() {}, done() {}},
  clock: {now: Date.now},
  log: {debug() {}, warn() {}},
  tracer: {startSpan: () => ({end() {}})},
  principal: {name: 'test', roles: []},
}
const plan = await optimize.plan(table, {}, context)
const {rewrittenDataFiles, addedDataFiles, rows} = await optimize.execute(table, plan, context)
await close()
console.log(JSON.stringify({rewrittenDataFiles, addedDataFiles, rows}))
