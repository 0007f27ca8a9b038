import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {localFileIO} from '@phlo/iceberg'
import fc from 'fast-check'
import {parquetWriteBuffer} from 'hyparquet-writer'
import {fileRows} from '../../src/parquet/file-rows.js'
import {leavesOf} from '../../src/parquet/leaves.js'
import {mappingByName} from '../../src/parquet/name-mapping.js'
import {variantJson, variantPart} from '../../src/parquet/variant-column.js'
import {parseVariantMetadata} from '../../src/variant/metadata.js'
import {variantToJson} from '../../src/variant/to-json.js'
import {schemaOf} from '../parquet/samples.js'

const io = localFileIO()
const folder = mkdtempSync(join(tmpdir(), 'phlo-variant-'))
const schema = schemaOf({doc: 'variant'})
const layout = {leaves: leavesOf(schema), mapping: mappingByName(schema), defaultOf: () => undefined}
const [leaf] = layout.leaves
let next = 0

/** The variants that another program's encoder makes of values. */
async function encoded(data: readonly unknown[]): Promise<readonly Uint8Array[]> {
  const path = join(folder, `${next++}.parquet`)
  const bytes = new Uint8Array(parquetWriteBuffer({columnData: [{name: 'doc', type: 'VARIANT', data: [...data], nullable: true}]}))
  writeFileSync(path, bytes)
  const found: Uint8Array[] = []
  for await (const {read} of fileRows(io, {path, size: bytes.length}, layout)) {
    if (leaf) found.push(...(read(leaf).values as Uint8Array[]))
  }
  return found
}

const json = fc.jsonValue({maxDepth: 4, noUnicodeString: false}).map((value) => JSON.parse(JSON.stringify(value)) as unknown)

test('a variant is the JSON that another program made it of', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(json, {minLength: 1, maxLength: 5}), async (values) => {
      const variants = await encoded(values)
      expect(variants.map((variant) => JSON.parse(variantToJson(variant)) as unknown)).toEqual(values)
    }),
    {numRuns: 150},
  )
})

test('a variant whose group does not say that it is one is read as well, and not taken for a column that is missing', async () => {
  const path = join(folder, 'plain.parquet')
  const [variant] = await encoded([{a: 1}])
  const {length} = parseVariantMetadata(variant as Uint8Array)
  const [metadata, value] = [variant?.subarray(0, length), variant?.subarray(length)]
  const columnData = [{name: 'doc', data: [{metadata, value}, null, {metadata, value: null}]}]
  const part = (name: string, repetition: 'REQUIRED' | 'OPTIONAL') => ({name, type: 'BYTE_ARRAY' as const, repetition_type: repetition})
  const group = {name: 'doc', repetition_type: 'OPTIONAL' as const, num_children: 2}
  const bytes = new Uint8Array(
    parquetWriteBuffer({
      columnData,
      schema: [{name: 'root', num_children: 1}, group, part('metadata', 'REQUIRED'), part('value', 'OPTIONAL')],
    }),
  )
  writeFileSync(path, bytes)
  for await (const {read} of fileRows(io, {path, size: bytes.length}, layout)) {
    const values = leaf ? (read(leaf).values as (Uint8Array | null)[]) : []
    expect(values.map((each) => (each === null ? undefined : variantToJson(each)))).toEqual(['{"a":1}', undefined, 'null'])
  }
})

test('large arrays and objects, and long text, are read whole', async () => {
  const large = {
    text: 'ä'.repeat(70_000),
    list: Array.from({length: 300}, (_, index) => index),
    fields: Object.fromEntries(Array.from({length: 300}, (_, index) => [`field ${index}`, index])),
  }
  const [variant] = await encoded([large])
  expect(JSON.parse(variantToJson(variant as Uint8Array))).toEqual(large)
})

test('a damaged variant gives JSON or one clear error, whatever byte of it was changed', async () => {
  const sample = fc.sample(json, {numRuns: 60, seed: 3})
  const variants = await encoded(sample.filter((value) => typeof value === 'object' && value !== null))
  let damaged = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...variants),
      fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true}),
      fc.integer({min: 1, max: 255}),
      (variant, place, bits) => {
        const bytes = Uint8Array.from(variant)
        const at = Math.floor(place * bytes.length)
        bytes[at] = (bytes[at] as number) ^ bits
        if (!leaf) return
        try {
          JSON.parse(Buffer.from(variantJson(leaf, bytes) ?? []).toString())
          for (const part of ['metadata', 'value'] as const) variantPart({leaf, values: [bytes], rows: 1}, part)
        } catch (error) {
          damaged += 1
          expect(error).toMatchObject({code: 'VARIANT_CORRUPT', message: expect.stringContaining('Column doc')})
        }
      },
    ),
    {numRuns: 3000},
  )
  expect(damaged).toBeGreaterThan(300)
})
