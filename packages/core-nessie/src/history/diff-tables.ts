import type {SchemaDifference} from '@phlo/core'
import {
  currentSchema,
  describeTable,
  diffFiles,
  diffSchemas,
  type FileDiff,
  headOf,
  type IcebergTable,
  sharedIds,
  type TableState,
} from '@phlo/iceberg'

/** A value before and after; null where it is not there. */
export interface ValueChange {
  readonly from: string | null
  readonly to: string | null
}

/** What is otherwise in one state of a table than in another; what is the same is left out, but for the figures of files. */
export interface TableDifference {
  /** False: the table was dropped and another made under its name. */
  readonly isSameTable: boolean
  readonly columns: readonly SchemaDifference[]
  readonly partitionSpec?: ValueChange
  readonly sortOrder?: ValueChange
  readonly formatVersion?: ValueChange
  readonly location?: ValueChange
  /** By key. */
  readonly properties: Readonly<Record<string, ValueChange>>
  /** Ids of snapshots that only one of them has, oldest first. */
  readonly snapshots: {readonly added: readonly string[]; readonly removed: readonly string[]}
  readonly dataFiles: FileDiff['dataFiles']
  readonly deleteFiles: FileDiff['deleteFiles']
}

/** Compares a table at two places, from its metadata and from the manifests that only one of them has. */
export async function diffTables(from: IcebergTable, to: IcebergTable): Promise<TableDifference> {
  const [before, after] = [describeTable(from), describeTable(to)]
  const {dataFiles, deleteFiles} = await diffFiles(stateOf(from), stateOf(to))
  const change = (key: 'partitionSpec' | 'sortOrder' | 'formatVersion' | 'location') =>
    before[key] === after[key] ? {} : {[key]: {from: String(before[key]), to: String(after[key])}}
  return {
    isSameTable: before.uuid === after.uuid,
    columns: diffSchemas(currentSchema(from.metadata), currentSchema(to.metadata), {
      byId: before.uuid === after.uuid,
      sharedIds: sharedIds(from.metadata, to.metadata),
    }),
    ...change('partitionSpec'),
    ...change('sortOrder'),
    ...change('formatVersion'),
    ...change('location'),
    properties: changedProperties(before.properties, after.properties),
    snapshots: {added: snapshotsWithout(to, from), removed: snapshotsWithout(from, to)},
    dataFiles,
    deleteFiles,
  }
}

/** What a table that only one side has is made of. */
export async function figuresOf(table: IcebergTable): Promise<Pick<FileDiff, 'dataFiles' | 'deleteFiles'>> {
  const {dataFiles, deleteFiles} = await diffFiles({table, snapshot: undefined}, stateOf(table))
  return {dataFiles, deleteFiles}
}

const stateOf = (table: IcebergTable): TableState => ({table, snapshot: headOf(table)})

function snapshotsWithout({metadata}: IcebergTable, other: IcebergTable): readonly string[] {
  const known = new Set(other.metadata.snapshots.map((snapshot) => snapshot['snapshot-id']))
  return metadata.snapshots
    .map((snapshot) => snapshot['snapshot-id'])
    .filter((id) => !known.has(id))
    .map(String)
}

function changedProperties(from: Readonly<Record<string, string>>, to: Readonly<Record<string, string>>): TableDifference['properties'] {
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort()
  return Object.fromEntries(keys.filter((key) => from[key] !== to[key]).map((key) => [key, {from: from[key] ?? null, to: to[key] ?? null}]))
}
