import {execFile} from 'node:child_process'
import {copyFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {appendFiles, type DataFile, parseType, writeDataFiles} from '@phlo/iceberg'
import {closeSound} from '../support/close-sound.js'
import {type Lake, openLake} from '../support/lake.js'

const COLUMNS = 150
const ROWS = 200
const FILES = 200
const script = join(import.meta.dirname, '../support/optimize-once.mjs')

let lake: Lake
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['t'], {})
})
afterAll(() => closeSound(lake))

/** So many files of the same rows. */
async function makeWideTable(): Promise<void> {
  const fields = Array.from({length: COLUMNS}, (_, at) => `column_${at}: long`).join(', ')
  await lake.catalog.createTable({namespace: ['t'], name: 'wide'}, {schema: parseType(`struct<${fields}>`) as never})
  const table = await lake.table('t.wide')
  const batches = (async function* () {
    yield {
      rows: ROWS,
      column: (leaf: {fieldId: number}) => ({
        leaf: leaf as never,
        values: BigInt64Array.from({length: ROWS}, (_, row) => BigInt(row * leaf.fieldId)),
        rows: ROWS,
      }),
    }
  })()
  const [first] = (await writeDataFiles(table, batches, {signal: lake.context.signal, onStaged() {}, onRows() {}})) as [DataFile]
  const files = Array.from({length: FILES}, (_, at) => {
    const filePath = first.filePath.replace(/\.parquet$/, `-${at}.parquet`)
    copyFileSync(fileURLToPath(first.filePath), fileURLToPath(filePath))
    return {...first, filePath}
  })
  await appendFiles(table, files, lake.context)
}

test(`${FILES} files of ${COLUMNS} columns become one in a heap of 96 MB`, async () => {
  await makeWideTable()
  const args = ['--max-old-space-size=96', script, lake.uri, lake.warehouse]
  const {stdout} = await promisify(execFile)(process.execPath, args)
  expect(JSON.parse(stdout)).toEqual({rewrittenDataFiles: FILES, addedDataFiles: 1, rows: FILES * ROWS})
})
