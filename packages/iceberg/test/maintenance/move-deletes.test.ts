import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {localFileIO} from '@phlo/iceberg'
import {openAvroFile} from '../../src/avro/container-reader.js'
import {createAvroFile} from '../../src/avro/container-writer.js'
import {readPositionDeletes} from '../../src/deletes/read-position-deletes.js'
import {positionBitmap} from '../../src/deletes/roaring.js'
import {writePositionDeletes} from '../../src/deletes/write-position-deletes.js'
import {moveDeletes} from '../../src/maintenance/rewrite-path/move-deletes.js'
import {movePaths} from '../../src/maintenance/rewrite-path/prefix.js'

const io = localFileIO()
const folder = mkdtempSync(join(tmpdir(), 'phlo-moved-deletes-'))
const move = movePaths('s3://old/table', 's3://new/place')
const given = (path: string, size: number, format: string) => ({
  io,
  path,
  size,
  format,
  staged: {io, path: `${path}.moved`},
  properties: {},
  move,
})

test('position deletes in Avro name moved files, and all else in them stays', async () => {
  const path = join(folder, 'deletes.avro')
  const field = (id: number, name: string, type: unknown) => ({name, type: type as string, 'field-id': id})
  const row = {type: 'record', name: 'r', fields: [field(1, 'id', 'long')]}
  const schema = {
    type: 'record',
    name: 'deletes',
    fields: [field(2147483546, 'file_path', 'string'), field(2147483545, 'pos', 'long'), field(2147483544, 'row', row)],
  }
  const longs = new Set([2147483545, 2147483544])
  const writer = await createAvroFile(io, path, {schema, bigintFields: longs, metadata: new Map([['owner', 'me']])})
  const rows = [
    {f2147483546: 's3://old/table/data/a.parquet', f2147483545: 3n, f2147483544: {f1: 2n ** 60n}},
    {f2147483546: 's3://old/table/data/b.parquet', f2147483545: 2n ** 40n, f2147483544: {f1: -1n}},
  ]
  for (const each of rows) await writer.append(each)
  const size = await writer.close()
  const moved = await moveDeletes(given(path, size, 'AVRO'))
  const file = await openAvroFile(io, `${path}.moved`, {bigintFields: longs})
  const found: unknown[] = []
  for await (const batch of file.batches()) found.push(...batch)
  expect(found).toEqual(rows.map((each) => ({...each, f2147483546: each.f2147483546.replace('s3://old/table', 's3://new/place')})))
  expect(file.metadata.get('owner')).toBe('me')
  expect((await io.stat(`${path}.moved`))?.size).toBe(moved.size)
  expect(moved.bounds?.upper.toString()).toBe('s3://new/place/data/b.parquet')
})

test('position deletes in Parquet keep every row, and each spelling of a path its own', async () => {
  const path = join(folder, 'deletes.parquet')
  const deletes = new Map([
    ['s3://old/table/data/a.parquet', positionBitmap([0, 7, 9_000_000_000])],
    ['s3a://old/table/data/a.parquet', positionBitmap([1])],
  ])
  const {fileSizeInBytes} = await writePositionDeletes(io, {path, specId: 0, partition: [], properties: {}, deletes})
  const moved = await moveDeletes(given(path, fileSizeInBytes, 'PARQUET'))
  const found: string[] = []
  const file = {content: 'position-deletes', filePath: `${path}.moved`, fileFormat: 'PARQUET', specId: 0, partition: []} as const
  await readPositionDeletes(io, {...file, recordCount: 4, fileSizeInBytes: moved.size}, (text, position) =>
    found.push(`${text} ${position}`),
  )
  expect(found).toEqual([
    's3://new/place/data/a.parquet 0',
    's3://new/place/data/a.parquet 7',
    's3://new/place/data/a.parquet 9000000000',
    's3a://new/place/data/a.parquet 1',
  ])
})

test('a deleted row of a file that is somewhere else, or a format that is not read, is refused by name, and nothing is written', async () => {
  const path = join(folder, 'strange.parquet')
  const deletes = new Map([['s3://other/data/a.parquet', positionBitmap([0])]])
  const {fileSizeInBytes} = await writePositionDeletes(io, {path, specId: 0, partition: [], properties: {}, deletes})
  await expect(moveDeletes(given(path, fileSizeInBytes, 'PARQUET'))).rejects.toMatchObject({
    code: 'PATH_OUTSIDE_PREFIX',
    message: expect.stringMatching(/s3:\/\/other\/data\/a\.parquet .*strange\.parquet/),
  })
  expect(await io.stat(`${path}.moved`)).toBeUndefined()
  expect(() => moveDeletes(given('x.orc', 1, 'ORC'))).toThrow(expect.objectContaining({code: 'FORMAT_NOT_READ'}))
})
