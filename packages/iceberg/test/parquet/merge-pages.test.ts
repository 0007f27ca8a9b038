import {readFile, rm, writeFile} from 'node:fs/promises'
import {describe, expect, test} from '@jest/globals'
import {isPhloError} from '@phlo/core'
import fc from 'fast-check'
import {leavesOf} from '../../src/parquet/leaves.js'
import type {ColumnMerge} from '../../src/parquet/merge/merge-column.js'
import {type ColumnInLine, createMergeThreads, type MergeThreads} from '../../src/parquet/merge/merge-threads.js'
import type {MergedFile} from '../../src/parquet/merge-files.js'
import type {DataFile} from '../../src/spec/manifest.js'
import type {Schema} from '../../src/spec/types.js'
import {bruteForce, metricsOf} from './brute-force.js'
import {writeOldPages} from './old-pages.js'
import {expectPageIndexes} from './page-indexes.js'
import {type Row, readRows, rowOf, schemaOf, showRow, TYPES, writeRows} from './samples.js'
import {mergeAndVerify, parquetFolder} from './scratch.js'

const LENGTH = 4
const {io, newPath} = parquetFolder('merge-pages')

type Properties = Readonly<Record<string, string>>

async function merge(
  inputs: readonly DataFile[],
  schema: Schema,
  properties: Properties = {},
  threads?: MergeThreads,
): Promise<MergedFile & {readonly decoded: ReadonlySet<string>}> {
  const decoded = new Set<string>()
  const [merged] = await mergeAndVerify({inputs, schema, properties, threads, newPath, onDecoded: ({name}) => decoded.add(name)})
  return {...(merged as MergedFile), decoded}
}

const flat = schemaOf(Object.fromEntries(TYPES.map((type, index) => [`c${index}`, type])))
const table: Schema = {
  type: 'struct',
  fields: [
    ...flat.fields,
    {id: 50, name: 'id', required: true, type: 'long'},
    {
      id: 51,
      name: 'place',
      required: false,
      type: {type: 'struct', fields: [{id: 52, name: 'height', required: false, type: 'double'}]},
    },
    {id: 53, name: 'tags', required: false, type: {type: 'list', 'element-id': 54, 'element-required': false, element: 'string'}},
    {
      id: 55,
      name: 'scores',
      required: false,
      type: {type: 'map', 'key-id': 56, key: 'string', 'value-id': 57, value: 'decimal(38,4)', 'value-required': false},
    },
  ],
}

/** Text and bytes need not have an upper bound; without one it has to be looked for. */
const mayBeDecoded = leavesOf(table).filter(
  ({type, maxRepetitionLevel}) => maxRepetitionLevel === 0 && (type === 'string' || type === 'binary'),
)

const settings = fc.record({
  'write.parquet.compression-codec': fc.constantFrom('zstd', 'snappy', 'gzip', 'uncompressed'),
  'write.parquet.page-size-bytes': fc.constantFrom('16', '160', '1048576'),
  'write.parquet.page-row-limit': fc.constantFrom('3', '20000'),
  'write.parquet.dict-size-bytes': fc.constantFrom('24', '2097152'),
})

/** Rows that come again and again, so that dictionaries are worth their while, or that all differ. */
const rowsOfFile = (pool: readonly Row[]) =>
  fc.oneof(fc.array(fc.constantFrom(...pool), {minLength: 1, maxLength: 60}), fc.array(rowOf(table), {minLength: 1, maxLength: 6}))

const files = fc.array(rowOf(table), {minLength: 1, maxLength: 4}).chain((pool) =>
  fc.array(fc.record({settings, isCounted: fc.boolean(), rowGroups: fc.array(rowsOfFile(pool), {minLength: 1, maxLength: 2})}), {
    minLength: 2,
    maxLength: 4,
  }),
)

/** Without its NaNs: PyIceberg, and whoever adds files of others, does not count them. */
const uncounted = ({nanValueCounts: _, ...file}: DataFile): DataFile => file

const write = (rowGroups: readonly (readonly Row[])[], properties: Properties) =>
  writeRows(io, newPath(), table, rowGroups, {'write.metadata.metrics.default': `truncate(${LENGTH})`, ...properties})

async function writeAll(given: typeof files extends fc.Arbitrary<infer Files> ? Files : never): Promise<readonly DataFile[]> {
  const inputs: DataFile[] = []
  for (const {rowGroups, settings: own, isCounted} of given) {
    const file = await write(rowGroups, own)
    inputs.push(isCounted ? file : uncounted(file))
  }
  return inputs
}

/** Some threads for a test, and how many columns they took and refused. */
async function withThreads(count: number, work: (threads: MergeThreads, seen: {taken: number; refused: number}) => Promise<void>) {
  const threads = createMergeThreads(count, 0)
  const seen = {taken: 0, refused: 0}
  const offer = (column: ColumnMerge): ColumnInLine | undefined => {
    const inLine = threads.offer(column)
    const merged = () => {
      seen.taken += 1
      return inLine?.merged().catch((error: unknown) => {
        seen.refused += 1
        throw error
      })
    }
    return inLine && {...inLine, merged: merged as ColumnInLine['merged']}
  }
  try {
    await work({...threads, offer}, seen)
  } finally {
    await threads.close()
  }
}

describe('files of one schema in several codecs, with large and small pages and dictionaries', () => {
  test('are merged without decoding them to the same rows, with right metrics, statistics and page indexes', async () => {
    await fc.assert(
      fc.asyncProperty(files, settings, async (given, properties) => {
        const inputs = await writeAll(given)
        const expected = given.flatMap(({rowGroups}) => rowGroups.flat())
        const merged = await merge(inputs, table, {'write.metadata.metrics.default': `truncate(${LENGTH})`, ...properties})
        const {footer, rows} = await readRows(merged.path, table)
        expect(rows).toEqual(expected.map((row) => showRow(table, row)))
        expect(footer.row_groups.length).toBe(1)
        expect(mayBeDecoded.map(({name}) => name)).toEqual(expect.arrayContaining([...merged.decoded]))
        expect(metricsOf(merged.metrics, table)).toEqual(bruteForce(table, expected, LENGTH))
        await expectPageIndexes(merged.path, footer, table, expected)
      }),
      {numRuns: 60},
    )
  })

  test('become the same bytes on other threads', async () => {
    await withThreads(2, async (threads, seen) => {
      await fc.assert(
        fc.asyncProperty(files, settings, async (given, own) => {
          const properties = {...own, 'write.parquet.bloom-filter-enabled.column.id': 'true'}
          const inputs = await writeAll(given)
          const [here, elsewhere] = [await merge(inputs, table, properties), await merge(inputs, table, properties, threads)]
          expect((await readFile(elsewhere.path)).equals(await readFile(here.path))).toBe(true)
          expect({...elsewhere, path: ''}).toEqual({...here, path: ''})
        }),
        {numRuns: 25},
      )
      expect(seen.taken).toBeGreaterThan(25)
    })
  })
})

const numbers = schemaOf({id: 'long', kind: 'string', ratio: 'double', flag: 'boolean'})
const numbered = (from: number, to: number, kinds: number): Row[] =>
  Array.from({length: to - from}, (_, index) => {
    const id = from + index
    return {id: BigInt(id) * 7919n, kind: id % 5 === 0 ? null : `kind ${id % kinds}`, ratio: Math.sin(id), flag: id % 3 === 0}
  })
const writeNumbers = (rows: readonly Row[], properties: Properties = {}) => writeRows(io, newPath(), numbers, [rows], properties)

/** The pages of a column, by their kind and encoding. */
async function pagesOf(path: string, column: number) {
  const {footer} = await readRows(path, numbers)
  return footer.row_groups[0]?.columns[column]?.meta_data?.encoding_stats?.map(
    ({page_type: type, encoding, count}) => `${count} ${type} ${encoding}`,
  )
}

describe('the pages of a merged column', () => {
  test('are those of its inputs where they are large and plain', async () => {
    const parts = [numbered(0, 4000, 4), numbered(4000, 8000, 4), numbered(8000, 12_000, 4)]
    const inputs = await Promise.all(parts.map((rows) => writeNumbers(rows)))
    const {path} = await merge(inputs, numbers)
    expect(await pagesOf(path, 0)).toEqual(['3 DATA_PAGE_V2 PLAIN'])
    const bytes = await readFile(path)
    for (const {filePath} of inputs) {
      const {footer} = await readRows(filePath, numbers)
      const chunk = footer.row_groups[0]?.columns[0]?.meta_data
      const start = Number(chunk?.data_page_offset)
      const own = (await readFile(filePath)).subarray(start, start + Number(chunk?.total_compressed_size))
      expect(bytes.includes(own)).toBe(true)
    }
  })

  test('are joined where they are small, and share one dictionary', async () => {
    const inputs = await Promise.all(Array.from({length: 30}, (_, at) => writeNumbers(numbered(at * 100, at * 100 + 100, 3 + (at % 4)))))
    const {path} = await merge(inputs, numbers)
    expect(await pagesOf(path, 0)).toEqual(['1 DATA_PAGE_V2 PLAIN'])
    expect(await pagesOf(path, 1)).toEqual(['1 DICTIONARY_PAGE PLAIN', '1 DATA_PAGE_V2 RLE_DICTIONARY'])
    // Spark's vectorized reader of Iceberg knows no booleans in runs.
    expect(await pagesOf(path, 3)).toEqual(['1 DATA_PAGE_V2 PLAIN'])
  })

  test('have the bounds that they had, and are found by the row', async () => {
    const parts = [numbered(0, 3000, 4), numbered(3000, 6000, 4)]
    const small = {'write.parquet.page-size-bytes': '2000'}
    const inputs = await Promise.all(parts.map((rows) => writeNumbers(rows, small)))
    const {path, decoded} = await merge(inputs, numbers, small)
    const {footer} = await readRows(path, numbers)
    const columns = footer.row_groups[0]?.columns.slice(0, 3) ?? []
    expect([...decoded]).toEqual([])
    expect(columns.map((column) => column.column_index_offset !== undefined)).toEqual([true, true, true])
    expect(await expectPageIndexes(path, footer, numbers, parts.flat())).toBe(3)
  })

  test('have values in the place of indexes once the dictionary is full', async () => {
    const rows = numbered(0, 400, 8)
    const others = numbered(400, 800, 8).map((row): Row => ({...row, kind: row['kind'] === null ? null : `other ${String(row['kind'])}`}))
    const inputs = [await writeNumbers(rows), await writeNumbers(others), await writeNumbers(rows)]
    const {path} = await merge(inputs, numbers, {'write.parquet.dict-size-bytes': '100'})
    expect(await pagesOf(path, 1)).toEqual(['1 DICTIONARY_PAGE PLAIN', '2 DATA_PAGE_V2 RLE_DICTIONARY', '1 DATA_PAGE_V2 PLAIN'])
    const found = await readRows(path, numbers)
    expect(found.rows).toEqual([...rows, ...others, ...rows].map((row) => showRow(numbers, row)))
  })

  test('fill one row group where decoded values would take too much memory', async () => {
    const names = schemaOf({name: 'string'})
    const namesFrom = (from: number) => Array.from({length: 80_000}, (_, at): Row => ({name: `name ${from + at}`}))
    const inputs = await Promise.all([0, 80_000].map((from) => writeRows(io, newPath(), names, [namesFrom(from)])))
    const {path} = await merge(inputs, names)
    const {footer} = await readRows(path, names)
    expect(footer.row_groups.map(({num_rows: count}) => count)).toEqual([160_000n])
  })
})

describe('a column of which something is not known', () => {
  test('is merged where NaNs were not counted, and they are', async () => {
    const rows = numbered(50, 90, 4).map((row, at): Row => (at % 8 === 0 ? {...row, ratio: Number.NaN} : row))
    const inputs = [await writeNumbers(numbered(0, 50, 4)), uncounted(await writeNumbers(rows))]
    const {path, metrics} = await merge(inputs, numbers)
    expect(await Promise.all([0, 1, 2, 3].map(async (column) => (await pagesOf(path, column)) !== undefined))).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(metrics.nanValueCounts?.get(3)).toBe(5)
  })
})

describe('pages of old writers', () => {
  const lists = schemaOf({tags: {type: 'list', 'element-id': 2, 'element-required': false, element: 'long'}})
  const rows = [[1n, 2n, 3n], [4n], [5n, 6n]]
  const shown = [...rows, ...rows].map((tags) => showRow(lists, {tags}))
  const mergeOld = async (elementsOfPage: number) => {
    const inputs = [await writeOldPages(newPath(), lists, rows, elementsOfPage), await writeOldPages(newPath(), lists, rows, 6)]
    const {path, decoded} = await merge(inputs, lists)
    return {rows: (await readRows(path, lists)).rows, decoded: [...decoded]}
  }

  test('are merged where each begins with a row', async () => {
    expect(await mergeOld(4)).toEqual({rows: shown, decoded: []})
  })

  test('are refused where one is not what its checksum says', async () => {
    const [sound, other] = [await writeOldPages(newPath(), lists, rows, 4), await writeOldPages(newPath(), lists, rows, 4)]
    const bytes = await readFile(other.filePath)
    const at = bytes.indexOf(Buffer.from(BigInt64Array.of(4n).buffer))
    bytes[at] = 9
    await writeFile(other.filePath, bytes)
    const refused = {code: 'PARQUET_CORRUPT', message: expect.stringMatching(new RegExp(`${other.filePath}.*checksum`))}
    await expect(merge([sound, other], lists)).rejects.toMatchObject(refused)
  })

  test('are decoded where one begins within a row, and come out with whole rows', async () => {
    expect(await mergeOld(2)).toEqual({rows: shown, decoded: ['tags.element']})
  })
})

describe('a flipped bit of an input', () => {
  /** Merges a sound file with one of which any byte was changed; how often that was refused. */
  async function damage(codec: string, runs: number, threads?: MergeThreads) {
    const properties = {'write.parquet.compression-codec': codec, 'write.parquet.page-size-bytes': '64'}
    const row = rowOf(table)
    const pool = fc.sample(row, {seed: 11, numRuns: 4})
    const rows = Array.from({length: 40}, (_, at) => pool[at % 4] as Row)
    const [sound, other] = [await write([rows], properties), await write([rows.slice(5), rows], properties)]
    const bytes = await readFile(other.filePath)
    const end = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)
    let [refused, merged] = [0, 0]
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 4, max: end - 1}),
        fc.integer({min: 1, max: 255}),
        fc.constantFrom('64', '1048576'),
        async (at, mask, size) => {
          const damaged = Buffer.from(bytes)
          damaged[at] = (damaged[at] as number) ^ mask
          const filePath = newPath()
          await writeFile(filePath, damaged)
          try {
            await merge([sound, {...other, filePath}], table, {...properties, 'write.parquet.page-size-bytes': size}, threads)
            merged += 1
          } catch (error) {
            if (!isPhloError(error) || error.code === 'VERIFICATION_FAILED' || !error.message.includes(filePath)) throw error
            refused += 1
          }
          await rm(filePath)
        },
      ),
      {numRuns: runs},
    )
    expect({hasRefused: refused > 10, hasMerged: codec === 'zstd' || merged > 10}).toEqual({hasRefused: true, hasMerged: true})
  }

  test.each(['uncompressed', 'zstd'])('in %s is refused by the name of the file, or changes nothing more than it did there', (codec) =>
    damage(codec, 250),
  )

  test.each(['uncompressed', 'zstd'])('in %s is refused by other threads as it is by this one', (codec) =>
    withThreads(2, async (threads, seen) => {
      await damage(codec, 100, threads)
      expect(seen.refused).toBeGreaterThan(10)
    }),
  )
})
