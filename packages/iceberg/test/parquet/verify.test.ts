import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {checksum} from '../../src/parquet/checksum.js'
import {type Leaf, leavesOf} from '../../src/parquet/leaves.js'
import type {MergedFile} from '../../src/parquet/merge-files.js'
import {verifyMerge} from '../../src/parquet/verify.js'
import type {DataFile} from '../../src/spec/manifest.js'
import type {Schema} from '../../src/spec/types.js'
import {type Row, rowOf, schemaOf, showRow, TYPES, writeRows} from './samples.js'
import {parquetFolder} from './scratch.js'

const {io, newPath} = parquetFolder('verify')
const merged = (file: DataFile): MergedFile => ({
  path: file.filePath,
  size: file.fileSizeInBytes,
  recordCount: file.recordCount,
  metrics: file,
  splitOffsets: [],
})

const orders = schemaOf({id: 'long', name: 'string', ratio: 'double', amount: 'int', price: 'int'})
const rows: readonly Row[] = [
  {id: 1n, name: 'ada', ratio: 0.5, amount: 10, price: 7},
  {id: 2n, name: null, ratio: Number.NaN, amount: 20, price: 8},
  {id: 3n, name: 'cy', ratio: -2, amount: 30, price: 9},
  {id: 4n, name: 'dee', ratio: null, amount: 10, price: 9},
  {id: 5n, name: 'eve', ratio: 8, amount: null, price: 10},
]
const changed = (at: number, values: Row) => rows.map((row, index) => (index === at ? {...row, ...values} : row))

interface Output {
  /** As the output has it. */
  readonly schema?: Schema
  /** What is said of the output, and is not so. */
  readonly claimed?: Partial<MergedFile>
  readonly full?: boolean
}

/** Verifies an output that has some rows against two inputs that have those above. */
async function verify(found: readonly Row[], {schema = orders, claimed = {}, full = false}: Output = {}) {
  const inputs = [await writeRows(io, newPath(), orders, [rows.slice(0, 2)]), await writeRows(io, newPath(), orders, [rows.slice(2)])]
  const output = {...merged(await writeRows(io, newPath(), schema, [found])), ...claimed}
  const result = await verifyMerge({io, inputs, outputs: [output], schema: orders, properties: {}, identity: new Map(), full}).then(
    () => 'verified',
    (error: unknown) => error,
  )
  return {result, failsWith: (reason: string) => expect(result).toMatchObject(failure(output.path, reason))}
}

const failure = (path: string, reason: string) => ({
  code: 'VERIFICATION_FAILED',
  exit: 6,
  message: `What was written is not what it should replace, and is not committed: ${path}: ${reason}.`,
})

describe.each([{full: false}, {full: true}])('verification, of every value: $full,', ({full}) => {
  test('passes what has the same rows, in whatever order', async () => {
    expect((await verify(rows, {full})).result).toBe('verified')
    expect((await verify(rows.toReversed(), {full})).result).toBe('verified')
  })

  test('names the file that has a row less, or one more', async () => {
    ;(await verify(rows.slice(1), {full})).failsWith('there are 4 rows instead of 5')
    ;(await verify([...rows, rows[0] as Row], {full})).failsWith('there are 6 rows instead of 5')
  })

  test('names the file whose footer has other rows than were said to be written, and one of another size', async () => {
    ;(await verify(rows.slice(1), {full, claimed: {recordCount: 5}})).failsWith('there are 4 rows in its footer instead of 5')
    const {result} = await verify(rows, {full, claimed: {size: 17}})
    expect(result).toMatchObject({code: 'VERIFICATION_FAILED', message: expect.stringMatching(/: it has \d+ bytes instead of 17\.$/)})
  })

  test('names the column that has a null or a NaN more', async () => {
    ;(await verify(changed(0, {name: null}), {full})).failsWith('there are 2 nulls of column name instead of 1')
    ;(await verify(changed(0, {ratio: Number.NaN}), {full})).failsWith('there are 2 NaNs of column ratio instead of 1')
    ;(await verify(changed(1, {ratio: 1}), {full})).failsWith('there are 0 NaNs of column ratio instead of 1')
  })

  test('names the column that has a value outside of what was there', async () => {
    const outside = (name: string) => `a bound of column ${name} lies outside of those of the files that were merged`
    ;(await verify(changed(0, {id: 0n}), {full})).failsWith(outside('id'))
    ;(await verify(changed(4, {price: 11}), {full})).failsWith(outside('price'))
    ;(await verify(changed(2, {name: 'a'}), {full})).failsWith(outside('name'))
    ;(await verify(changed(4, {ratio: Number.POSITIVE_INFINITY}), {full})).failsWith(outside('ratio'))
  })

  test('tells that columns were swapped, lost or added', async () => {
    const swapped = {...orders, fields: orders.fields.map((field) => ({...field, id: field.id < 4 ? field.id : 9 - field.id}))}
    ;(await verify(rows, {full, schema: swapped})).failsWith('its columns have the field ids 1, 2, 3, 5, 4')
    ;(await verify(rows, {full, schema: {...orders, fields: orders.fields.slice(0, 4)}})).failsWith(
      'its columns have the field ids 1, 2, 3, 4',
    )
    const more = schemaOf({id: 'long', name: 'string', ratio: 'double', amount: 'int', price: 'int', more: 'int'})
    ;(
      await verify(
        rows.map((row) => ({...row, more: 1})),
        {full, schema: more},
      )
    ).failsWith('its columns have the field ids 1, 2, 3, 4, 5, 6')
  })
})

describe('verification of every value', () => {
  const differs = (name: string) => `the values of column ${name} are not those of the files that were merged`

  test('alone sees a value that was changed and leaves counts and bounds as they were', async () => {
    for (const [column, value] of Object.entries({id: 2n, name: 'bo', ratio: 0.25, amount: 11, price: 8})) {
      const found = changed(2, {[column]: value})
      expect((await verify(found)).result).toBe('verified')
      ;(await verify(found, {full: true})).failsWith(differs(column))
    }
  })

  test('sees that the values of two columns were swapped', async () => {
    const swapped = rows.map((row) => ({...row, amount: row['price'] ?? null, price: row['amount'] ?? null}))
    ;(await verify(swapped, {full: true})).failsWith('there are 0 nulls of column amount instead of 1')
  })

  test('sees any one value that is another, whatever the type and however deep, and nothing where there is none', async () => {
    const schema: Schema = {
      type: 'struct',
      fields: [
        ...schemaOf(Object.fromEntries(TYPES.map((type, index) => [`column_${index}`, type]))).fields,
        {id: 50, name: 'tags', required: false, type: {type: 'list', 'element-id': 51, 'element-required': false, element: 'string'}},
      ],
    }
    const one = rowOf(schema)
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, {minLength: 1, maxLength: 5}),
        one,
        fc.nat(),
        fc.constantFrom(...schema.fields),
        async (given, other, at, {name}) => {
          const index = at % given.length
          const found = given.map((row, which) => (which === index ? {...row, [name]: other[name] ?? null} : row))
          const show = (all: readonly Row[]) => all.map((row) => showRow(schema, row)).sort()
          const isSame = show(found).join() === show(given).join()
          const inputs = [await writeRows(io, newPath(), schema, [given])]
          const output = merged(await writeRows(io, newPath(), schema, [found.toReversed()]))
          const verified = verifyMerge({io, inputs, outputs: [output], schema, properties: {}, identity: new Map(), full: true})
          if (isSame) await verified
          else await expect(verified).rejects.toMatchObject({code: 'VERIFICATION_FAILED', message: expect.stringContaining(output.path)})
        },
      ),
      {numRuns: 100},
    )
  })

  test('does not depend on how millions of rows were divided into row groups', () => {
    const [leaf] = leavesOf(schemaOf({id: 'int'})) as [Leaf]
    const values = Int32Array.from({length: 5_000_000}, (_, index) => index)
    const sumOf = (part: Int32Array) => checksum({leaf, values: part, rows: part.length})
    expect(sumOf(values.subarray(0, 3_000_000)) + sumOf(values.subarray(3_000_000))).toBe(sumOf(values.toReversed()))
  })
})
