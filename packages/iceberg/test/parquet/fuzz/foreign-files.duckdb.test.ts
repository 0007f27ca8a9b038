import {execFileSync} from 'node:child_process'
import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {readFooter} from '../../../src/parquet/footer.js'
import type {DataFile} from '../../../src/spec/manifest.js'
import type {Schema} from '../../../src/spec/types.js'
import {required} from '../../support/required.js'
import {schemaOf} from '../samples.js'
import {mergeAndVerify, parquetFolder} from '../scratch.js'

/** What the fuzzer found in files of other writers. */
const {io, folder, newPath} = parquetFolder('foreign')

const run = (judge: 'DUCKDB' | 'PYICEBERG', program: string) => execFileSync(required(`PHLO_TEST_${judge}`), ['-c', program])

async function fileOf(path: string, rows: number): Promise<DataFile> {
  const {size: fileSizeInBytes} = await stat(path)
  return {content: 'data', filePath: path, fileFormat: 'PARQUET', specId: 0, partition: [], recordCount: rows, fileSizeInBytes}
}

test('the nulls that DuckDB counts twice, in structs that are null in a list, are counted anew as the pages pass', async () => {
  const path = join(folder, 'duckdb.parquet')
  const ids = '{id: 1, places: {__duckdb_field_id: 2, element: {__duckdb_field_id: 3, zip: 4}}}'
  const rows = "SELECT i AS id, [CASE WHEN i % 2 = 0 THEN {'zip': i} END] AS places FROM range(10) numbers(i)"
  run('DUCKDB', `import duckdb; duckdb.execute("""COPY (${rows}) TO '${path}' (FORMAT parquet, FIELD_IDS ${ids})""")`)
  const schema: Schema = {
    type: 'struct',
    fields: [
      {id: 1, name: 'id', required: false, type: 'long'},
      {
        id: 2,
        name: 'places',
        required: false,
        type: {
          type: 'list',
          'element-id': 3,
          'element-required': false,
          element: {type: 'struct', fields: [{id: 4, name: 'zip', required: false, type: 'long'}]},
        },
      },
    ],
  }
  const file = await io.open(path)
  const footer = await readFooter(file)
  await file.close()
  expect(footer.row_groups[0]?.columns.map(({meta_data: chunk}) => chunk?.statistics?.null_count)).toEqual([0n, undefined])
  const decoded: string[] = []
  const inputs = [await fileOf(path, 10), await fileOf(path, 10)]
  const [merged] = await mergeAndVerify({inputs, schema, newPath, onDecoded: ({name}) => decoded.push(name)})
  expect(decoded).toEqual([])
  expect([...(merged?.metrics.nullValueCounts ?? [])]).toEqual([
    [1, 0],
    [4, 10],
  ])
})

test('a file of PyArrow without a row has columns that lie nowhere, and is merged with others', async () => {
  const [empty, full] = [join(folder, 'empty.parquet'), join(folder, 'full.parquet')]
  const field = "pa.schema([pa.field('id', pa.int64(), metadata={'PARQUET:field_id': '1'})])"
  const write = (path: string, ids: string) =>
    `pq.write_table(pa.table([pa.array(${ids}, pa.int64())], schema=${field}), '${path}', use_dictionary=False)`
  run('PYICEBERG', `import pyarrow as pa, pyarrow.parquet as pq; ${write(empty, '[]')}; ${write(full, '[1, None, 3]')}`)
  const inputs = [await fileOf(empty, 0), await fileOf(full, 3)]
  const [merged] = await mergeAndVerify({inputs, schema: schemaOf({id: 'long'}), newPath})
  expect({rows: merged?.recordCount, nulls: merged?.metrics.nullValueCounts?.get(1)}).toEqual({rows: 3, nulls: 1})
})
