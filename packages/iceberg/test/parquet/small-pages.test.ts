import {readFile} from 'node:fs/promises'
import zlib from 'node:zlib'
import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {decompressors} from '../../src/parquet/codecs.js'
import type {ColumnPart} from '../../src/parquet/merge/chunk-to-merge.js'
import {createMergeThreads} from '../../src/parquet/merge/merge-threads.js'
import {haveManySmallPages, pageDecompressors} from '../../src/parquet/merge/page-decompressors.js'
import {type Row, readRows, schemaOf, showRow, writeRows} from './samples.js'
import {mergeAndVerify, parquetFolder} from './scratch.js'

const {io, newPath} = parquetFolder('small-pages')

/** What a decompressor makes of a page, or that it refuses it. */
function outcome(decompress: typeof decompressors.ZSTD, page: Uint8Array, length: number): string {
  try {
    return Buffer.from(decompress?.(page, length) ?? []).toString('hex')
  } catch {
    return 'refused'
  }
}

const content = fc.oneof(
  fc.uint8Array({maxLength: 9000}),
  fc.tuple(fc.uint8Array({minLength: 1, maxLength: 30}), fc.integer({min: 1, max: 300})).map(([part, times]) => {
    return Uint8Array.from({length: part.length * times}, (_, at) => part[at % part.length] as number)
  }),
)
const pages = fc.record({
  content,
  level: fc.integer({min: -5, max: 19}),
  checksum: fc.boolean(),
})
const compressed = ({content: bytes, level, checksum}: {content: Uint8Array; level: number; checksum: boolean}) =>
  zlib.zstdCompressSync(bytes, {
    params: {[zlib.constants.ZSTD_c_compressionLevel]: level, [zlib.constants.ZSTD_c_checksumFlag]: Number(checksum)},
  })

describe('where there are many small pages', () => {
  test('they are decompressed to the same bytes as otherwise, whatever their header says of their length', async () => {
    const {ZSTD} = await pageDecompressors(true)
    fc.assert(
      fc.property(pages, fc.constantFrom(0, 0, 0, -1, 1, 100), (page, more) => {
        const [bytes, length] = [compressed(page), Math.max(0, page.content.length + more)]
        expect(outcome(ZSTD, bytes, length)).toBe(outcome(decompressors.ZSTD, bytes, length))
        if (more === 0) expect(outcome(ZSTD, bytes, length)).toBe(Buffer.from(page.content).toString('hex'))
      }),
    )
  })

  test('damaged ones never become more bytes than their header says, and those with a checksum no others', async () => {
    const {ZSTD} = await pageDecompressors(true)
    fc.assert(
      fc.property(pages, fc.nat(), fc.integer({min: 1, max: 255}), (page, place, flip) => {
        const bytes = compressed(page)
        const at = place % bytes.length
        bytes[at] = (bytes[at] as number) ^ flip
        const found = outcome(ZSTD, bytes, page.content.length)
        expect(found === 'refused' || found.length <= 2 * page.content.length).toBe(true)
        if (page.checksum && at > 5) expect(['refused', Buffer.from(page.content).toString('hex')]).toContain(found)
        if (found !== 'refused') expect(found).toBe(outcome(decompressors.ZSTD, bytes, page.content.length))
      }),
    )
  })

  test('columns are merged to the same bytes on this thread and on others', async () => {
    const names = Array.from({length: 110}, (_, at) => `c${at}`)
    const schema = schemaOf(Object.fromEntries(names.map((name, at) => [name, at % 2 === 0 ? 'string' : 'long'])))
    const rowsOf = (file: number): Row[] =>
      Array.from({length: 20}, (_, row) =>
        Object.fromEntries(names.map((name, at) => [name, at % 2 === 0 ? `v${(file + row * at) % 7}` : BigInt((file * row) % 5)])),
      )
    const files = Array.from({length: 15}, (_, file) => rowsOf(file))
    const inputs = await Promise.all(files.map((rows) => writeRows(io, newPath(), schema, [rows])))
    const threads = createMergeThreads(1, 0)
    try {
      const [here] = await mergeAndVerify({inputs, schema, newPath})
      const [there] = await mergeAndVerify({inputs, schema, newPath, threads})
      const {rows} = await readRows(here?.path as string, schema)
      expect(rows).toEqual(files.flat().map((row) => showRow(schema, row)))
      const [own, others] = await Promise.all([here, there].map((file) => readFile(file?.path as string)))
      expect(own?.equals(others as Buffer)).toBe(true)
      const chunks = await Promise.all(
        inputs.map(async ({filePath}) => (await readRows(filePath, schema)).footer.row_groups[0]?.columns ?? []),
      )
      const parts = chunks.flat().map(({meta_data: chunk}) => ({
        codec: chunk?.codec,
        uncompressed: Number(chunk?.total_uncompressed_size),
        hasDictionary: chunk?.dictionary_page_offset !== undefined,
      }))
      expect(haveManySmallPages(parts as ColumnPart[])).toBe(true)
    } finally {
      await threads.close()
    }
  })
})
