import {execFileSync} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {parseTableMetadata, serializeTableMetadata} from '@phlo/iceberg'
import {parseDeletionVector, serializeDeletionVector} from '../../src/deletes/deletion-vector.js'
import {cardinality, positionBitmap, positionsOf} from '../../src/deletes/roaring.js'
import {parseBitmap} from '../../src/deletes/roaring-parse.js'
import {serializeBitmap} from '../../src/deletes/roaring-serialize.js'
import {readPuffinBlob, readPuffinFooter} from '../../src/puffin/read.js'
import {fileOf} from '../puffin/samples.js'

/** What the tests of Iceberg's Java library read, from the jar that it publishes. */
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phlo-resources-'))
  const jars = dirname(process.env['PHLO_TEST_JAVA_CLASSPATH']?.split(delimiter).at(-1) ?? '')
  const jar = readdirSync(jars).find((name) => /^iceberg-core-.*-tests\.jar$/.test(name)) ?? 'the jar of tests'
  execFileSync('jar', ['-xf', join(jars, jar)], {cwd: folder})
})
afterAll(() => rmSync(folder, {recursive: true}))

const read = (...path: readonly string[]) => readFileSync(join(folder, ...path))
const parsed = (name: string) => parseTableMetadata(read(name), name)

describe('the table metadata of the specification’s own tests', () => {
  test.each(['V1Valid', 'V2Valid', 'V2ValidMinimal', 'V3ValidMinimal', 'StatisticsFiles', 'PartitionStatisticsFiles'])(
    'is read, and written so that nothing of it is lost: %s',
    (kind) => {
      const name = `TableMetadata${kind}.json`
      const metadata = parsed(name)
      const written = serializeTableMetadata(metadata, name)
      // Version 1 says -1 for no snapshot, which is the same as nothing.
      const {'current-snapshot-id': current = -1, ...rest} = JSON.parse(read(name).toString())
      expect(JSON.parse(Buffer.from(written).toString())).toMatchObject({...rest, ...(current !== -1 && {'current-snapshot-id': current})})
      expect(parseTableMetadata(written, name)).toEqual(metadata)
    },
  )

  test.each([
    ['UnsupportedVersion', 'UNSUPPORTED_FORMAT_VERSION', /format version/],
    ['V1MissingSchemaType', 'METADATA_CORRUPT', /schema.*type/],
    // These lack last-partition-id, too.
    ['V2CurrentSchemaNotFound', 'METADATA_CORRUPT', /last-partition-id|current-schema-id/],
    ['V2MissingLastPartitionId', 'METADATA_CORRUPT', /last-partition-id is missing/],
    ['V2MissingPartitionSpecs', 'METADATA_CORRUPT', /last-partition-id|partition-specs/],
    ['V2MissingSchemas', 'METADATA_CORRUPT', /last-partition-id|schemas/],
    ['V2MissingSortOrder', 'METADATA_CORRUPT', /sort-order/],
  ])('is refused, and the field named: %s', (kind, code, message) => {
    const name = `TableMetadata${kind}.json`
    expect(() => parsed(name)).toThrow(expect.objectContaining({code, message: expect.stringMatching(message)}))
    expect(() => parsed(name)).toThrow(name)
  })
})

describe('the deletion vectors of the specification’s own tests', () => {
  const vectors = join('org', 'apache', 'iceberg', 'deletes')

  test.each(['all-container-types', 'empty', 'small-alternating-values', 'small-and-large-values'])('are read and written: %s', (kind) => {
    const bytes = read(vectors, `${kind}-position-index.bin`)
    const positions = parseDeletionVector(bytes)
    expect(cardinality(positions) > 0).toBe(kind !== 'empty')
    expect(Buffer.from(serializeDeletionVector(positions)).equals(bytes)).toBe(true)
  })

  test.each(['64map32bitvals', '64mapempty', '64maphighvals', '64mapspreadvals'])('are those of other Roaring libraries: %s', (kind) => {
    const bytes = read(vectors, `${kind}.bin`)
    // Keys from 2^31 on are no positions of rows.
    if (kind === '64maphighvals') {
      expect(() => parseBitmap(bytes)).toThrow(RangeError)
      return
    }
    const positions = [...positionsOf(parseBitmap(bytes))]
    expect([...positionsOf(parseBitmap(serializeBitmap(positionBitmap(positions))))]).toEqual(positions)
    expect(positions.length > 0).toBe(kind !== '64mapempty')
  })
})

describe('the Puffin files of the specification’s own tests', () => {
  const puffin = (name: string) => fileOf(read('org', 'apache', 'iceberg', 'puffin', 'v1', name), name)

  test('are read, compressed or not', async () => {
    expect(await readPuffinFooter(puffin('empty-puffin-uncompressed.bin'))).toEqual({blobs: []})
    const contents = []
    for (const kind of ['uncompressed', 'compressed-zstd']) {
      const file = puffin(`sample-metric-data-${kind}.bin`)
      const {blobs} = await readPuffinFooter(file)
      contents.push(await Promise.all(blobs.map((blob) => readPuffinBlob(file, blob))))
    }
    expect(contents[0]).toHaveLength(2)
    expect(contents[1]?.map((bytes) => Buffer.from(bytes))).toEqual(contents[0]?.map((bytes) => Buffer.from(bytes)))
  })
})
