import {readFile} from 'node:fs/promises'
import {isDeepStrictEqual} from 'node:util'
import {expect} from '@jest/globals'
import {type FileMetaData, readColumnIndex, readOffsetIndex, type SchemaElement} from 'hyparquet'
import {parquetHeader} from 'hyparquet/src/column.js'
import {leavesOf} from '../../src/parquet/leaves.js'
import type {Schema, Value} from '../../src/spec/types.js'
import {isLess} from './brute-force.js'
import {type Row, shred} from './samples.js'
import {countSizes, statedSizes} from './value-sizes.js'

/** Whether the page indexes of a file with one row group say of its pages what its rows say. Returns how many columns have one. */
export async function expectPageIndexes(path: string, footer: FileMetaData, schema: Schema, rows: readonly Row[]): Promise<number> {
  const all = await readFile(path)
  const reader = (offset: bigint | undefined, length: number | undefined) => {
    const start = Number(offset)
    return {view: new DataView(all.buffer, all.byteOffset + start, length), offset: 0}
  }
  let indexed = 0
  for (const [index, leaf] of leavesOf(schema).entries()) {
    const chunk = footer.row_groups[0]?.columns[index]
    expect({leaf: leaf.name, ...countSizes(schema, leaf, rows)}).toMatchObject(statedSizes(chunk?.meta_data))
    if (chunk?.offset_index_offset === undefined) {
      expect({leaf: leaf.name, columnIndex: chunk?.column_index_offset}).toEqual({leaf: leaf.name, columnIndex: undefined})
      continue
    }
    indexed += 1
    const {page_locations: pages, unencoded_byte_array_data_bytes: bytes} = readOffsetIndex(
      reader(chunk.offset_index_offset, chunk.offset_index_length),
    )
    const firsts = [...pages.map(({first_row_index: first}) => Number(first)), rows.length]
    expect(firsts[0]).toBe(0)
    const element = footer.schema.filter(({num_children: children}) => children === undefined)[index] as SchemaElement
    // As they are stored: hyparquet stumbles over the empty bounds of pages without a value when it knows more of the type.
    const physical = {...element, converted_type: undefined, logical_type: undefined} as unknown as SchemaElement
    const isBounded = chunk.column_index_offset !== undefined
    const parsers = {stringFromBytes: (bytes: Uint8Array) => bytes as unknown as string}
    const bounds = isBounded ? readColumnIndex(reader(chunk.column_index_offset, chunk.column_index_length), physical, parsers) : undefined
    let isAfterPacked = false
    for (const [at, {offset, compressed_page_size: size}] of pages.entries()) {
      const page = {view: new DataView(all.buffer, all.byteOffset + Number(offset)), offset: 0}
      const header = parquetHeader(page)
      expectSame(page.offset + header.compressed_page_size, size)
      const own = rows.slice(firsts[at], firsts[at + 1])
      const {values} = shred(schema, leaf, own)
      const sizes = countSizes(schema, leaf, own)
      if (bytes) expectSame({leaf: leaf.name, at, bytes: bytes[at]}, {leaf: leaf.name, at, bytes: sizes.unencoded_byte_array_data_bytes})
      for (const [all, expected = []] of [
        [bounds?.repetition_level_histograms, sizes.repetition_level_histogram],
        [bounds?.definition_level_histograms, sizes.definition_level_histogram],
      ] as const) {
        if (all) expectSame(all.slice(at * expected.length, (at + 1) * expected.length), expected)
      }
      const told = header.data_page_header ?? header.data_page_header_v2
      // DuckDB (1.5) reads other values where such pages come in this order.
      expectSame(
        {leaf: leaf.name, at, isAfterPacked: told?.encoding === 'RLE_DICTIONARY' && isAfterPacked},
        {leaf: leaf.name, at, isAfterPacked: false},
      )
      isAfterPacked ||= told?.encoding?.startsWith('DELTA_') === true || told?.encoding === 'BYTE_STREAM_SPLIT'
      expectSame({leaf: leaf.name, at, values: told?.num_values}, {leaf: leaf.name, at, values: values.length})
      if (!bounds) continue
      const present = values.filter((value) => value !== null) as Exclude<Value, null>[]
      expectSame(
        {leaf: leaf.name, at, nulls: bounds.null_counts?.[at], isNull: bounds.null_pages[at]},
        {leaf: leaf.name, at, nulls: BigInt(values.length - present.length), isNull: present.length === 0},
      )
      if (present.length === 0) continue
      const [min, max] = [bounds.min_values[at], bounds.max_values[at]] as [Exclude<Value, null>, Exclude<Value, null>]
      const [least, greatest] = leaf.type.startsWith('decimal') ? [unscaled(min), unscaled(max)] : [min, max]
      const numbers = present.filter((value) => !Number.isNaN(value))
      expectSame(
        numbers.filter((value) => isLess(leaf.type, value, least) || isLess(leaf.type, greatest, value)),
        [],
      )
    }
  }
  return indexed
}

/** There are many pages, and Jest's own comparison takes its time. */
function expectSame(found: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(found, wanted)) expect(found).toEqual(wanted)
}

const unscaled = (bound: unknown) =>
  bound instanceof Uint8Array ? BigInt.asIntN(8 * bound.length, BigInt(`0x${Buffer.from(bound).toString('hex')}`)) : BigInt(bound as number)
