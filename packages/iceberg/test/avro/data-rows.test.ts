import {mkdtempSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'
import {isPhloError} from '@phlo/core'
import {localFileIO} from '@phlo/iceberg'
import fc from 'fast-check'
import {fileRows, type RowLayout, rowSourceOf} from '../../src/parquet/file-rows.js'
import {type Leaf, type LeafValues, leavesOf} from '../../src/parquet/leaves.js'
import {mappingByName} from '../../src/parquet/name-mapping.js'
import {concatenate} from '../../src/parquet/slice.js'
import type {DataFile} from '../../src/spec/manifest.js'
import type {Schema, Type} from '../../src/spec/types.js'
import {leafValues, type Row, rowOf, schemaOf, TYPES} from '../parquet/samples.js'
import {writeAvro} from './avro-files.js'

const io = localFileIO()
const folder = mkdtempSync(join(tmpdir(), 'phlo-avro-'))
let next = 0
const newPath = () => join(folder, `${next++}.avro`)

const struct: Type = {
  type: 'struct',
  fields: [
    {id: 101, name: 'a', required: false, type: 'string'},
    {id: 102, name: 'b', required: true, type: 'decimal(18,4)'},
  ],
}
const numbers: Type = {type: 'list', 'element-id': 111, element: 'long', 'element-required': false}
const NESTED: Schema = schemaOf({
  place: struct,
  numbers,
  lists: {type: 'list', 'element-id': 121, element: {...numbers, 'element-id': 122}, 'element-required': false},
  byText: {type: 'map', 'key-id': 131, key: 'string', 'value-id': 132, value: 'double', 'value-required': false},
  byNumber: {
    type: 'map',
    'key-id': 141,
    key: 'int',
    'value-id': 142,
    value: {type: 'struct', fields: [{id: 143, name: 'inner', required: false, type: {...numbers, 'element-id': 144}}]},
    'value-required': false,
  },
})
const FLAT = schemaOf(Object.fromEntries(TYPES.map((type) => [type.replace(/\W/g, '_'), type])))

/** A column of a file in all of its rows. */
async function columnsOf(file: DataFile, layout: RowLayout): Promise<(leaf: Leaf) => LeafValues> {
  const parts = new Map<number, LeafValues[]>(layout.leaves.map(({fieldId}) => [fieldId, []]))
  for await (const {read} of fileRows(io, rowSourceOf(file), layout))
    for (const leaf of layout.leaves) parts.get(leaf.fieldId)?.push(read(leaf))
  return (leaf) => concatenate(parts.get(leaf.fieldId) ?? [])
}

const layoutOf = (schema: Schema): RowLayout => ({leaves: leavesOf(schema), mapping: mappingByName(schema), defaultOf: () => undefined})

/** Entries with both levels, whether they were left out as all alike or not. */
function entriesOf({leaf, values, definitionLevels, repetitionLevels}: LeafValues) {
  return Array.from(values as ArrayLike<unknown>, (value, at) => [
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : Object.is(value, -0) ? '-0' : value,
    definitionLevels?.[at] ?? leaf.maxDefinitionLevel,
    repetitionLevels?.[at] ?? 0,
  ])
}

const form = fc.record({codec: fc.constantFrom('null', 'deflate', 'zstandard'), hasIds: fc.boolean(), nativeMaps: fc.boolean()})

describe('the rows of an Avro data file', () => {
  test.each([
    ['of every primitive type', FLAT],
    ['of structs, lists and maps in each other', NESTED],
  ])('%s are those that were written, with or without field ids, whatever the codec', async (_, schema) => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf(schema), {minLength: 1, maxLength: 8}), form, async (rows, given) => {
        const read = await columnsOf(await writeAvro(io, newPath(), schema, rows, given), layoutOf(schema))
        for (const leaf of leavesOf(schema))
          expect({[leaf.name]: entriesOf(read(leaf))}).toEqual({[leaf.name]: entriesOf(leafValues(schema, leaf, rows))})
      }),
      {numRuns: 60},
    )
  })

  test('come some thousands at a time, a block of many as well as many blocks', async () => {
    const schema = schemaOf({id: 'long', text: 'string'})
    const rows = Array.from({length: 100_000}, (_, id): Row => ({id: BigInt(id), text: id % 7 === 0 ? null : `row ${id}`}))
    const [id, text] = leavesOf(schema)
    const file = await writeAvro(io, newPath(), schema, rows)
    let position = 0
    let batches = 0
    for await (const part of fileRows(io, rowSourceOf(file), layoutOf(schema))) {
      expect(part.position).toBe(position)
      const {values} = part.read(id as Leaf)
      expect([values[0], values[part.rows - 1]]).toEqual([BigInt(position), BigInt(position + part.rows - 1)])
      expect(part.read(text as Leaf).values.length).toBe(part.rows)
      expect(part.rows).toBeLessThan(50_000)
      position += part.rows
      batches += 1
    }
    expect({position, isMany: batches > 2}).toEqual({position: rows.length, isMany: true})
  })

  test('have the columns that are asked for, promoted, reordered, renamed, and defaults where the file has none', async () => {
    const before = schemaOf({a: 'int', b: 'float', c: 'decimal(7,2)', d: 'date', gone: 'binary', s: struct})
    const rows: Row[] = [
      {a: 1, b: 0.5, c: 123n, d: 1, gone: Uint8Array.of(1), s: {a: 'x', b: 1n}},
      {a: null, b: null, c: null, d: null, gone: null, s: null},
    ]
    const file = await writeAvro(io, newPath(), before, rows)
    const field = (id: number, name: string, type: Type, required = false) => ({id, name, type, required})
    const inner = [...(struct.type === 'struct' ? struct.fields : []).toReversed(), field(109, 'late', 'int'), field(110, 'never', 'int')]
    const after: Schema = {
      type: 'struct',
      fields: [
        field(6, 's', {type: 'struct', fields: inner}),
        field(4, 'day', 'timestamp'),
        field(3, 'price', 'decimal(20,2)'),
        field(2, 'b', 'double'),
        field(1, 'number', 'long'),
        field(50, 'with', 'string'),
        field(51, 'without', 'string'),
        field(52, 'must', 'string', true),
      ],
    }
    const text = Buffer.from('default')
    const defaultOf = ({fieldId}: Leaf) => (fieldId === 50 || fieldId === 52 ? text : fieldId === 109 ? 7 : undefined)
    const read = await columnsOf(file, {leaves: leavesOf(after), mapping: undefined, defaultOf})
    const hex = text.toString('hex')
    const expected: Record<string, unknown> = {
      's.b': [
        [1n, 1, 0],
        [null, 0, 0],
      ],
      's.a': [
        ['78', 2, 0],
        [null, 0, 0],
      ],
      's.late': [
        [7, 2, 0],
        [null, 0, 0],
      ],
      's.never': [
        [null, 1, 0],
        [null, 0, 0],
      ],
      day: [
        [86_400_000_000n, 1, 0],
        [null, 0, 0],
      ],
      price: [
        ['000000000000000000007b'.slice(-18), 1, 0],
        [null, 0, 0],
      ],
      b: [
        [0.5, 1, 0],
        [null, 0, 0],
      ],
      number: [
        [1n, 1, 0],
        [null, 0, 0],
      ],
      with: [
        [hex, 1, 0],
        [hex, 1, 0],
      ],
      without: [
        [null, 0, 0],
        [null, 0, 0],
      ],
      must: [
        [hex, 0, 0],
        [hex, 0, 0],
      ],
    }
    expect(Object.fromEntries(leavesOf(after).map((leaf) => [leaf.name, entriesOf(read(leaf))]))).toEqual(expected)
  })

  test('are refused by name where the file has no ids and the table no mapping, or another type', async () => {
    const schema = schemaOf({a: 'string'})
    const without = await writeAvro(io, newPath(), schema, [{a: 'x'}], {hasIds: false})
    const unmapped = columnsOf(without, {...layoutOf(schema), mapping: undefined})
    await expect(unmapped).rejects.toMatchObject({code: 'NO_FIELD_IDS', message: expect.stringContaining(without.filePath)})
    const file = await writeAvro(io, newPath(), schema, [{a: 'x'}])
    await expect(columnsOf(file, layoutOf(schemaOf({a: 'long'})))).rejects.toMatchObject({
      code: 'AVRO_UNSUPPORTED',
      message: `Column a of ${file.filePath} is stored as string, which is not read as long.`,
    })
  })
})

describe('a damaged Avro data file', () => {
  test('gives rows or one clear error, and never more rows than it can have', async () => {
    const schema: Schema = {
      type: 'struct',
      fields: [...schemaOf({id: 'long', text: 'string'}).fields, ...NESTED.fields.map((one) => ({...one, id: one.id + 10}))],
    }
    const rows = fc.sample(rowOf(schema), {numRuns: 40, seed: 7})
    const layout = {...layoutOf(schema), mapping: undefined}
    let damaged = 0
    for (const codec of ['null', 'deflate', 'zstandard'] as const) {
      const file = await writeAvro(io, newPath(), schema, rows, {codec})
      const bytes = await readFile(file.filePath)
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({min: 1, max: 255}), fc.boolean(), async (at, bits, isCut) => {
          const changed = Buffer.from(isCut ? bytes.subarray(0, at) : bytes)
          if (!isCut) changed[at] = (changed[at] as number) ^ bits
          const filePath = newPath()
          await writeFile(filePath, changed)
          try {
            let found = 0
            for await (const part of fileRows(io, rowSourceOf({...file, filePath, fileSizeInBytes: changed.length}), layout)) {
              found += part.rows
              for (const leaf of layout.leaves) part.read(leaf)
            }
            expect(found).toBeLessThanOrEqual(rows.length)
          } catch (error) {
            damaged += 1
            expect({at, error, isClear: isPhloError(error)}).toMatchObject({
              isClear: true,
              error: {message: expect.stringContaining(filePath)},
            })
          }
        }),
        {numRuns: 400},
      )
    }
    expect(damaged).toBeGreaterThan(600)
  })

  test.each([
    ['a list', {list: {type: 'list', 'element-id': 9, element: 'unknown', 'element-required': false}}],
    ['a row', {nothing: 'unknown'}],
  ] as const)('whose count of %s of nothing is beyond reason ends soon', async (_, types) => {
    const schema = schemaOf(types as unknown as Readonly<Record<string, Type>>)
    const avro = {
      type: 'record',
      name: 'r',
      fields: [{name: 'c', 'field-id': 1, type: 'list' in types ? {type: 'array', items: 'null', 'element-id': 9} : 'null'}],
    }
    const long = (value: bigint) => {
      const all: number[] = []
      let rest = value * 2n
      for (; rest > 0x7fn; rest >>= 7n) all.push(Number(rest & 0x7fn) | 0x80)
      return Buffer.from([...all, Number(rest)])
    }
    const text = (value: string) => Buffer.concat([long(BigInt(value.length)), Buffer.from(value)])
    const sync = Buffer.alloc(16, 7)
    const huge = long(2n ** 50n)
    const block = 'list' in types ? Buffer.concat([long(1n), long(BigInt(huge.length)), huge]) : Buffer.concat([huge, long(0n)])
    const header = Buffer.concat([
      Buffer.from('Obj\u0001', 'latin1'),
      long(1n),
      text('avro.schema'),
      text(JSON.stringify(avro)),
      long(0n),
      sync,
    ])
    const path = newPath()
    await writeFile(path, Buffer.concat([header, block, sync]))
    const size = header.length + block.length + 16
    const file: DataFile = {
      content: 'data',
      filePath: path,
      fileFormat: 'AVRO',
      specId: 0,
      partition: [],
      recordCount: 1,
      fileSizeInBytes: size,
    }
    await expect(columnsOf(file, layoutOf(schema))).rejects.toMatchObject({
      code: 'AVRO_CORRUPT',
      message: expect.stringContaining('claims to have'),
    })
  })
})
