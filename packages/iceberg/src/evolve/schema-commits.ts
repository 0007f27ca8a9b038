import {type CatalogCommit, hasCode, type TableName} from '@phlo/core'
import type {TableCommit} from '../catalog/history.js'
import type {IcebergTable} from '../table.js'

/** The commit of a catalog that made a schema. */
export interface SchemaCommit {
  readonly commit: CatalogCommit
  /** The merge that brought it to the reference. */
  readonly mergedBy: CatalogCommit | null
  /** The log goes back no further, and the schema was there before: who made it is not known. */
  readonly isBeforeLog: boolean
}

type SchemaCommits = ReadonlyMap<number, SchemaCommit>

/**
 * The commits of the catalog that made the table's schemas, by their ids; nothing where the catalog has no log of commits. Ids of schemas only
 * grow, so that one came with the oldest commit that has it or a later one. The log is read no further than to the oldest schema that there is;
 * of a merge also that of what it merged.
 */
export function schemaCommits(table: IcebergTable): Promise<SchemaCommits> {
  const {metadata, metadataLocation, name} = table
  const ids = metadata.schemas.map((schema) => schema['schema-id'] ?? 0)
  const search = {table, oldestId: Math.min(...ids), isOfTable: lineage(metadata, metadataLocation)}
  return commitsFrom(search, ids, name, undefined)
}

interface Search {
  readonly table: IcebergTable
  readonly oldestId: number
  readonly isOfTable: (commit: TableCommit) => boolean
}

async function commitsFrom(search: Search, ids: readonly number[], name: TableName, from: string | undefined): Promise<SchemaCommits> {
  const {table, oldestId, isOfTable} = search
  const found = new Map<number, TableCommit>()
  let last: TableCommit | undefined
  for await (const commit of table.source.history?.commitsOf?.(name, from) ?? []) {
    if (!isOfTable(commit)) continue
    last = commit
    if (commit.schemaId < oldestId) break
    for (const id of ids) if (commit.schemaId >= id) found.set(id, commit)
  }
  const told = new Map<number, SchemaCommit>()
  for (const commit of new Set(found.values())) {
    const own = ids.filter((id) => found.get(id) === commit)
    const made = await madeBefore(search, own, commit)
    const isBeforeLog = commit === last && !commit.isBeginning
    for (const id of own) told.set(id, made.get(id) ?? {commit: aboutOf(commit), mergedBy: null, isBeforeLog})
  }
  return told
}

/** The commits that made what a merge brought, as far as the log of what it merged still tells. */
async function madeBefore(search: Search, ids: readonly number[], merge: TableCommit): Promise<SchemaCommits> {
  if (merge.merged === undefined) return new Map()
  try {
    const made = await commitsFrom(search, ids, merge.name, merge.merged)
    const known = [...made].filter(([, {isBeforeLog}]) => !isBeforeLog)
    return new Map(known.map(([id, origin]) => [id, {...origin, mergedBy: aboutOf(merge)}]))
  } catch (error) {
    if (!hasCode(error, 'REF_NOT_FOUND')) throw error
    return new Map()
  }
}

const aboutOf = ({hash, author, message, timestamp}: CatalogCommit): CatalogCommit => ({hash, author, message, timestamp})

/**
 * Whether what a commit put is a state that the table as it is came from. What was put and taken back since is none: its schemas had ids that
 * others have now. Before the metadata log begins nothing tells.
 */
function lineage(metadata: IcebergTable['metadata'], metadataLocation: string): (commit: TableCommit) => boolean {
  const log = metadata['metadata-log']
  const files = new Set([...log.map((entry) => entry['metadata-file']), metadataLocation])
  const since = log[0]?.['timestamp-ms'] ?? metadata['last-updated-ms']
  return (commit) => files.has(commit.metadataLocation) || commit.timestamp < since
}
