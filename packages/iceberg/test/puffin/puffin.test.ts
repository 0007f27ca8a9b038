import {mkdtempSync} from 'node:fs'
import {readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {zstdCompressSync} from 'node:zlib'
import {afterAll, describe, expect, test} from '@jest/globals'
import {hasCode, isPhloError} from '@phlo/core'
import {localFileIO} from '@phlo/iceberg'
import fc from 'fast-check'
import type {PuffinBlob} from '../../src/puffin/format.js'
import {readPuffinBlob, readPuffinFooter} from '../../src/puffin/read.js'
import {createPuffinFile, type NewPuffinBlob} from '../../src/puffin/write.js'
import {fileOf, fromJava} from './samples.js'

const io = localFileIO()
const folder = mkdtempSync(join(tmpdir(), 'phlo-puffin-'))
afterAll(() => rm(folder, {recursive: true}))
let count = 0
const freshPath = () => join(folder, `${count++}.puffin`)

/** A Puffin file with this footer and 100 bytes of blobs. */
function withFooter(json: unknown, {flags = 0, length}: {flags?: number; length?: number} = {}) {
  const payload = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json))
  const trailer = Buffer.alloc(8)
  trailer.writeInt32LE(length ?? payload.length)
  trailer.writeUInt32LE(flags, 4)
  return fileOf(Buffer.concat([Buffer.from('PFA1'), Buffer.alloc(100), Buffer.from('PFA1'), payload, trailer, Buffer.from('PFA1')]))
}

const described = {type: 't', fields: [1], 'snapshot-id': 2, 'sequence-number': 1, offset: 4, length: 100}

describe('Puffin files of Iceberg’s Java library', () => {
  test('without blobs', async () => {
    expect(await readPuffinFooter(fileOf(fromJava.empty))).toEqual({blobs: []})
  })

  test.each(['uncompressed', 'zstd'] as const)('with %s blobs', async (kind) => {
    const file = fileOf(fromJava[kind])
    const {blobs, properties} = await readPuffinFooter(file)
    expect(properties).toEqual({'created-by': 'Test 1234'})
    expect(blobs).toMatchObject([
      {type: 'some-blob', fields: [1], 'snapshot-id': 2n, 'sequence-number': 1n},
      {type: 'some-other-blob', fields: [2], 'snapshot-id': 2n, 'sequence-number': 1n},
    ])
    const contents: string[] = []
    for (const blob of blobs) contents.push(Buffer.from(await readPuffinBlob(file, blob)).toString())
    expect(contents).toEqual(['abcdefghi', 'some blob \0 binary data 🤯 that is not very very very very very very long, is it?'])
    expect(file.reads.slice(1)).toEqual(blobs.map(({offset, length}) => [offset, length]))
  })
})

describe('a Puffin file that Phlo wrote', () => {
  const blob = fc.record(
    {
      type: fc.string(),
      fields: fc.array(fc.nat()),
      'snapshot-id': fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}),
      'sequence-number': fc.bigInt({min: -1n, max: 2n ** 63n - 1n}),
      data: fc.uint8Array({maxLength: 5000}),
      'compression-codec': fc.constant('zstd' as const),
      properties: fc.dictionary(fc.string(), fc.string()),
    },
    {requiredKeys: ['type', 'fields', 'snapshot-id', 'sequence-number', 'data'], noNullPrototype: true},
  )

  test('gives back every blob and every digit of its ids', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(blob, {maxLength: 5}), async (blobs) => {
        const path = freshPath()
        const writer = await createPuffinFile(io, path, {purpose: 'test'})
        const written: PuffinBlob[] = []
        for (const each of blobs) written.push(await writer.append(each))
        const length = await writer.close()
        const file = await io.open(path)
        expect(file.size).toBe(length)
        const footer = await readPuffinFooter(file)
        expect(footer).toEqual({
          blobs: written,
          properties: {'created-by': expect.stringMatching(/^phlo version \d/), purpose: 'test'},
        })
        for (const [index, {data, ...given}] of blobs.entries()) {
          expect(footer.blobs[index]).toMatchObject(given)
          expect(Buffer.from(await readPuffinBlob(file, footer.blobs[index] as PuffinBlob)).equals(data)).toBe(true)
        }
        await file.close()
      }),
      {numRuns: 50},
    )
  })

  test('has a footer of many blobs, which takes a second read', async () => {
    const path = freshPath()
    const writer = await createPuffinFile(io, path)
    const properties = {'referenced-data-file': 's3://lake/'.padEnd(200, 'x')}
    const plain: NewPuffinBlob = {type: 't', fields: [], 'snapshot-id': -1n, 'sequence-number': -1n, data: Buffer.from('x'), properties}
    for (let index = 0; index < 500; index++) await writer.append(plain)
    await writer.close()
    const file = fileOf(await io.readAll(path))
    expect((await readPuffinFooter(file)).blobs).toHaveLength(500)
    expect(file.reads).toHaveLength(2)
  })

  test('is not there when it was given up, or when one of its blobs could not be written', async () => {
    const before = await readdir(folder)
    const given = await createPuffinFile(io, freshPath())
    await given.abort()
    const failed = await createPuffinFile(io, freshPath())
    await expect(failed.append({type: 't', fields: [], 'snapshot-id': 1n, 'sequence-number': 1n, data: null as never})).rejects.toThrow()
    await expect(failed.close()).rejects.toThrow()
    expect(await readdir(folder)).toEqual(before)
  })
})

describe('a damaged Puffin file is refused in a sentence that names it:', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  test.each<[string, unknown, {flags?: number; length?: number}?]>([
    ['JSON that does not parse', '{"blobs":['],
    ['JSON that is too deep', `{"blobs":${deep}}`],
    ['no list of blobs', {properties: {}}],
    ['a list instead of an object', []],
    ['a blob that is no object', {blobs: [7]}],
    ['a blob without a type', {blobs: [{...described, type: undefined}]}],
    ['fields that are not ids', {blobs: [{...described, fields: ['1']}]}],
    ['a snapshot id that is a text', {blobs: [{...described, 'snapshot-id': '1'}]}],
    [
      'a snapshot id of 65 bits',
      '{"blobs":[{"type":"t","fields":[],"snapshot-id":18446744073709551616,"sequence-number":1,"offset":4,"length":1}]}',
    ],
    ['a sequence number that is not whole', {blobs: [{...described, 'sequence-number': 1.5}]}],
    ['an offset in the magic', {blobs: [{...described, offset: 3}]}],
    ['an offset below zero', {blobs: [{...described, offset: -4}]}],
    ['a blob that reaches into the footer', {blobs: [{...described, length: 101}]}],
    ['a length beyond all numbers', {blobs: [{...described, length: 1e300}]}],
    [
      'a length of 2^63',
      '{"blobs":[{"type":"t","fields":[],"snapshot-id":1,"sequence-number":1,"offset":4,"length":9223372036854775807}]}',
    ],
    ['a codec that is a number', {blobs: [{...described, 'compression-codec': 1}]}],
    ['properties that are not texts', {blobs: [{...described, properties: {cardinality: 1}}]}],
    ['flags of no meaning', {blobs: []}, {flags: 2}],
    ['a footer longer than the file', {blobs: []}, {length: 1000}],
    ['a footer of 2 GB', {blobs: []}, {length: 2 ** 31 - 1}],
    ['a footer of negative length', {blobs: []}, {length: -1}],
    ['a footer of another length', {blobs: []}, {length: 5}],
  ])('%s', async (_, json, options = {}) => {
    const error = await readPuffinFooter(withFooter(json, options)).catch((thrown) => thrown)
    expect(error).toMatchObject({code: 'PUFFIN_CORRUPT', exit: 3, message: expect.stringContaining('s3://lake/t/stats.puffin')})
  })

  test('a footer that is compressed, which only LZ4 can be', async () => {
    const error = await readPuffinFooter(withFooter('', {flags: 1})).catch((thrown) => thrown)
    expect(error).toMatchObject({code: 'PUFFIN_CODEC_NOT_READ', exit: 6, message: expect.stringMatching(/stats\.puffin .*lz4/)})
  })

  test('a blob of another codec, a blob outside of the file, a blob that grows without end', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(50_000_000))
    const file = fileOf(Buffer.concat([Buffer.from('PFA1'), bomb]))
    const blob: PuffinBlob = {type: 't', fields: [], 'snapshot-id': 1n, 'sequence-number': 1n, offset: 4, length: bomb.length}
    const codeOf = async (given: Partial<PuffinBlob>, limit?: number) =>
      await readPuffinBlob(file, {...blob, ...given}, limit).catch(({code}) => code)
    expect(await codeOf({'compression-codec': 'lz4'})).toBe('PUFFIN_CODEC_NOT_READ')
    expect(await codeOf({offset: 5})).toBe('PUFFIN_CORRUPT')
    expect(await codeOf({length: 2 ** 53})).toBe('PUFFIN_CORRUPT')
    expect(await codeOf({'compression-codec': 'zstd'}, 1_000_000)).toBe('PUFFIN_CORRUPT')
    expect(await codeOf({'compression-codec': 'zstd'}, 50_000_000)).toHaveLength(50_000_000)
    expect(await codeOf({offset: 10, length: 50, 'compression-codec': 'zstd'})).toBe('PUFFIN_CORRUPT')
    expect(file.reads.every(([start, length]) => start + length <= file.size)).toBe(true)
  })

  test('any byte flipped, any end cut off: an error that names it, or the footer as it could be read', async () => {
    const whole = fromJava.zstd
    let refused = 0
    const outcome = async (bytes: Uint8Array) => {
      try {
        const file = fileOf(bytes)
        for (const blob of (await readPuffinFooter(file)).blobs) await readPuffinBlob(file, blob)
      } catch (error) {
        expect(isPhloError(error) && error.message.includes('stats.puffin')).toBe(true)
        expect(hasCode(error, 'PUFFIN_CORRUPT') || hasCode(error, 'PUFFIN_CODEC_NOT_READ')).toBe(true)
        refused++
      }
    }
    for (let at = 0; at < whole.length; at++) {
      for (const mask of [1, 0x80, 0xff]) {
        const flipped = Buffer.from(whole)
        flipped[at] = (flipped[at] as number) ^ mask
        await outcome(flipped)
      }
      await outcome(whole.subarray(0, at))
    }
    expect(refused).toBeGreaterThan(whole.length * 2)
  })
})
