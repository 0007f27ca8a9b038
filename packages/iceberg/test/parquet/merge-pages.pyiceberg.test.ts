import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from '@jest/globals'
import {addFiles, localPath, optimize} from '@phlo/iceberg'
import {parquetMetadata} from 'hyparquet'
import {STORED_TYPES, storedSchema, writeArrowFiles} from '../support/arrow-files.js'
import {closeSound} from '../support/close-sound.js'
import {duckdb, standingPyiceberg} from '../support/judges.js'
import {type Lake, openLake} from '../support/lake.js'

const pyiceberg = standingPyiceberg()
afterAll(() => pyiceberg.close())

const folder = mkdtempSync(join(tmpdir(), 'phlo-arrow-pages-'))
let lake: Lake
beforeAll(async () => {
  writeArrowFiles('stored', folder)
  lake = await openLake()
  await lake.catalog.createNamespace(['arrow'], {})
})
afterAll(async () => {
  await closeSound(lake)
  rmSync(folder, {recursive: true})
})

/** Which ways the columns of a table's files would go. */
async function waysOf(name: string): Promise<ReadonlySet<string>> {
  const ways = new Set<string>()
  for await (const {columns} of optimize.explain?.(await lake.table(name), {rewriteAll: true}, lake.context) ?? []) {
    for (const {way} of columns ?? []) ways.add(way)
  }
  return ways
}

/** The codec of each column of the only data file below a folder. */
function columnsBelow(path: string) {
  const [file, ...others] = readdirSync(path, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.parquet'))
  expect(others).toEqual([])
  const bytes = readFileSync(join(path, file as string))
  const footer = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer)
  expect(footer.row_groups.length).toBe(1)
  return (footer.row_groups[0]?.columns ?? []).map(({meta_data: chunk}) => ({
    name: chunk?.path_in_schema[0] as string,
    codec: chunk?.codec,
  }))
}

/** Whose columns are all merged; or whose pages are large only where a page is to have few bytes. */
const DICTIONARIES = /^(none|snappy|gzip|brotli|lz4|zstd|plain|runs|item)/
const DELTAS = /^(delta|lengths|plain)/

test.each([
  ['zstd', DICTIONARIES, '1048576'],
  ['snappy', DICTIONARIES, '4096'],
  ['uncompressed', DICTIONARIES, '256'],
  ['gzip', DELTAS, '256'],
])(
  'PyIceberg and DuckDB find the same values before and after PyArrow’s files became one in %s: %p, pages of %s bytes',
  async (codec, names, pageBytes) => {
    const name = `in_${codec}`
    const properties = {'format-version': '2', 'write.parquet.compression-codec': codec, 'write.parquet.page-size-bytes': pageBytes}
    await lake.catalog.createTable({namespace: ['arrow'], name}, {schema: storedSchema, properties})
    const files = readdirSync(folder).filter((file) => file.endsWith('.parquet') && names.test(file))
    expect(files.length).toBe(names === DELTAS ? 3 : 15)
    await lake.run(addFiles, `arrow.${name}`, {sources: files.map((file) => join(folder, file))})
    const flat = Object.keys(STORED_TYPES).filter((column) => column !== 'tags')
    const judge = async () => ({
      pyiceberg: Object.values(await pyiceberg.profile(lake, `arrow.${name}`)).at(-1),
      duckdb: duckdb((await lake.table(`arrow.${name}`)).metadataLocation, flat),
    })
    const before = await judge()
    expect(before.duckdb).toMatchObject({rows: files.length * 3000})
    expect(await waysOf(`arrow.${name}`)).toEqual(new Set(['merged']))
    await lake.run(optimize, `arrow.${name}`, {rewriteAll: true, verify: 'full'})
    expect(await judge()).toEqual(before)
    const location = (await lake.table(`arrow.${name}`)).metadata.location
    expect(columnsBelow(join(localPath(location), 'data'))).toEqual(
      Object.keys(STORED_TYPES).map((column) => ({name: column, codec: codec.toUpperCase()})),
    )
  },
)
