import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {localFileIO} from '../../src/io/local.js'
import type {LeafValues, PhysicalValue} from '../../src/parquet/leaves.js'
import {createParquetFile, parquetWriteOptions} from '../../src/parquet/write-file.js'
import type {Schema, StructType, Type} from '../../src/spec/types.js'

const io = localFileIO()
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phlo-writable-'))
})
afterAll(() => rm(folder, {recursive: true}))

const one = (type: Type, required: boolean): Schema => ({type: 'struct', fields: [{id: 1, name: 'a', required, type}]})

/** What becomes of a file with such entries in its only column; nothing is left of one that is refused. */
async function written(schema: Schema, entries: Pick<LeafValues, 'values' | 'definitionLevels' | 'repetitionLevels'>) {
  const writer = await createParquetFile(io, join(folder, 'a.parquet'), schema, parquetWriteOptions({}, schema))
  const rows = entries.repetitionLevels ? entries.repetitionLevels.filter((level) => level === 0).length : entries.values.length
  try {
    await writer.writeRowGroup(rows, (leaf) => ({leaf, rows, ...entries}))
    return (await writer.close()).recordCount
  } catch (error) {
    await writer.abort()
    expect(await readdir(folder)).toEqual([])
    return error
  } finally {
    await rm(join(folder, 'a.parquet'), {force: true})
  }
}

const many = (value: PhysicalValue, count = 100) => Array.from({length: count}, () => value)

describe('a null where there may be none', () => {
  const refused = (name: string) => ({
    code: 'NULL_IN_REQUIRED_COLUMN',
    exit: 2,
    message: `Column ${name} has nulls, and the table requires it.`,
  })
  const inStruct: StructType = {type: 'struct', fields: [{id: 2, name: 'b', required: true, type: 'string'}]}
  const required = one({type: 'list', 'element-id': 2, 'element-required': true, element: 'long'}, true)

  test.each([
    ['in a column of values that repeat', [...many(1n), null]],
    ['in a column of values that do not', [...Array.from({length: 100}, (_, index) => BigInt(index)), null]],
    ['in a column of nothing else', many(null)],
  ])('is refused %s', async (_, values) => {
    expect(await written(one('long', true), {values})).toMatchObject(refused('a'))
    expect(await written(one('long', false), {values, definitionLevels: Uint8Array.from(values, (value) => Number(value !== null))})).toBe(
      values.length,
    )
  })

  test('is refused in a struct that is there, and taken where the struct is null', async () => {
    const values = [Buffer.from('x'), null]
    expect(await written(one(inStruct, false), {values, definitionLevels: Uint8Array.of(1, 1)})).toMatchObject(refused('a.b'))
    expect(await written(one(inStruct, false), {values, definitionLevels: Uint8Array.of(1, 0)})).toBe(2)
  })

  test('is refused in a list of required elements, which may be empty', async () => {
    const entries = {values: [1n, null, 3n], repetitionLevels: Uint8Array.of(0, 1, 0)}
    expect(await written(required, {...entries, definitionLevels: Uint8Array.of(1, 1, 1)})).toMatchObject(refused('a.element'))
    expect(
      await written(required, {values: [1n, null], repetitionLevels: Uint8Array.of(0, 0), definitionLevels: Uint8Array.of(1, 0)}),
    ).toBe(2)
  })
})

describe('an integer that is too large', () => {
  test.each<[Type, PhysicalValue, PhysicalValue]>([
    ['long', 2n ** 63n, 2n ** 63n - 1n],
    ['long', -(2n ** 63n) - 1n, -(2n ** 63n)],
    ['timestamp_ns', 2n ** 63n, 0n],
    ['int', 2 ** 31, 2 ** 31 - 1],
    ['date', -(2 ** 31) - 1, -(2 ** 31)],
  ])('for a %s is refused, and the last one that fits is taken: %s, %s', async (type, value, most) => {
    const refused = {code: 'VALUE_OUT_OF_RANGE', exit: 2, message: `Column a, which is ${type}, cannot hold the value ${value}.`}
    expect(await written(one(type, true), {values: [...many(most), value]})).toMatchObject(refused)
    expect(await written(one(type, true), {values: many(most)})).toBe(100)
  })
})
