import {mkdtempSync} from 'node:fs'
import {readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from '@jest/globals'
import {isPhloError} from '@phlo/core'
import {type DataFile, localFileIO} from '@phlo/iceberg'
import {
  checkDeletionVector,
  isDeletionVector,
  parseDeletionVector,
  readDeletionVector,
  serializeDeletionVector,
} from '../../src/deletes/deletion-vector.js'
import {positionBitmap, positionsOf} from '../../src/deletes/roaring.js'
import {type NewDeletionVector, writeDeletionVectors} from '../../src/deletes/write-deletion-vectors.js'
import {readPuffinFooter} from '../../src/puffin/read.js'
import {createPuffinFile} from '../../src/puffin/write.js'
import {range, vectorsFromJava} from './samples.js'

const io = localFileIO()
const folder = mkdtempSync(join(tmpdir(), 'phlo-vectors-'))
afterAll(() => rm(folder, {recursive: true}))
let count = 0
const freshPath = () => join(folder, `${count++}-deletes.puffin`)

const vector = (filePath: string, positions: Iterable<number>): NewDeletionVector => ({
  dataFile: {filePath, specId: 3, partition: ['a', 7n]},
  positions: positionBitmap(positions),
})
const POSITIONS = {
  's3://lake/a.parquet': [0, 5, 2 ** 33],
  's3://lake/b.parquet': range(10, 90_000),
  's3://lake/c.parquet': range(1, 999_999, 9),
}

/** Three vectors in one file, as their entries. */
const written = async (path = freshPath()) =>
  await writeDeletionVectors(
    io,
    path,
    Object.entries(POSITIONS).map(([file, positions]) => vector(file, positions)),
  )

describe('deletion vectors of Iceberg’s Java library', () => {
  test.each(Object.entries(vectorsFromJava))('with %s are read, and written as the same bytes', (_, {blob, positions}) => {
    expect([...positionsOf(parseDeletionVector(blob))]).toEqual(positions)
    expect(Buffer.from(serializeDeletionVector(positionBitmap(positions))).toString('hex')).toBe(blob.toString('hex'))
  })
})

describe('deletion vectors that Phlo wrote', () => {
  test('share a Puffin file, and each is read by its own entry', async () => {
    const path = freshPath()
    const entries = await written(path)
    const {size} = (await io.stat(path)) ?? {}
    expect(entries).toHaveLength(3)
    for (const [index, [referencedDataFile, positions]] of Object.entries(POSITIONS).entries()) {
      const entry = entries[index] as DataFile
      expect(entry).toEqual({
        content: 'position-deletes',
        filePath: path,
        fileFormat: 'PUFFIN',
        specId: 3,
        partition: ['a', 7n],
        recordCount: positions.length,
        fileSizeInBytes: size,
        referencedDataFile,
        contentOffset: expect.any(Number),
        contentSizeInBytes: expect.any(Number),
      })
      expect(isDeletionVector(entry)).toBe(true)
      for (const read of [readDeletionVector, checkDeletionVector]) {
        expect([...positionsOf(await read(io, entry))].join()).toBe(positions.join())
      }
    }
  })

  test('are described in the footer as the specification has it', async () => {
    const [first] = await written()
    const file = await io.open(first?.filePath ?? '')
    const {blobs} = await readPuffinFooter(file)
    await file.close()
    expect(blobs[0]).toEqual({
      type: 'deletion-vector-v1',
      fields: [2147483645],
      'snapshot-id': -1n,
      'sequence-number': -1n,
      offset: 4,
      length: first?.contentSizeInBytes,
      properties: {'referenced-data-file': 's3://lake/a.parquet', cardinality: '3'},
    })
  })

  test('are left out where nothing is deleted, and without any there is no file', async () => {
    const path = freshPath()
    expect(await writeDeletionVectors(io, path, [vector('a', [])])).toEqual([])
    expect(await io.stat(path)).toBeUndefined()
    expect(await writeDeletionVectors(io, path, [vector('a', []), vector('b', [1])])).toMatchObject([{referencedDataFile: 'b'}])
  })

  test('leave no file behind when they cannot all be written', async () => {
    const before = await readdir(folder)
    await expect(writeDeletionVectors(io, freshPath(), [vector('a', [1]), vector('a', [2])])).rejects.toThrow('a has two deletion vectors')
    const ends = async function* () {
      yield vector('a', [1])
      throw new Error('the scan broke off')
    }
    await expect(writeDeletionVectors(io, freshPath(), ends())).rejects.toThrow('the scan broke off')
    expect(await readdir(folder)).toEqual(before)
  })
})

describe('a deletion vector is refused, and both of its files are named,', () => {
  const refusal = async (change: Partial<DataFile>) => {
    const entry = {...(await written())[0], ...change} as DataFile
    const error = await readDeletionVector(io, entry).catch((thrown) => thrown)
    expect(error.message).toContain(entry.filePath)
    return error
  }

  test.each<[string, Partial<DataFile>, RegExp]>([
    ['when its entry has another number of records', {recordCount: 4}, /has 3 positions, and its manifest 4/],
    ['when its entry has another length', {contentSizeInBytes: 40}, /32 bytes long/],
    ['when its entry has another offset', {contentOffset: 5}, /is said to have/],
    ['when its entry does not name a data file', {referencedDataFile: undefined as never}, /no referenced_data_file/],
    ['when its entry has no place', {contentOffset: undefined as never}, /no content_offset/],
    ['when its entry is one of Parquet', {fileFormat: 'PARQUET'}, /not one of a Puffin file/],
    ['when its length is nothing', {contentSizeInBytes: 0}, /only 0 bytes/],
  ])('%s', async (_, change, message) => {
    const error = await refusal(change)
    expect(error).toMatchObject({code: 'DELETION_VECTOR_CORRUPT', exit: 3, message: expect.stringMatching(message)})
    if (change.referencedDataFile !== undefined) expect(error.message).toContain('s3://lake/a.parquet')
  })

  test('when its place is outside of the file, before anything is read', async () => {
    for (const change of [{contentOffset: 10 ** 12}, {contentSizeInBytes: 2 ** 52}, {contentOffset: -1}, {contentSizeInBytes: -1}]) {
      expect(await refusal(change)).toMatchObject({code: 'PUFFIN_CORRUPT'})
    }
  })

  test('when it is encrypted', async () => {
    expect(await refusal({keyMetadata: Buffer.from('key')})).toMatchObject({code: 'FILE_ENCRYPTED', exit: 6})
  })

  test('when any of its bytes is another', async () => {
    const [entry] = (await written()) as [DataFile]
    const good = Buffer.from(await io.readAll(entry.filePath))
    const path = freshPath()
    for (let at = 4; at < 4 + (entry.contentSizeInBytes ?? 0); at++) {
      const bytes = Buffer.from(good)
      bytes[at] = (bytes[at] as number) ^ 0x10
      await writeFile(path, bytes)
      const error = await readDeletionVector(io, {...entry, filePath: path}).catch((thrown) => thrown)
      expect(isPhloError(error) && error.code).toBe('DELETION_VECTOR_CORRUPT')
    }
  })

  test('by a thorough check, when the footer tells of another blob', async () => {
    const data = serializeDeletionVector(positionBitmap([1, 2]))
    const good = {type: 'deletion-vector-v1', fields: [2147483645], 'snapshot-id': -1n, 'sequence-number': -1n, data}
    const properties = {'referenced-data-file': 's3://lake/a.parquet', cardinality: '2'}
    const check = async (blob: object, change: Partial<DataFile> = {}) => {
      const path = freshPath()
      const writer = await createPuffinFile(io, path)
      const {offset, length} = await writer.append({...good, properties, ...blob})
      const fileSizeInBytes = await writer.close()
      const entry: DataFile = {
        ...((await written())[0] as DataFile),
        ...{filePath: path, fileSizeInBytes, recordCount: 2, contentOffset: offset, contentSizeInBytes: length},
        ...change,
      }
      return await checkDeletionVector(io, entry).then(
        (positions) => [...positionsOf(positions)],
        ({message}: Error) => message,
      )
    }
    expect(await check({})).toEqual([1, 2])
    expect(await check({type: 'apache-datasketches-theta-v1'})).toMatch(/its type is apache-datasketches/)
    expect(await check({properties: {...properties, cardinality: '3'}})).toMatch(/3 for cardinality, and the manifest 2/)
    expect(await check({properties: {cardinality: '2'}})).toMatch(/undefined for referenced-data-file/)
    expect(await check({}, {referencedDataFile: 's3://lake/b.parquet'})).toMatch(/and the manifest s3:\/\/lake\/b.parquet/)
  })
})
