import type {FileMetaData} from 'hyparquet'
import type {DataFile} from '../spec/manifest.js'
import type {FileLeaf} from './file-leaves.js'
import type {RowSource} from './file-rows.js'

/** A file to be merged, its footer read. */
export interface MergeInput {
  readonly file: DataFile
  readonly source: RowSource
  readonly footer: FileMetaData
  readonly leaves: readonly FileLeaf[]
}

/** Rows `from` up to `to` of one row group of an input. */
export interface Segment {
  readonly input: MergeInput
  readonly rowGroup: number
  readonly from: number
  readonly to: number
}

/** What becomes one row group of an output: a single one copied byte for byte, or several decoded and written anew. */
export interface PlannedRowGroup {
  readonly copy: boolean
  readonly segments: readonly Segment[]
  readonly rows: number
}

export interface MergeLimits {
  /** Bytes of a row group before compression: `write.parquet.row-group-size-bytes`. */
  readonly rowGroupBytes: number
  /** Bytes that the decoded values of one leaf may take in memory. */
  readonly leafMemory: number
  /** Whether the input's row group may be copied as it is. */
  readonly canCopy: (segment: Segment) => boolean
}

/**
 * Divides the rows of the inputs, in their order, over exactly `outputs` files. Row groups stay whole where there are enough of
 * them; else they are cut.
 */
export function divideRows(inputs: readonly MergeInput[], outputs: number): readonly (readonly Segment[])[] {
  const segments = inputs
    .flatMap((input) => input.footer.row_groups.map(({num_rows: rows}, rowGroup) => ({input, rowGroup, from: 0, to: Number(rows)})))
    .filter(({to}) => to > 0)
  if (outputs === 1) return [segments]
  return segments.length >= outputs ? wholeSegments(segments, outputs) : cutSegments(segments, outputs)
}

const rowsIn = (segments: readonly Segment[]) => segments.reduce((sum, {from, to}) => sum + to - from, 0)

function wholeSegments(segments: readonly Segment[], outputs: number): readonly (readonly Segment[])[] {
  const total = rowsIn(segments)
  const files: Segment[][] = [[]]
  let done = 0
  for (const [index, segment] of segments.entries()) {
    const rows = segment.to - segment.from
    const left = segments.length - index
    const isShareFull = done + rows / 2 > (total / outputs) * files.length
    const mustBegin = left <= outputs - files.length
    if (files.at(-1)?.length && files.length < outputs && (isShareFull || mustBegin)) files.push([])
    files.at(-1)?.push(segment)
    done += rows
  }
  return files
}

function cutSegments(segments: readonly Segment[], outputs: number): readonly (readonly Segment[])[] {
  const total = rowsIn(segments)
  const files: Segment[][] = Array.from({length: outputs}, () => [])
  let done = 0
  for (const {input, rowGroup, to} of segments) {
    for (let from = 0; from < to; ) {
      const index = Math.min(outputs - 1, Math.floor((done * outputs) / total))
      const limit = index === outputs - 1 ? total : Math.ceil((total * (index + 1)) / outputs)
      const end = Math.min(to, from + Math.max(1, limit - done))
      files[index]?.push({input, rowGroup, from, to: end})
      done += end - from
      from = end
    }
  }
  return files
}

/** Puts the segments of one output into row groups: large ones are copied, the others fill row groups up to the limits. */
export function planRowGroups(segments: readonly Segment[], limits: MergeLimits): readonly PlannedRowGroup[] {
  const groups: PlannedRowGroup[] = []
  let open: Segment[] = []
  let bytes = 0
  let memory = new Map<number, number>()
  const close = () => {
    if (open.length > 0) groups.push({copy: false, segments: open, rows: rowsIn(open)})
    open = []
    bytes = 0
    memory = new Map()
  }
  for (const segment of segments) {
    if (limits.canCopy(segment)) {
      close()
      groups.push({copy: true, segments: [segment], rows: segment.to - segment.from})
      continue
    }
    for (const part of partsOf(segment, limits)) {
      const size = uncompressedBytes(part)
      const needs = leafMemory(part)
      const isFull = bytes + size > limits.rowGroupBytes || needs.some((need, leaf) => (memory.get(leaf) ?? 0) + need > limits.leafMemory)
      if (open.length > 0 && isFull) close()
      open.push(part)
      bytes += size
      for (const [leaf, need] of needs.entries()) memory.set(leaf, (memory.get(leaf) ?? 0) + need)
    }
  }
  close()
  return groups
}

/** A segment in parts that each fit the limits by themselves. */
function partsOf(segment: Segment, {rowGroupBytes, leafMemory: most}: MergeLimits): readonly Segment[] {
  const share = Math.max(uncompressedBytes(segment) / rowGroupBytes, ...leafMemory(segment).map((need) => need / most))
  const count = Math.max(1, Math.ceil(share))
  const rows = Math.ceil((segment.to - segment.from) / count)
  return Array.from({length: count}, (_, index) => ({
    ...segment,
    from: segment.from + index * rows,
    to: Math.min(segment.to, segment.from + (index + 1) * rows),
  })).filter(({from, to}) => to > from)
}

function uncompressedBytes({input, rowGroup, from, to}: Segment): number {
  const group = input.footer.row_groups[rowGroup]
  return (Number(group?.total_byte_size ?? 0) * (to - from)) / Math.max(1, Number(group?.num_rows ?? 0))
}

/** Bytes of an entry of a decoded array, of an object for a value's bytes, and of a boxed 64-bit integer. */
const [ENTRY, OBJECT, BOXED] = [8, 120, 32]

/** About how much memory the decoded values of each leaf take. Values of a dictionary are shared, others are an object each. */
function leafMemory({input, rowGroup, from, to}: Segment): readonly number[] {
  const group = input.footer.row_groups[rowGroup]
  const share = (to - from) / Math.max(1, Number(group?.num_rows ?? 0))
  return (group?.columns ?? []).map(({meta_data: chunk}) => {
    const entries = Number(chunk?.num_values ?? 0) * share
    const isBytes = chunk?.type === 'BYTE_ARRAY' || chunk?.type === 'FIXED_LEN_BYTE_ARRAY'
    const fromDictionary = chunk?.dictionary_page_offset !== undefined && !chunk.encodings.includes('PLAIN')
    if (!isBytes) return entries * (ENTRY + (chunk?.type === 'INT64' && input.leaves.length > 0 ? BOXED / 4 : 0))
    const plain = Number(chunk?.total_uncompressed_size ?? 0) * share
    const isSmall = plain < entries * 3
    return entries * ENTRY + (fromDictionary || isSmall ? plain : entries * OBJECT + plain)
  })
}

/** Where in its file a segment begins, in rows. */
export function positionOf({input, rowGroup, from}: Segment): number {
  return input.footer.row_groups.slice(0, rowGroup).reduce((sum, {num_rows}) => sum + Number(num_rows), from)
}
