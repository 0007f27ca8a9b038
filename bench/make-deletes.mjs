// Makes bench.events: so many data files of 1,000 rows, ten times as many position delete files, and so many equality deletes:
// make-deletes.mjs <folder> <data files> <equality deletes>
import {appendFiles, currentSchema, localFileIO, parseType, writeDataFiles} from '@phlo/iceberg'
// A writer of deletes is no part of what the library offers: engines write them, Phlo replaces them.
import {commitTable} from '../packages/iceberg/dist/commit/commit-table.js'
import {NO_FILES} from '../packages/iceberg/dist/commit/manifests.js'
import {proposeSnapshot} from '../packages/iceberg/dist/commit/propose-snapshot.js'
import {positionBitmap} from '../packages/iceberg/dist/deletes/roaring.js'
import {writePositionDeletes} from '../packages/iceberg/dist/deletes/write-position-deletes.js'
import {createParquetFile, parquetWriteOptions} from '../packages/iceberg/dist/parquet/write-file.js'
import {committing, createEvents} from './lake.mjs'

const ROWS = 1000
const [folder, files, keys] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const io = localFileIO()
const context = {...committing, onStaged() {}, onRows() {}}
const created = await createEvents(folder, {schema: parseType('struct<id: long, amount: long>')})
let {table} = created

const data = []
for (let file = 0; file < files; file += 1) {
  const column = (leaf) => ({leaf, values: BigInt64Array.from({length: ROWS}, (_, row) => BigInt(file * ROWS + row)), rows: ROWS})
  const batches = (async function* () {
    yield {rows: ROWS, column}
  })()
  data.push(...(await writeDataFiles(table, batches, context)))
}
await appendFiles(table, data, context)

const deletes = []
const base = {specId: 0, partition: [], properties: {}}
for (let file = 0; file < files * 10; file += 1) {
  const touched = Array.from({length: 10}, (_, index) => data[(file * 7 + index * 13) % files].filePath)
  const positions = new Map(touched.map((path) => [path, positionBitmap([(file * 31) % ROWS])]))
  deletes.push(await writePositionDeletes(io, {...base, path: `${table.location}/data/${file}-deletes.parquet`, deletes: positions}))
}
const equality = {...currentSchema(table.metadata), fields: currentSchema(table.metadata).fields.slice(0, 1)}
if (keys > 0) {
  const path = `${table.location}/data/equality.parquet`
  const writer = await createParquetFile(io, path, equality, parquetWriteOptions({}, equality))
  for (let from = 0; from < keys; from += 250_000) {
    const rows = Math.min(250_000, keys - from)
    // Every third is the id of a row; the others are of rows that were never here.
    const id = (row) => BigInt((from + row) % 3 === 0 ? (from + row) % (files * ROWS) : files * ROWS + from + row)
    await writer.writeRowGroup(rows, (leaf) => ({leaf, values: BigInt64Array.from({length: rows}, (_, row) => id(row)), rows}))
  }
  const {size, recordCount} = await writer.close()
  const file = {content: 'equality-deletes', filePath: path, fileFormat: 'PARQUET', fileSizeInBytes: size, recordCount, equalityIds: [1]}
  deletes.push({...file, specId: 0, partition: []})
}
table = await table.refresh()
const change = {operation: 'delete', added: deletes.map((dataFile) => ({dataFile})), removed: NO_FILES}
await commitTable(table, (from) => proposeSnapshot(from, change, context), context)
await created.close()
console.log(`${data.length} data files, ${deletes.length} delete files, ${keys} equality deletes`)
