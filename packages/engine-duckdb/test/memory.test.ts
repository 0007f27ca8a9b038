import {mkdir, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DuckDBInstance} from '@duckdb/node-api'
import {expect, test} from '@jest/globals'
import {engine} from '@phlo/engine-duckdb'

test('more rows than memory go through the temporary folder, and every one of them comes out in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'phlo-test-memory-'))
  const [rows, output, temporaryFolder] = ['rows.parquet', 'sorted.parquet', 'spill'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await mkdir(temporaryFolder)
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  await connection.run(
    `COPY (SELECT (range * 7919) % 3000000 AS f1, md5(range::varchar) AS f2, range / 7 AS f3 FROM range(3000000))
     TO '${rows}' (FORMAT parquet, ROW_GROUP_SIZE 20480)`,
  )
  let spilled = 0
  const look = setInterval(async () => {
    spilled = Math.max(spilled, (await readdir(temporaryFolder).catch(() => [])).length)
  }, 20)
  await engine.sort?.({
    ...{rows, output, temporaryFolder, codec: 'zstd', rowGroupRows: 20_480, memoryLimit: 128 * 1024 ** 2},
    columns: ['long', 'string', 'double'].map((type, index) => ({path: [`f${index + 1}`], type})),
    order: {by: 'columns', terms: [{column: 'f1', direction: 'desc', nulls: 'last'}]},
    signal: new AbortController().signal,
  })
  clearInterval(look)
  const {rows: judged} = await connection
    .runAndReadAll(
      `SELECT count(*), count(*) FILTER (f1 <> 2999999 - file_row_number), bit_xor(hash(f1, f2, f3)) = (SELECT bit_xor(hash(f1, f2, f3)) FROM '${rows}')
       FROM read_parquet('${output}', file_row_number = true)`,
    )
    .then((reader) => ({rows: reader.getRows()[0]}))
  expect(judged).toEqual([3_000_000n, 0n, true])
  expect(spilled).toBeGreaterThan(0)
  expect(await readdir(temporaryFolder)).toEqual([])
  connection.closeSync()
  instance.closeSync()
  await rm(folder, {recursive: true})
})
