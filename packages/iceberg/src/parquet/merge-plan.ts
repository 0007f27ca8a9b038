import type {DataFile} from '../spec/manifest.js'
import type {DefaultOf} from './defaults.js'
import type {FileLeaf} from './file-leaves.js'
import type {RowSource} from './file-rows.js'
import type {Leaf} from './leaves.js'
import type {LeafReader, RowGroups} from './read-leaves.js'

/** Rows of a file that are read together: a row group of Parquet, or some blocks of Avro. */
export interface StoredRun {
  readonly rows: number
  /** Of the first row in the file. */
  readonly position: number
  /** Before compression, of all columns; an estimate. */
  readonly bytes: number
  /** Bytes of memory that the decoded values of each leaf take; an estimate. */
  readonly leafMemory: readonly number[]
  /** Gives a reader for some leaves; what it decodes is bounded by a few of them. */
  readonly open: (leaves: readonly Leaf[], defaultOf: DefaultOf) => Promise<LeafReader>
}

/** A file to be merged. */
export interface MergeInput {
  readonly file: DataFile
  readonly source: RowSource
  readonly runs: readonly StoredRun[]
  /** Of a Parquet file, in which a run is a row group. */
  readonly parquet?: {
    readonly footer: RowGroups
    readonly leaves: readonly FileLeaf[]
    /** The program that wrote it, as it calls itself. */
    readonly writer: string | undefined
  }
}

/** Rows `from` up to `to` of one run of an input. */
export interface Segment {
  readonly input: MergeInput
  readonly run: number
  readonly from: number
  readonly to: number
}

/** What becomes one row group of an output: a single one copied byte for byte, or several whose columns are merged or decoded. */
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
  /** Whether the rows are a row group that may be copied as it is. */
  readonly canCopy: (segment: Segment) => boolean
  /** The field ids of the leaves that need not be decoded, and so take no memory, as long as no other segment of the row group has to. */
  readonly mergeable: (segment: Segment) => ReadonlySet<number>
}

/**
 * Divides the rows of the inputs, in their order, over exactly `outputs` files. Runs stay whole where there are enough of them;
 * else they are cut.
 */
export function divideRows(inputs: readonly MergeInput[], outputs: number): readonly (readonly Segment[])[] {
  const segments = inputs.flatMap((input) => input.runs.map(({rows}, run) => ({input, run, from: 0, to: rows}))).filter(({to}) => to > 0)
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
  for (const {input, run, to} of segments) {
    for (let from = 0; from < to; ) {
      const index = Math.min(outputs - 1, Math.floor((done * outputs) / total))
      const limit = index === outputs - 1 ? total : Math.ceil((total * (index + 1)) / outputs)
      const end = Math.min(to, from + Math.max(1, limit - done))
      files[index]?.push({input, run, from, to: end})
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
  let merged: ReadonlySet<number> | undefined
  const close = () => {
    if (open.length > 0) groups.push({copy: false, segments: open, rows: rowsIn(open)})
    open = []
    bytes = 0
    memory = new Map()
    merged = undefined
  }
  for (const segment of segments) {
    if (limits.canCopy(segment)) {
      close()
      groups.push({copy: true, segments: [segment], rows: segment.to - segment.from})
      continue
    }
    for (const {part, merged: own} of partsOf(segment, limits)) {
      const size = uncompressedBytes(part)
      const both = merged === undefined ? own : new Set([...merged].filter((id) => own.has(id)))
      const needs = added(memory, part)
      const isFull = bytes + size > limits.rowGroupBytes || most(needs, both) > limits.leafMemory
      if (open.length > 0 && isFull) {
        close()
        merged = own
        memory = added(memory, part)
      } else {
        merged = both
        memory = needs
      }
      open.push(part)
      bytes += size
    }
  }
  close()
  return groups
}

/** A segment in parts that each fit the limits by themselves, with the field ids of the leaves that need not be decoded. */
function partsOf(segment: Segment, limits: MergeLimits): readonly {readonly part: Segment; readonly merged: ReadonlySet<number>}[] {
  const needs = added(new Map(), segment)
  const times = (merged: ReadonlySet<number>) =>
    Math.max(uncompressedBytes(segment) / limits.rowGroupBytes, most(needs, merged) / limits.leafMemory)
  const merged = limits.mergeable(segment)
  if (times(merged) <= 1) return [{part: segment, merged}]
  // Of a part every leaf is decoded.
  const none = new Set<number>()
  const count = Math.ceil(times(none))
  const rows = Math.ceil((segment.to - segment.from) / count)
  return Array.from({length: count}, (_, index) => ({
    ...segment,
    from: segment.from + index * rows,
    to: Math.min(segment.to, segment.from + (index + 1) * rows),
  }))
    .filter(({from, to}) => to > from)
    .map((part) => ({part, merged: none}))
}

export const runOf = ({input, run}: Segment) => input.runs[run] as StoredRun

/** The part of its run that a segment is. */
const share = (segment: Segment) => (segment.to - segment.from) / Math.max(1, runOf(segment).rows)

const uncompressedBytes = (segment: Segment) => runOf(segment).bytes * share(segment)

/** The memory that leaves take, by field id, with that of a segment's own. */
function added(memory: ReadonlyMap<number, number>, segment: Segment): Map<number, number> {
  const part = share(segment)
  const all = new Map(memory)
  for (const [column, bytes] of runOf(segment).leafMemory.entries()) {
    const key = segment.input.parquet?.leaves[column]?.fieldId ?? -1 - column
    all.set(key, (all.get(key) ?? 0) + bytes * part)
  }
  return all
}

/** What the largest of the leaves takes that have to be decoded. */
function most(memory: ReadonlyMap<number, number>, merged: ReadonlySet<number>): number {
  let bytes = 0
  for (const [id, need] of memory) if (!merged.has(id)) bytes = Math.max(bytes, need)
  return bytes
}

/** Where in its file a segment begins, in rows. */
export const positionOf = (segment: Segment) => runOf(segment).position + segment.from
