import {execFileSync} from 'node:child_process'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {append, optimize} from '@phlo/iceberg'
import {duckdb} from '../support/judges.js'
import {openLake} from '../support/lake.js'
import {required} from '../support/required.js'

const COLUMNS = ['id', 'day', 'at', 'amount', 'price', 'name', 'flag']

test('DuckDB’s Iceberg extension reads the same rows before and after optimize', async () => {
  const lake = await openLake()
  const file = join(lake.folder, 'rows.parquet')
  const sql = `COPY (SELECT r::BIGINT id, DATE '2023-12-30' + (r % 70)::INT AS day, TIMESTAMP '2024-01-01' + INTERVAL (r) MINUTE AS at,
    (r * 1.5)::DOUBLE amount, (r / 7)::DECIMAL(9, 2) price, CASE WHEN r % 5 = 0 THEN NULL ELSE 'name ' || r END AS name, r % 2 = 0 AS flag
    FROM range(5000) t(r)) TO '${file}' (FORMAT parquet)`
  execFileSync(required('PHLO_TEST_DUCKDB'), ['-c', 'import duckdb, sys; duckdb.execute(sys.argv[1])', sql])
  await lake.catalog.createNamespace(['ours'], {})
  const types = {id: 'long', day: 'date', at: 'timestamp', amount: 'double', price: 'decimal(9,2)', name: 'string', flag: 'boolean'}
  const fields = Object.entries(types).map(([name, type], index) => ({id: index + 1, name, type, required: false}))
  const partitionSpec = {'spec-id': 0, fields: [{'source-id': 2, 'field-id': 1000, name: 'day_month', transform: 'month'}]}
  await lake.catalog.createTable({namespace: ['ours'], name: 'rows'}, {schema: {type: 'struct', fields}, partitionSpec})
  for (let commit = 0; commit < 6; commit++) await lake.run(append, 'ours.rows', {files: [file]})
  const before = duckdb((await lake.table('ours.rows')).metadataLocation, COLUMNS)
  const {plan} = await lake.run(optimize, 'ours.rows', {})
  expect(plan).toMatchObject({inputFiles: 24, outputFiles: 4})
  expect(duckdb((await lake.table('ours.rows')).metadataLocation, COLUMNS)).toEqual(before)
  expect(before).toMatchObject({rows: 30_000, columns: {name: {nulls: 6000}, id: {nulls: 0}}})
  await lake.close()
})
