import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import fc from 'fast-check'
import {fileLeaves} from '../../src/parquet/file-leaves.js'
import {readFooter} from '../../src/parquet/footer.js'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from '../../src/parquet/leaves.js'
import {physicalType} from '../../src/parquet/physical.js'
import {openRowGroup} from '../../src/parquet/read-leaves.js'
import {createParquetFile, parquetWriteOptions} from '../../src/parquet/write-file.js'
import type {Schema} from '../../src/spec/types.js'
import {readRows, schemaOf, showRow, TYPES, writeRows} from './samples.js'
import {parquetFolder} from './scratch.js'

const {io, folder, newPath} = parquetFolder('parquet')

function physical(leaf: Leaf): fc.Arbitrary<Exclude<PhysicalValue, null>> {
  const {type, length} = physicalType(leaf.type) as NonNullable<ReturnType<typeof physicalType>>
  if (type === 'BOOLEAN') return fc.boolean()
  if (type === 'INT32') return fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1})
  if (type === 'INT64') return fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n})
  if (type === 'FLOAT') return fc.float()
  if (type === 'DOUBLE') return fc.double()
  if (leaf.type === 'string') return fc.string({unit: 'binary'}).map((text) => Uint8Array.from(Buffer.from(text)))
  return fc.uint8Array(length === undefined ? {maxLength: 40} : {minLength: length, maxLength: length})
}

const columnOf = (leaf: Leaf) =>
  fc.oneof(
    fc.array(fc.option(physical(leaf), {freq: 4}), {minLength: 1, maxLength: 60}),
    // Few different values, so that dictionaries are made.
    fc
      .array(physical(leaf), {minLength: 1, maxLength: 3})
      .chain((few) => fc.array(fc.constantFrom(...few, null), {minLength: 1, maxLength: 400})),
  )

const options = (codec: string, schema: Schema) => ({
  ...parquetWriteOptions({'write.parquet.compression-codec': codec}, schema),
  pageBytes: 64,
  pageRows: 20,
  dictionaryBytes: 1024,
})

/** Typed arrays and buffers are compared as plain values; NaN and -0 keep their difference. */
const plain = (values: LeafValues['values'] | undefined) =>
  Array.from((values ?? []) as ArrayLike<PhysicalValue>, (value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  )

test.each(TYPES)('values of type %s come back from a file as they were written', async (type) => {
  const schema: Schema = {type: 'struct', fields: [{id: 7, name: 'a column', required: false, type}]}
  const [leaf] = leavesOf(schema) as [Leaf]
  await fc.assert(
    fc.asyncProperty(
      columnOf(leaf),
      fc.constantFrom('zstd' as const, 'snappy' as const, 'gzip' as const, 'none' as const),
      async (values, codec) => {
        const path = newPath()
        const writer = await createParquetFile(io, path, schema, options(codec, schema))
        const definitionLevels = Uint8Array.from(values, (value) => (value === null ? 0 : 1))
        await writer.writeRowGroup(values.length, () => ({leaf, values, definitionLevels, rows: values.length}))
        const summary = await writer.close()
        const file = await io.open(path)
        const footer = await readFooter(file)
        const read = (await openRowGroup({file, footer, leaves: fileLeaves(footer), rowGroup: 0}, [leaf]))(leaf)
        await file.close()
        expect(summary).toMatchObject({size: file.size, recordCount: values.length, splitOffsets: [4]})
        expect(plain(read.values)).toEqual(plain(values))
      },
    ),
    {numRuns: 40},
  )
})

test.each(['float', 'double'])(
  '0 and -0 in one column of type %s keep their signs, also where a dictionary would be made',
  async (type) => {
    const schema = schemaOf({zero: type})
    const rows = Array.from({length: 100}, (_, index) => ({zero: index % 3 === 0 ? -0 : index % 3 === 1 ? 0 : 1.5}))
    const path = join(folder, `zeros-${type}.parquet`)
    await writeRows(io, path, schema, [rows])
    expect((await readRows(path, schema)).rows).toEqual(rows.map((row) => showRow(schema, row)))
  },
)

test('a file of no row group has a footer that is read', async () => {
  const schema: Schema = {type: 'struct', fields: [{id: 1, name: 'id', required: true, type: 'long'}]}
  const path = join(folder, 'empty.parquet')
  await (await createParquetFile(io, path, schema, options('zstd', schema))).close()
  const file = await io.open(path)
  expect((await readFooter(file)).num_rows).toBe(0n)
  await file.close()
})
