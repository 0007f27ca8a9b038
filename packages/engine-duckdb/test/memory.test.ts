import {watch} from 'node:fs'
import {mkdir, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type DuckDBConnection, DuckDBInstance} from '@duckdb/node-api'
import {afterAll, beforeAll, beforeEach, expect, test} from '@jest/globals'
import type {SortFileRequest} from '@phlo/core'
import {engine} from '@phlo/engine-duckdb'

let folder: string
let request: SortFileRequest
let instance: DuckDBInstance
let connection: DuckDBConnection
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phlo-test-memory-'))
  instance = await DuckDBInstance.create()
  connection = await instance.connect()
  const [rows, output, temporaryFolder] = ['rows.parquet', 'sorted.parquet', 'spill'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await connection.run(
    `COPY (SELECT (range * 7919) % 3000000 AS f1, md5(range::varchar) AS f2, range / 7 AS f3 FROM range(3000000))
     TO '${rows}' (FORMAT parquet, ROW_GROUP_SIZE 20480)`,
  )
  request = {
    ...{rows, output, temporaryFolder, codec: 'zstd', rowGroupRows: 20_480, memoryLimit: 128 * 1024 ** 2},
    columns: ['long', 'string', 'double'].map((type, index) => ({path: [`f${index + 1}`], type})),
    order: {by: 'columns', terms: [{column: 'f1', direction: 'desc', nulls: 'last'}]},
    signal: new AbortController().signal,
  }
})
beforeEach(() => mkdir(request.temporaryFolder, {recursive: true}))
afterAll(async () => {
  connection?.closeSync()
  instance?.closeSync()
  await rm(folder, {recursive: true})
})

/** Sorts, and tells of each file that DuckDB makes room with on the way. */
async function sort(given: SortFileRequest, onSpill: () => void): Promise<void> {
  const watcher = watch(given.temporaryFolder, onSpill)
  try {
    await engine.sort?.(given)
  } finally {
    watcher.close()
  }
}

test('more rows than memory go through the temporary folder, and every one of them comes out in order', async () => {
  let spilled = 0
  await sort(request, () => {
    spilled += 1
  })
  const judged = await connection.runAndReadAll(
    `SELECT count(*), count(*) FILTER (f1 <> 2999999 - file_row_number),
       bit_xor(hash(f1, f2, f3)) = (SELECT bit_xor(hash(f1, f2, f3)) FROM '${request.rows}')
     FROM read_parquet('${request.output}', file_row_number = true)`,
  )
  expect(judged.getRows()).toEqual([[3_000_000n, 0n, true]])
  expect(spilled).toBeGreaterThan(0)
  expect(await readdir(request.temporaryFolder)).toEqual([])
})

test('an interrupt ends DuckDB in the middle of its work', async () => {
  const [stop, reason] = [new AbortController(), new Error('enough')]
  await expect(sort({...request, signal: stop.signal}, () => stop.abort(reason))).rejects.toBe(reason)
  expect(await readdir(request.temporaryFolder)).toEqual([])
})
