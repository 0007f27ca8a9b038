import {readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {describe, expect, test} from '@jest/globals'
import {isPhloError} from '@phlo/core'
import fc from 'fast-check'
import {parquetMetadata} from 'hyparquet'
import {parquetHeader} from 'hyparquet/src/column.js'
import {type LeafValues, leavesOf, type PhysicalValue} from '../../src/parquet/leaves.js'
import type {DataFile} from '../../src/spec/manifest.js'
import type {Schema} from '../../src/spec/types.js'
import {parquetBatches} from '../../src/write/parquet-source.js'
import {type Row, rowOf, schemaOf, writeRows} from './samples.js'
import {merge, parquetFolder} from './scratch.js'

const {io, folder, newPath} = parquetFolder('damaged')

const schema: Schema = {
  type: 'struct',
  fields: [
    ...schemaOf({flag: 'boolean', count: 'int', at: 'timestamptz', ratio: 'double', name: 'string', price: 'decimal(38,10)'}).fields,
    {id: 20, name: 'tags', required: false, type: {type: 'list', 'element-id': 21, 'element-required': false, element: 'string'}},
  ],
}
const rows = fc.sample(rowOf(schema), {seed: 3, numRuns: 60})

/** Values without levels, so that every byte after a page's header is compressed. */
const dense: Schema = {type: 'struct', fields: schemaOf({id: 'long', name: 'string'}).fields.map((field) => ({...field, required: true}))}
const denseRows: readonly Row[] = Array.from({length: 60}, (_, index) => ({id: BigInt(index) ** 9n, name: `name ${index % 7}`}))

interface Sample {
  readonly file: DataFile
  readonly schema: Schema
  readonly bytes: Buffer
  readonly footerStart: number
}

async function sample(given: Schema, groups: readonly (readonly Row[])[], codec: string, pageBytes = 1024 ** 2): Promise<Sample> {
  const properties = {'write.parquet.compression-codec': codec, 'write.parquet.page-size-bytes': String(pageBytes)}
  const file = await writeRows(io, newPath(), given, groups, properties)
  const bytes = await readFile(file.filePath)
  return {file, schema: given, bytes, footerStart: bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)}
}

const plain = ({values, definitionLevels, repetitionLevels, leaf}: LeafValues) => ({
  values: Array.from(values as ArrayLike<PhysicalValue>, (value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  ),
  definition: Array.from(definitionLevels ?? new Uint8Array(values.length).fill(leaf.maxDefinitionLevel)),
  repetition: Array.from(repetitionLevels ?? []),
})

/** Every value of a file; all batches have as many values as rows. */
async function readAll(path: string, given: Schema) {
  const all: unknown[] = []
  for await (const batch of parquetBatches(io, {path}, given)) {
    for (const leaf of leavesOf(given)) {
      const values = batch.column(leaf)
      const begins = values.repetitionLevels?.filter((level) => level === 0) ?? values.values
      expect({leaf: leaf.name, rows: begins.length}).toEqual({leaf: leaf.name, rows: batch.rows})
      all.push(plain(values))
    }
  }
  return all
}

/** Reads some bytes as a file: what was read, or an error of Phlo that names the file; nothing else may happen. */
async function outcome(
  bytes: Uint8Array,
  given: Schema,
): Promise<{readonly read: unknown} | {readonly code: string; readonly message: string}> {
  const path = newPath()
  await writeFile(path, bytes)
  try {
    return {read: await readAll(path, given)}
  } catch (error) {
    if (!isPhloError(error) || !error.message.includes(path)) throw error
    return {code: error.code, message: error.message.replace(path, 'FILE')}
  } finally {
    await rm(path)
  }
}

const flipped = (bytes: Buffer, at: number, bits: number) => {
  const damaged = Buffer.from(bytes)
  damaged[at] = (damaged[at] ?? 0) ^ bits
  return damaged
}

/** Where the headers of the pages are, which no checksum covers. */
function pageHeaders(bytes: Buffer): readonly {readonly from: number; readonly to: number}[] {
  const all = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  const chunks = parquetMetadata(all).row_groups.flatMap(({columns}) => columns.flatMap(({meta_data: chunk}) => (chunk ? [chunk] : [])))
  return chunks.flatMap((chunk) => {
    const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset)
    const reader = {view: new DataView(all), offset: start}
    const found: {from: number; to: number}[] = []
    while (reader.offset < start + Number(chunk.total_compressed_size)) {
      const from = reader.offset
      const {compressed_page_size: size} = parquetHeader(reader)
      found.push({from, to: reader.offset})
      reader.offset += size
    }
    return found
  })
}

const corrupt = (reason: string) => ({code: 'PARQUET_CORRUPT', message: `The Parquet file FILE is damaged: ${reason}.`})

describe('a Parquet file that', () => {
  test('is cut short is refused by name, wherever it was cut', async () => {
    const {bytes} = await sample(dense, [denseRows], 'zstd')
    for (let length = 0; length < bytes.length; length += length < 16 || length > bytes.length - 16 ? 1 : 7) {
      const reason = length < 12 ? `it has only ${length} bytes` : 'it does not end in PAR1, so that it is cut short or is no Parquet file'
      expect(await outcome(bytes.subarray(0, length), dense)).toEqual(corrupt(reason))
    }
  })

  test('ends in another magic is refused by name', async () => {
    const {bytes} = await sample(dense, [denseRows], 'zstd')
    const ending = (magic: string) => outcome(Buffer.concat([bytes.subarray(0, -4), Buffer.from(magic)]), dense)
    expect(await ending('PAR2')).toEqual(corrupt('it does not end in PAR1, so that it is cut short or is no Parquet file'))
    const message = 'The Parquet file FILE has an encrypted footer, which is not supported.'
    expect(await ending('PARE')).toEqual({code: 'PARQUET_ENCRYPTED', message})
  })

  test('has a footer that begins before the file is refused by name, and so is one that begins elsewhere', async () => {
    const {bytes, footerStart} = await sample(dense, [denseRows], 'zstd')
    const withLength = (length: number) => {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt32LE(length, bytes.length - 8)
      return outcome(damaged, dense)
    }
    for (const length of [bytes.length - 11, bytes.length, 2 ** 31, 2 ** 32 - 1]) {
      expect(await withLength(length)).toEqual(corrupt(`its footer of ${length} bytes is longer than the file`))
    }
    const right = bytes.length - 8 - footerStart
    for (const length of [0, 1, right - 100, right - 1, right + 1, bytes.length - 12]) {
      expect(await withLength(length)).toMatchObject({code: 'PARQUET_CORRUPT'})
    }
  })

  test.each([0, 1, 7, 8, 11, 12, 200])('is no Parquet at all is refused by name: %d bytes', async (length) => {
    expect(await outcome(Buffer.alloc(length, 'PAR1'), dense)).toMatchObject({code: 'PARQUET_CORRUPT'})
  })

  test('lacks its column’s bytes because the footer is another file’s is refused by name', async () => {
    const {bytes, footerStart} = await sample(schema, [rows], 'zstd')
    const swapped = Buffer.concat([bytes.subarray(0, 4), bytes.subarray(footerStart)])
    expect(await outcome(swapped, schema)).toMatchObject({code: 'PARQUET_CORRUPT', message: expect.stringMatching(/outside of the file/)})
  })
})

describe('a flipped bit', () => {
  test('in the footer is refused by name, or leaves as many values as rows', async () => {
    const {bytes, footerStart} = await sample(schema, [rows.slice(0, 20), rows.slice(20)], 'zstd')
    const positions = fc.integer({min: footerStart, max: bytes.length - 1})
    await fc.assert(
      fc.asyncProperty(positions, fc.nat(7), async (at, bit) => {
        await outcome(flipped(bytes, at, 1 << bit), schema)
      }),
      {numRuns: 300},
    )
  })

  test.each(['uncompressed', 'snappy', 'gzip', 'zstd'])(
    'in a page of %s is refused by name, or leaves as many values as rows',
    async (codec) => {
      const {bytes, footerStart} = await sample(schema, [rows.slice(0, 20), rows.slice(20)], codec)
      await fc.assert(
        fc.asyncProperty(fc.integer({min: 4, max: footerStart - 1}), fc.integer({min: 1, max: 255}), async (at, mask) => {
          await outcome(flipped(bytes, at, mask), schema)
        }),
        {numRuns: 500},
      )
    },
  )

  test('in what gzip has a checksum of is refused by name, or changes no value', async () => {
    const {bytes, footerStart} = await sample(dense, [denseRows], 'gzip')
    const right = await readAll((await sample(dense, [denseRows], 'gzip')).file.filePath, dense)
    const headers = pageHeaders(bytes)
    expect(headers.length).toBe(3)
    let refused = 0
    for (let at = 4; at < footerStart; at++) {
      if (headers.some(({from, to}) => at >= from && at < to)) continue
      const result = await outcome(flipped(bytes, at, 1 << (at % 8)), dense)
      if ('read' in result) expect(result.read).toEqual(right)
      else refused += 1
    }
    expect(refused).toBeGreaterThan(100)
  })
})

/** Merges a file with a flipped bit somewhere: it is named and nothing is left behind, or there are as many rows as there were. */
async function mergeFlipped({file, bytes}: Sample, at: number, bit: number, rowGroupBytes: string): Promise<void> {
  const filePath = newPath()
  await writeFile(filePath, flipped(bytes, at, 1 << bit))
  const before = await readdir(folder)
  const properties = {'write.parquet.row-group-size-bytes': rowGroupBytes}
  try {
    const [merged] = await merge({inputs: [{...file, filePath}], schema, properties, newPath})
    expect(merged?.recordCount).toBe(rows.length)
    await rm(merged?.path as string)
  } catch (error) {
    if (!isPhloError(error) || !error.message.includes(filePath)) throw error
  }
  expect(await readdir(folder)).toEqual(before)
  await rm(filePath)
}

describe('a merge of a file with a flipped bit names the file and leaves nothing behind, or writes as many rows as there were', () => {
  const ways = fc.constantFrom('1', '134217728')

  test('in the footer', async () => {
    const given = await sample(schema, [rows.slice(0, 20), rows.slice(20)], 'gzip')
    const places = fc.integer({min: given.footerStart, max: given.bytes.length - 1})
    await fc.assert(
      fc.asyncProperty(places, fc.nat(7), ways, (at, bit, size) => mergeFlipped(given, at, bit, size)),
      {numRuns: 300},
    )
  })

  test('in the page indexes', async () => {
    const given = await sample(schema, [rows.slice(0, 20), rows.slice(20)], 'gzip', 32)
    const all = given.bytes.buffer.slice(given.bytes.byteOffset, given.bytes.byteOffset + given.bytes.length) as ArrayBuffer
    const chunks = parquetMetadata(all).row_groups.flatMap(({columns}) => columns)
    const first = Math.min(...chunks.flatMap(({column_index_offset: offset}) => (offset === undefined ? [] : [Number(offset)])))
    expect(given.footerStart - first).toBeGreaterThan(1000)
    await fc.assert(
      fc.asyncProperty(fc.integer({min: first, max: given.footerStart - 1}), fc.nat(7), ways, (at, bit, size) =>
        mergeFlipped(given, at, bit, size),
      ),
      {numRuns: 300},
    )
  })
})
