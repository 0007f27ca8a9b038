import {mkdtempSync, writeFileSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from '@jest/globals'
import {type DataFile, localFileIO} from '@phlo/iceberg'
import {checkDeletionVector, serializeDeletionVector} from '../../src/deletes/deletion-vector.js'
import {positionBitmap, positionsOf} from '../../src/deletes/roaring.js'
import {writeDeletionVectors} from '../../src/deletes/write-deletion-vectors.js'
import {readPuffinBlob, readPuffinFooter} from '../../src/puffin/read.js'
import {createPuffinFile} from '../../src/puffin/write.js'
import {standingJava} from '../support/judges.js'
import {deletedPositions} from './samples.js'

const java = standingJava()
const io = localFileIO()
const folder = mkdtempSync(join(tmpdir(), 'phlo-java-vectors-'))
afterAll(() => Promise.all([java.close(), rm(folder, {recursive: true})]))

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

describe('Iceberg’s Java library', () => {
  test('reads the deletion vectors that Phlo wrote, and would have written the same bytes', async () => {
    const path = join(folder, 'ours.puffin')
    const entries = await writeDeletionVectors(
      io,
      path,
      Object.entries(deletedPositions).map(([filePath, positions]) => ({
        dataFile: {filePath, specId: 0, partition: []},
        positions: positionBitmap(positions),
      })),
    )
    const found = JSON.parse(await java.vectors('read', path)) as {
      positions: number[]
      contents: string
      written: string
      properties: object
    }[]
    expect(found).toHaveLength(entries.length)
    for (const [index, [name, positions]] of Object.entries(deletedPositions).entries()) {
      const {positions: read, contents, written, ...blob} = found[index] as (typeof found)[number]
      expect(blob).toEqual({
        type: 'deletion-vector-v1',
        fields: [2147483645],
        snapshotId: '-1',
        sequenceNumber: '-1',
        properties: {'referenced-data-file': name, cardinality: String(positions.length)},
      })
      expect(read.join()).toBe(positions.join())
      // Java puts an empty bitmap where a key is missing.
      if (name !== 'far apart') expect(written).toBe(contents)
    }
  })

  test('writes deletion vectors that Phlo reads, and would have written as the same bytes', async () => {
    const path = join(folder, 'theirs.puffin')
    const input = join(folder, 'positions.json')
    writeFileSync(input, JSON.stringify(deletedPositions))
    const entries = JSON.parse(await java.vectors('write-vectors', path, input)) as (Partial<DataFile> & {referencedDataFile: string})[]
    expect(entries.map(({referencedDataFile}) => referencedDataFile).sort()).toEqual(Object.keys(deletedPositions).sort())
    for (const entry of entries) {
      const positions = deletedPositions[entry.referencedDataFile] as readonly number[]
      const file = {content: 'position-deletes', filePath: path, fileFormat: 'PUFFIN', specId: 0, partition: [], ...entry} as DataFile
      expect([...positionsOf(await checkDeletionVector(io, file))].join()).toBe(positions.join())
      const blob = (await io.readAll(path)).subarray(file.contentOffset, (file.contentOffset ?? 0) + (file.contentSizeInBytes ?? 0))
      if (entry.referencedDataFile !== 'far apart') expect(base64(serializeDeletionVector(positionBitmap(positions)))).toBe(base64(blob))
    }
  })

  test('reads a compressed blob that Phlo wrote, and Phlo reads its', async () => {
    const ours = join(folder, 'ours-zstd.puffin')
    const data = Buffer.from('text of any length '.repeat(5000))
    const writer = await createPuffinFile(io, ours)
    await writer.append({
      ...{type: 'test', fields: [2], 'snapshot-id': 2n ** 63n - 1n, 'sequence-number': 9n, 'compression-codec': 'zstd', data},
      properties: {ndv: '7'},
    })
    await writer.close()
    expect(JSON.parse(await java.vectors('read', ours))).toEqual([
      {
        type: 'test',
        fields: [2],
        snapshotId: '9223372036854775807',
        sequenceNumber: '9',
        properties: {ndv: '7'},
        contents: base64(data),
      },
    ])
    const theirs = join(folder, 'theirs-zstd.puffin')
    await java.vectors('write-blob', theirs, 'a'.repeat(3000))
    const file = await io.open(theirs)
    const {blobs, properties} = await readPuffinFooter(file)
    expect(properties).toEqual({'created-by': 'Java'})
    expect(blobs).toMatchObject([
      {type: 'test', fields: [3, 1], 'snapshot-id': 2n ** 63n - 1n, 'sequence-number': 2n, properties: {ndv: '7'}},
    ])
    for (const blob of blobs) expect(Buffer.from(await readPuffinBlob(file, blob)).toString()).toBe('a'.repeat(3000))
    await file.close()
  })
})
