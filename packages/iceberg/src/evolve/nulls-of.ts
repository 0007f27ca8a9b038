import type {OperationContext} from '@phlo/core'
import {liveRows} from '../avro/entry-block.js'
import {readManifests} from '../avro/manifest.js'
import {manifestsOf} from '../avro/manifests-of.js'
import {snapshotById} from '../refs.js'
import type {ManifestEntry} from '../spec/manifest.js'
import {isStruct} from '../spec/schema.js'
import type {IcebergTable} from '../table.js'
import {type Column, columnsById, columnsOf} from './columns.js'

/** What manifests count of a column's nulls, over the live data files of every branch. */
export interface NullCount {
  readonly files: number
  /** Rows; rows that delete files take away count, and so do all of files that are older than the column. */
  readonly nulls: number
  /** Files whose manifests do not count the column's nulls. */
  readonly unknownFiles: number
}

/** Counts the nulls of some columns in the manifests of all branches; no data file is opened. */
export async function nullsOf(
  table: IcebergTable,
  columns: readonly Column[],
  context: OperationContext,
): Promise<ReadonlyMap<number, NullCount>> {
  const {metadata} = table
  const counts = new Map(columns.map((column) => [column.id, {files: 0, nulls: 0, unknownFiles: 0}]))
  const heads = Object.values(metadata.refs).filter(({type}) => type === 'branch')
  const snapshots = heads.map((ref) => snapshotById(metadata, ref['snapshot-id'])).filter((snapshot) => snapshot !== undefined)
  if (snapshots.length === 0) return counts
  const counted = columns.map((column) => ({count: counts.get(column.id) as Tally, isShown: column, by: countedBy(table, column)}))
  const {manifests} = await manifestsOf(table, snapshots, context)
  const data = [...manifests.values()].filter(({content}) => content === 'data')
  for await (const block of readManifests(table, data, {signal: context.signal})) {
    for (const row of liveRows(block)) {
      const entry = block.entry(row)
      for (const {count, by} of counted) tally(count, entry, by)
    }
  }
  return counts
}

type Tally = {-readonly [Key in keyof NullCount]: NullCount[Key]}

/** How a column's nulls are known: by those of one leaf exactly, or by none of any leaf. */
interface CountedBy {
  readonly exact: number | undefined
  /** Leaves that are null wherever the column is: one without nulls proves that the column has none. */
  readonly proofs: readonly number[]
  /** Snapshots of schemas that did not have the column: it is null in all rows of their files. */
  readonly without: ReadonlySet<bigint>
}

function tally(count: Tally, {snapshotId, dataFile}: ManifestEntry, {exact, proofs, without}: CountedBy): void {
  count.files += 1
  const nulls = dataFile.nullValueCounts
  const known = exact === undefined ? undefined : nulls?.get(exact)
  if (known !== undefined) count.nulls += known
  else if (without.has(snapshotId)) count.nulls += dataFile.recordCount
  else if (!proofs.some((id) => nulls?.get(id) === 0)) count.unknownFiles += 1
}

/** Counts are of leaves. A leaf in an optional struct is null with the struct, and a struct has no counts of its own. */
function countedBy(table: IcebergTable, column: Column): CountedBy {
  let isCertain = typeof column.type === 'string'
  for (let at = column.parent; at; at = at.parent) isCertain &&= isStruct(at.type) && at.required
  if (isCertain) return {exact: column.id, proofs: [], without: snapshotsWithout(table, column)}
  const all = table.metadata.schemas.flatMap((schema) => columnsOf(schema))
  const proofs = all.filter((leaf) => typeof leaf.type === 'string' && isWithinStructs(leaf, column.id)).map(({id}) => id)
  return {exact: undefined, proofs, without: new Set()}
}

function snapshotsWithout({metadata}: IcebergTable, {id, field}: Column): ReadonlySet<bigint> {
  if ((field?.['initial-default'] ?? null) !== null) return new Set()
  const schemas = metadata.schemas.filter((schema) => !columnsById(schema).has(id)).map((schema) => schema['schema-id'] ?? 0)
  const older = metadata.snapshots.filter((snapshot) => schemas.includes(snapshot['schema-id'] ?? -1))
  return new Set(older.map((snapshot) => snapshot['snapshot-id']))
}

function isWithinStructs(leaf: Column, id: number): boolean {
  for (let at: Column | undefined = leaf; at; at = at.parent) {
    if (at.id === id) return at === leaf || isStruct(at.type)
    if (at !== leaf && !isStruct(at.type)) return false
  }
  return false
}
