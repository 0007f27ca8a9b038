import {execFileSync} from 'node:child_process'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {append, liveFiles, localPath, optimize} from '@phlo/iceberg'
import {duckdb} from '../support/judges.js'
import {openLake} from '../support/lake.js'
import {required} from '../support/required.js'

const COLUMNS = ['id', 'at', 'amount', 'price', 'name', 'flag']

/** What DuckDB answers to a query, as text. */
const ask = (sql: string) =>
  execFileSync(required('PHLO_TEST_DUCKDB'), ['-c', 'import duckdb, sys; print(duckdb.execute(sys.argv[1]).fetchall())', sql], {
    encoding: 'utf8',
  }).trim()

test('DuckDB finds the rows of a file in the order that it was sorted by, and the table as it was', async () => {
  const lake = await openLake()
  const source = join(lake.folder, 'rows.parquet')
  ask(`COPY (SELECT (r * 7919) % 5000 AS id, TIMESTAMP '2024-01-01' + INTERVAL (r % 97) MINUTE AS at, (r * 1.5)::DOUBLE amount,
    (r / 7)::DECIMAL(9, 2) price, CASE WHEN r % 5 = 0 THEN NULL ELSE 'näme ' || r % 311 END AS name, r % 2 = 0 AS flag
    FROM range(5000) t(r)) TO '${source}' (FORMAT parquet)`)
  await lake.catalog.createNamespace(['ours'], {})
  const types = {id: 'long', at: 'timestamp', amount: 'double', price: 'decimal(9,2)', name: 'string', flag: 'boolean'}
  const fields = Object.entries(types).map(([name, type], index) => ({id: index + 1, name, type, required: false}))
  await lake.catalog.createTable({namespace: ['ours'], name: 'rows'}, {schema: {type: 'struct', fields}})
  for (let commit = 0; commit < 3; commit++) await lake.run(append, 'ours.rows', {files: [source]})
  const judged = async () => duckdb((await lake.table('ours.rows')).metadataLocation, COLUMNS)
  const before = await judged()
  await lake.run(optimize, 'ours.rows', {sort: 'name DESC NULLS FIRST, at, id DESC', memoryLimit: 1024 ** 2})
  expect(await judged()).toEqual(before)
  const paths: string[] = []
  for await (const {path} of liveFiles(await lake.table('ours.rows'))) paths.push(localPath(path))
  const misplaced = `SELECT count(*), count(*) FILTER (place <> row - 1) FROM (
    SELECT file_row_number AS place, row_number() OVER (ORDER BY name DESC NULLS FIRST, "at" ASC NULLS FIRST, id DESC NULLS LAST, file_row_number) AS row
    FROM read_parquet('${paths[0]}', file_row_number = true))`
  expect(paths).toHaveLength(1)
  expect(ask(misplaced)).toBe('[(15000, 0)]')
  await lake.run(optimize, 'ours.rows', {zorder: ['at', 'amount', 'price']})
  expect(await judged()).toEqual(before)
  await lake.close()
})
