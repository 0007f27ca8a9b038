import type {CatalogCommit} from '@phlo/core'
import type {TableCommit} from '../catalog/history.js'
import type {IcebergTable} from '../table.js'

/** The commit of a catalog that brought a schema. */
export interface SchemaCommit {
  readonly commit: CatalogCommit
  /** The log goes back no further, and the schema was there before: who brought it is not known. */
  readonly isBeforeLog: boolean
}

/**
 * The commits of the catalog that brought the table's schemas, by their ids; nothing where the catalog has no log of commits. Ids of schemas only
 * grow, so that one came with the oldest commit that has it or a later one. The log is read no further than to the oldest schema that there is.
 */
export async function schemaCommits({metadata, metadataLocation, name, source}: IcebergTable): Promise<ReadonlyMap<number, SchemaCommit>> {
  const ids = metadata.schemas.map((schema) => schema['schema-id'] ?? 0)
  const oldestId = Math.min(...ids)
  const found = new Map<number, TableCommit>()
  const isOfTable = lineage(metadata, metadataLocation)
  let last: TableCommit | undefined
  for await (const commit of source.history?.commitsOf?.(name) ?? []) {
    if (!isOfTable(commit)) continue
    if (commit.schemaId < oldestId) return toldBy(found, undefined)
    for (const id of ids) if (commit.schemaId >= id) found.set(id, commit)
    last = commit
  }
  return toldBy(found, last)
}

/** @param last the oldest commit that the log has */
function toldBy(found: ReadonlyMap<number, TableCommit>, last: TableCommit | undefined): ReadonlyMap<number, SchemaCommit> {
  return new Map(
    [...found].map(([id, item]) => {
      const {hash, author, message, timestamp} = item
      const isBeforeLog = item === last && !item.isBeginning
      return [id, {commit: {hash, author, message, timestamp}, isBeforeLog}]
    }),
  )
}

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
