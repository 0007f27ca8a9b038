import type {FileIO, InputFile} from '@phlo/core'
import type {DefaultOf} from '../parquet/defaults.js'
import {ENTRY, OBJECT} from '../parquet/leaf-memory.js'
import type {Leaf, LeafValues} from '../parquet/leaves.js'
import type {StoredRun} from '../parquet/merge-plan.js'
import type {NameMapping} from '../parquet/name-mapping.js'
import type {LeafReader} from '../parquet/read-leaves.js'
import {concatenate} from '../parquet/slice.js'
import {type AvroDataFile, blocksOf, openAvroData, shredBlock} from './data-rows.js'
import {shredder} from './shred.js'

/** Bytes of blocks in the file that make a run. */
const RUN = 2 * 1024 ** 2
/** How much larger records are than their block; a guess. */
const RATIO = 4
/** Columns that are decoded together, since records have to be walked through whole. */
const TOGETHER = 4

interface Blocks {
  readonly position: number
  rows: number
  /** Where the data of each block is in the file. */
  readonly data: {readonly start: number; readonly length: number; readonly count: number}[]
  bytes: number
}

/**
 * Counts the rows of an Avro file, which is read from front to end, and divides its blocks into runs. What is decoded of a run is a
 * few columns at a time; of blocks one at a time is in memory besides the run as it is in the file.
 *
 * @throws PhloError `AVRO_CORRUPT`, `AVRO_UNSUPPORTED`, `NO_FIELD_IDS` naming the file
 */
export async function avroRuns(io: FileIO, file: InputFile, mapping: NameMapping | undefined): Promise<readonly StoredRun[]> {
  const opened = await openAvroData(file, mapping)
  const runs: Blocks[] = []
  let position = 0
  for await (const {start, count, data} of blocksOf(file.path, opened)) {
    const last = runs.at(-1)
    const run = last && last.bytes < RUN ? last : {position, rows: 0, data: [], bytes: 0}
    if (run !== last) runs.push(run)
    run.data.push({start, length: data.length, count})
    run.rows += count
    run.bytes += data.length
    position += count
  }
  const {path, size} = file
  return runs.map((run) => {
    const bytes = run.bytes * (opened.container.codec === 'null' ? 1 : RATIO)
    return {
      rows: run.rows,
      position: run.position,
      bytes,
      // Which columns the bytes are of is not known before they are decoded: half of them may be one's.
      leafMemory: [run.rows * (ENTRY + OBJECT) + bytes / 2],
      open: async (leaves, defaultOf) => windows(leaves, await decoder(io, {path, size, opened, run, defaultOf})),
    }
  })
}

/** A reader that decodes a leaf together with those after it, which are asked for next, and forgets what was asked for. */
function windows(leaves: readonly Leaf[], decode: (leaves: readonly Leaf[]) => ReadonlyMap<number, LeafValues>): LeafReader {
  let decoded = new Map<number, LeafValues>()
  return (leaf) => {
    if (!decoded.has(leaf.fieldId)) {
      const at = leaves.findIndex(({fieldId}) => fieldId === leaf.fieldId)
      decoded = new Map(decode(at < 0 ? [leaf] : leaves.slice(at, at + TOGETHER)))
    }
    const values = decoded.get(leaf.fieldId) as LeafValues
    decoded.delete(leaf.fieldId)
    return values
  }
}

interface Run {
  readonly path: string
  readonly size: number
  readonly opened: AvroDataFile
  readonly run: Blocks
  readonly defaultOf: DefaultOf
}

async function decoder(io: FileIO, {path, size, opened, run, defaultOf}: Run) {
  const start = run.data[0]?.start ?? 0
  const last = run.data.at(-1)
  const file = await io.open(path, {size})
  const bytes = await file.read(start, last ? last.start + last.length - start : 0).finally(() => file.close())
  return (leaves: readonly Leaf[]): ReadonlyMap<number, LeafValues> => {
    const shred = shredder(path, opened.record, leaves, defaultOf)
    const parts = leaves.map((): LeafValues[] => [])
    const take = () => {
      const taken = shred.take()
      for (const [index, {fieldId}] of leaves.entries()) parts[index]?.push(taken.get(fieldId) as LeafValues)
    }
    for (const block of run.data) {
      const data = bytes.subarray(block.start - start, block.start - start + block.length)
      for (const _ of shredBlock({path, opened, shred}, block.count, data)) take()
    }
    take()
    return new Map(leaves.map(({fieldId}, index) => [fieldId, concatenate(parts[index] as LeafValues[])]))
  }
}
