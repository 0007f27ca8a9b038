import {type Column, joinColumns, memoryOf, takeRows} from './columns.js'
import {joinBlocks, type KeyedBlock, type RowBlock} from './row-block.js'
import {compareKeys} from './sort-keys.js'
import {rowsWithin} from './sorted-run.js'

/** The place in a run that has been reached. */
interface Cursor {
  readonly blocks: AsyncIterator<KeyedBlock>
  readonly run: number
  block: KeyedBlock
  /** The first row of the block that has not gone out yet. */
  start: number
  /** The next row. */
  at: number
}

/**
 * Merges sorted runs into blocks of about `blockBytes` bytes. Of rows with equal keys those of an earlier run come first. In memory
 * are a block of each run and the one that is being made.
 */
export async function* mergeRuns(runs: readonly AsyncIterable<KeyedBlock>[], blockBytes: number): AsyncIterable<RowBlock> {
  const iterators = runs.map((blocks) => blocks[Symbol.asyncIterator]())
  try {
    const heap: Cursor[] = []
    for (const [run, blocks] of iterators.entries()) {
      const {value: block, done} = await blocks.next()
      if (!done) push(heap, {blocks, run, block, start: 0, at: 0})
    }
    let parts: RowBlock[] = []
    let bytes = 0
    while (heap.length > 0) {
      const part = takeUntilBlockEnds(heap, blockBytes - bytes)
      parts.push(part)
      bytes += part.bytes
      await refill(heap)
      if (bytes < blockBytes && heap.length > 0) continue
      yield joinBlocks(parts)
      parts = []
      bytes = 0
    }
  } finally {
    for (const blocks of iterators) await blocks.return?.()
  }
}

/** Takes rows in order until a block has no more, or they are about so many bytes. */
function takeUntilBlockEnds(heap: Cursor[], bytes: number): RowBlock {
  const cursors = [...heap]
  const most = Math.min(...cursors.map(({block}) => rowsWithin(bytes, block.bytes, block.rows)))
  const taken: Cursor[] = []
  while (taken.length < most) {
    const first = heap[0] as Cursor
    taken.push(first)
    first.at += 1
    if (first.at === first.block.rows) break
    sink(heap, 0)
  }
  return gathered(
    cursors.filter(({start, at}) => at > start),
    taken,
  )
}

/** The rows that were taken, in that order. */
function gathered(cursors: readonly Cursor[], taken: readonly Cursor[]): RowBlock {
  const ranges = cursors.map(({start, at}) => Uint32Array.from({length: at - start}, (_, row) => start + row))
  const places = new Map<Cursor, number>()
  let first = 0
  for (const cursor of cursors) {
    places.set(cursor, first)
    first += cursor.at - cursor.start
    cursor.start = cursor.at
  }
  const order = Uint32Array.from(taken, (cursor) => {
    const place = places.get(cursor) as number
    places.set(cursor, place + 1)
    return place
  })
  const columns = Array.from({length: cursors[0]?.block.columns.length ?? 0}, (_, index) => {
    const parts = cursors.map(({block}, at) => takeRows(block.columns[index] as Column, ranges[at] as Uint32Array))
    return takeRows(joinColumns(parts), order)
  })
  return {rows: taken.length, columns, bytes: columns.reduce((sum, column) => sum + memoryOf(column), 0)}
}

/** Brings the next block of the run whose block has ended, or takes the run out. */
async function refill(heap: Cursor[]): Promise<void> {
  const first = heap[0] as Cursor
  if (first.at < first.block.rows) return
  const {value: block, done} = await first.blocks.next()
  if (done) {
    const last = heap.pop() as Cursor
    if (last !== first) heap[0] = last
  } else {
    first.block = block
    first.start = 0
    first.at = 0
  }
  if (heap.length > 0) sink(heap, 0)
}

function isBefore(a: Cursor, b: Cursor): boolean {
  const difference = compareKeys(a.block.keys, a.at, b.block.keys, b.at)
  return difference === 0 ? a.run < b.run : difference < 0
}

/** Puts a cursor into the binary heap, whose first one has the next row. */
function push(heap: Cursor[], cursor: Cursor): void {
  heap.push(cursor)
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1
    if (isBefore(heap[parent] as Cursor, heap[at] as Cursor)) break
    swap(heap, at, parent)
    at = parent
  }
}

/** Moves a cursor down to where it belongs, after it has gone on. */
function sink(heap: Cursor[], start: number): void {
  for (let at = start; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2]
    let least = at
    if (left < heap.length && isBefore(heap[left] as Cursor, heap[least] as Cursor)) least = left
    if (right < heap.length && isBefore(heap[right] as Cursor, heap[least] as Cursor)) least = right
    if (least === at) return
    swap(heap, at, least)
    at = least
  }
}

function swap(heap: Cursor[], a: number, b: number): void {
  const cursor = heap[a] as Cursor
  heap[a] = heap[b] as Cursor
  heap[b] = cursor
}
