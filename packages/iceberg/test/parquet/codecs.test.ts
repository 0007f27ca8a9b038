import {expect, test} from '@jest/globals'
import {decompressors} from '../../src/parquet/codecs.js'

/** An LZ4 block of some text and, after it, a run of its last letter. */
function block(text: string, run: number): Buffer {
  const literals = Buffer.from(text)
  const match = Buffer.from([(literals.length << 4) | 15, ...literals, 1, 0, run - 4 - 15])
  return Buffer.concat([match, Buffer.from([1 << 4, 0x21])])
}

/** A frame of Hadoop: the lengths of what comes out and of the block, and the block. */
function frame(text: string, run: number): Buffer {
  const bytes = block(text, run)
  const lengths = Buffer.alloc(8)
  lengths.writeUInt32BE(text.length + run + 1)
  lengths.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([lengths, bytes])
}

test('LZ4 is read as a block, and in the frames of Hadoop, one or several to a page', () => {
  const text = (letters: string, run: number) => `${letters}${letters.at(-1)?.repeat(run)}!`
  const read = (bytes: Uint8Array, length: number, codec: 'LZ4' | 'LZ4_RAW') =>
    Buffer.from(decompressors[codec]?.(bytes, length) ?? []).toString()
  expect(read(block('abc', 40), 44, 'LZ4_RAW')).toBe(text('abc', 40))
  expect(read(block('abc', 40), 44, 'LZ4')).toBe(text('abc', 40))
  expect(read(frame('abc', 40), 44, 'LZ4')).toBe(text('abc', 40))
  expect(read(Buffer.concat([frame('abc', 40), frame('wxyz', 30)]), 79, 'LZ4')).toBe(text('abc', 40) + text('wxyz', 30))
})

test('LZ4 of nothing, as pages of nulls have it, is read as nothing', () => {
  expect(decompressors.LZ4_RAW?.(Uint8Array.of(0), 0)).toEqual(new Uint8Array(0))
  expect(decompressors.LZ4?.(Uint8Array.of(0), 0)).toEqual(new Uint8Array(0))
})
