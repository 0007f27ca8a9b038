import {mkdirSync, mkdtempSync, readdirSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {addFiles, optimize, scanRecordBatches} from '@phlo/iceberg'
import {STORED_TYPES, storedSchema, writeArrowFiles} from '../support/arrow-files.js'
import {closeSound} from '../support/close-sound.js'
import {type Lake, openLake} from '../support/lake.js'

const folder = mkdtempSync(join(tmpdir(), 'phlo-stored-'))
let lake: Lake
beforeAll(async () => {
  mkdirSync(folder, {recursive: true})
  writeArrowFiles('stored', folder)
  lake = await openLake()
  await lake.catalog.createNamespace(['s'], {})
})
afterAll(() => closeSound(lake))

type Row = Readonly<Record<string, unknown>>

/** Rows as PyArrow's JSON has them. */
async function rowsOf(name: string): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const batch of scanRecordBatches(await lake.table(name))) {
    const columns = Object.keys(STORED_TYPES).map((column) => [column, batch.getChild(column)] as const)
    for (let row = 0; row < batch.numRows; row++)
      rows.push(Object.fromEntries(columns.map(([column, vector]) => [column, plain(column, vector, row)])))
  }
  return rows.toSorted((a, b) => Number(a['id']) - Number(b['id']))
}

function plain(
  column: string,
  vector: {get(row: number): unknown; data: readonly {values: ArrayLike<bigint>}[]} | null,
  row: number,
): unknown {
  const value = vector?.get(row) ?? null
  if (value === null) return null
  // Arrow's own getter gives milliseconds.
  if (column === 'at') return Number(vector?.data[0]?.values[row])
  if (column === 'hash') return Buffer.from(value as Uint8Array).toString('hex')
  if (column === 'tags') return [...(value as Iterable<string | null>)]
  return typeof value === 'bigint' ? Number(value) : value
}

test('files have the same rows whatever codec, page version and encoding PyArrow stored them with, and once they are rewritten', async () => {
  const expected = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as Row[]
  const files = readdirSync(folder).filter((file) => file.endsWith('.parquet'))
  expect(files.length).toBeGreaterThan(15)
  for (const [index, file] of files.entries()) {
    const name = `t${index}`
    await lake.catalog.createTable({namespace: ['s'], name}, {schema: storedSchema, properties: {'format-version': '2'}})
    await lake.run(addFiles, `s.${name}`, {sources: [join(folder, file)]})
    expect({file, rows: await rowsOf(`s.${name}`)}).toEqual({file, rows: expected})
    await lake.run(optimize, `s.${name}`, {rewriteAll: true, verify: 'full'})
    expect({file, rows: await rowsOf(`s.${name}`)}).toEqual({file, rows: expected})
  }
})
