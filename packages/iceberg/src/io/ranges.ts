import type {InputFile} from '@phlo/core'

/** A part of a file: `length` bytes from `start`. */
export interface ByteRange {
  readonly start: number
  readonly length: number
}

/** Ranges closer than this are read as one: asking costs more than the bytes in between. */
const GAP = 64 * 1024
/** But no read is larger, unless a range itself is. */
const MOST = 32 * 1024 * 1024

interface Read extends ByteRange {
  readonly parts: readonly number[]
}

/** Which reads serve some ranges, in the order of the file; `parts` are the indexes of the ranges in each. */
export function coalesce(ranges: readonly ByteRange[], gap = GAP, most = MOST): readonly Read[] {
  const order = ranges.map((_, index) => index).sort((a, b) => (ranges[a]?.start ?? 0) - (ranges[b]?.start ?? 0))
  const reads: {start: number; length: number; parts: number[]}[] = []
  for (const index of order) {
    const {start, length} = ranges[index] as ByteRange
    const last = reads.at(-1)
    const end = start + length
    if (last && start - (last.start + last.length) <= gap && end - last.start <= most) {
      last.length = Math.max(last.length, end - last.start)
      last.parts.push(index)
    } else reads.push({start, length, parts: [index]})
  }
  return reads
}

/** The bytes of some ranges of a file, in the order of the ranges, with as few reads as make sense. */
export async function readRanges(file: InputFile, ranges: readonly ByteRange[]): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = []
  await Promise.all(
    coalesce(ranges).map(async (read) => {
      const bytes = await file.read(read.start, read.length)
      for (const index of read.parts) {
        const {start, length} = ranges[index] as ByteRange
        found[index] = bytes.subarray(start - read.start, start - read.start + length)
      }
    }),
  )
  return found
}
