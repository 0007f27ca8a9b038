import {readFile} from 'node:fs/promises'
import {expect} from '@jest/globals'
import {type FileMetaData, readColumnIndex, readOffsetIndex, type SchemaElement} from 'hyparquet'
import {parquetHeader} from 'hyparquet/src/column.js'
import {leavesOf} from '../../src/parquet/leaves.js'
import type {Schema, Value} from '../../src/spec/types.js'
import {isLess} from './brute-force.js'
import {type Row, shred} from './samples.js'

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
    if (chunk?.offset_index_offset === undefined) {
      expect({leaf: leaf.name, columnIndex: chunk?.column_index_offset}).toEqual({leaf: leaf.name, columnIndex: undefined})
      continue
    }
    indexed += 1
    const {page_locations: pages} = readOffsetIndex(reader(chunk.offset_index_offset, chunk.offset_index_length))
    const firsts = [...pages.map(({first_row_index: first}) => Number(first)), rows.length]
    expect(firsts[0]).toBe(0)
    const element = footer.schema.filter(({num_children: children}) => children === undefined)[index] as SchemaElement
    // As they are stored: hyparquet stumbles over the empty bounds of pages without a value when it knows more of the type.
    const physical = {...element, converted_type: undefined, logical_type: undefined} as unknown as SchemaElement
    const isBounded = chunk.column_index_offset !== undefined
    const parsers = {stringFromBytes: (bytes: Uint8Array) => bytes as unknown as string}
    const bounds = isBounded ? readColumnIndex(reader(chunk.column_index_offset, chunk.column_index_length), physical, parsers) : undefined
    for (const [at, {offset, compressed_page_size: size}] of pages.entries()) {
      const page = {view: new DataView(all.buffer, all.byteOffset + Number(offset)), offset: 0}
      const header = parquetHeader(page)
      expect(page.offset + header.compressed_page_size).toBe(size)
      const {values} = shred(schema, leaf, rows.slice(firsts[at], firsts[at + 1]))
      const own = header.data_page_header ?? header.data_page_header_v2
      expect({leaf: leaf.name, at, values: own?.num_values}).toEqual({leaf: leaf.name, at, values: values.length})
      if (!bounds) continue
      const present = values.filter((value) => value !== null) as Exclude<Value, null>[]
      expect({leaf: leaf.name, at, nulls: bounds.null_counts?.[at], isNull: bounds.null_pages[at]}).toEqual({
        leaf: leaf.name,
        at,
        nulls: BigInt(values.length - present.length),
        isNull: present.length === 0,
      })
      if (present.length === 0) continue
      const [min, max] = [bounds.min_values[at], bounds.max_values[at]] as [Exclude<Value, null>, Exclude<Value, null>]
      const [least, greatest] = leaf.type.startsWith('decimal') ? [unscaled(min), unscaled(max)] : [min, max]
      const numbers = present.filter((value) => !Number.isNaN(value))
      expect(numbers.filter((value) => isLess(leaf.type, value, least) || isLess(leaf.type, greatest, value))).toEqual([])
    }
  }
  return indexed
}

const unscaled = (bound: unknown) =>
  bound instanceof Uint8Array ? BigInt.asIntN(8 * bound.length, BigInt(`0x${Buffer.from(bound).toString('hex')}`)) : BigInt(bound as number)
