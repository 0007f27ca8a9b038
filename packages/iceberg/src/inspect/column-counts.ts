import {liveRows} from '../avro/entry-block.js'
import {readManifests} from '../avro/manifest.js'
import {readManifestList} from '../avro/manifest-list.js'
import type {Column} from '../evolve/columns.js'
import {headOf} from '../refs.js'
import {compareValues} from '../spec/compare-values.js'
import {humanValue} from '../spec/human-value.js'
import type {DataFile} from '../spec/manifest.js'
import {isUnordered} from '../spec/primitive-types.js'
import {type PresentValue, valueFromBytes} from '../spec/single-value.js'
import type {IcebergTable} from '../table.js'

/** What manifests tell of a column's values; left out where a file does not tell. */
export interface ColumnCount {
  readonly values?: bigint
  readonly nulls?: bigint
  /** As people write values; of texts and binary values perhaps lower or higher than any value, since bounds are cut. */
  readonly lowest?: string
  readonly highest?: string
}

interface Tally {
  values: bigint | undefined
  nulls: bigint | undefined
  lowest: PresentValue | undefined
  highest: PresentValue | undefined
}

/** Counts rows and values of some leaf columns over the live data files of the table's ref, from manifests alone. */
export async function columnCounts(
  table: IcebergTable,
  leaves: readonly Column[],
  signal?: AbortSignal,
): Promise<{readonly rows: bigint; readonly columns: ReadonlyMap<number, ColumnCount>}> {
  const head = headOf(table)
  const tallies = new Map(leaves.map(({id}) => [id, {values: 0n, nulls: 0n, lowest: undefined, highest: undefined} as Tally]))
  let rows = 0n
  const manifests = head ? await readManifestList(table.io, head, table.metadata['format-version']) : []
  const data = manifests.filter(({content}) => content === 'data')
  for await (const block of readManifests(table, data, {signal})) {
    for (const row of liveRows(block)) {
      const {dataFile} = block.entry(row)
      rows += BigInt(dataFile.recordCount)
      for (const leaf of leaves) count(tallies.get(leaf.id) as Tally, leaf, dataFile)
    }
  }
  return {rows, columns: new Map(leaves.map((leaf) => [leaf.id, told(tallies.get(leaf.id) as Tally, leaf)]))}
}

function count(tally: Tally, {id, type}: Column, file: DataFile): void {
  const plus = (sum: bigint | undefined, more: number | undefined) =>
    sum === undefined || more === undefined ? undefined : sum + BigInt(more)
  tally.values = plus(tally.values, file.valueCounts?.get(id))
  tally.nulls = plus(tally.nulls, file.nullValueCounts?.get(id))
  const primitive = type as string
  if (isUnordered(primitive)) return
  const [lower, upper] = [file.lowerBounds?.get(id), file.upperBounds?.get(id)]
  if (lower) tally.lowest = extreme(primitive, tally.lowest, valueFromBytes(primitive, lower), -1)
  if (upper) tally.highest = extreme(primitive, tally.highest, valueFromBytes(primitive, upper), 1)
}

function extreme(type: string, best: PresentValue | undefined, value: PresentValue, sign: 1 | -1): PresentValue {
  return best === undefined || Math.sign(compareValues(type)(value, best)) === sign ? value : best
}

function told({values, nulls, lowest, highest}: Tally, {type}: Column): ColumnCount {
  const text = (value: PresentValue) => humanValue({kind: 'identity'}, type as string, value)
  return {
    ...(values !== undefined && {values}),
    ...(nulls !== undefined && {nulls}),
    ...(lowest !== undefined && {lowest: text(lowest)}),
    ...(highest !== undefined && {highest: text(highest)}),
  }
}
