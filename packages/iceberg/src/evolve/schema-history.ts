import {type FileIO, isFileGone, type SchemaVersion} from '@phlo/core'
import {readTableMetadata} from '../catalog/metadata-file.js'
import type {Snapshot, TableMetadata} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {schemaCommits} from './schema-commits.js'

/** Keys of a snapshot's summary that name who made it; the first that is there counts. */
const AUTHORS = ['phlo.principal', 'spark.app.user', 'trino_user', 'user', 'owner']

/**
 * Each schema that the table has had, oldest first. A schema came with the first of the table's metadata files that has it, as far back as
 * the metadata log goes and its files are there; else with the first snapshot that was made with it. A few metadata files are read, and nothing
 * else; and the catalog's own log, where it has one, which says who brought it.
 */
export async function schemaHistory(table: IcebergTable): Promise<readonly SchemaVersion[]> {
  const {metadata} = table
  const first = firstSnapshots(metadata)
  const logged = loggedSchemas(table)
  const commits = await schemaCommits(table)
  const versions: SchemaVersion[] = []
  for (const schema of [...metadata.schemas].sort((a, b) => idOf(a) - idOf(b))) {
    const schemaId = idOf(schema)
    const snapshot = first.get(schemaId)
    const {commit = null, mergedBy = null, isBeforeLog = false} = commits.get(schemaId) ?? {}
    const committer = commit && !isBeforeLog && commit.author !== '' ? commit.author : undefined
    versions.push({
      schemaId,
      schema,
      since: (await logged(schemaId)) ?? snapshot?.['timestamp-ms'] ?? null,
      snapshotId: snapshot ? String(snapshot['snapshot-id']) : null,
      author: committer ?? AUTHORS.map((key) => snapshot?.summary?.[key]).find((value) => value !== undefined) ?? null,
      commit,
      mergedBy,
      isBeforeLog,
      current: schemaId === metadata['current-schema-id'],
    })
  }
  return versions
}

const idOf = (schema: {readonly 'schema-id'?: number}) => schema['schema-id'] ?? 0

function firstSnapshots({snapshots}: TableMetadata): ReadonlyMap<number, Snapshot> {
  const first = new Map<number, Snapshot>()
  for (const snapshot of [...snapshots].sort((a, b) => a['timestamp-ms'] - b['timestamp-ms'])) {
    const id = snapshot['schema-id']
    if (id !== undefined && !first.has(id)) first.set(id, snapshot)
  }
  return first
}

/** What of a metadata file tells when a schema came. */
interface State {
  readonly schemaIds: ReadonlySet<number>
  /** No file went before it. */
  readonly isFirst: boolean
}

const stateOf = (metadata: TableMetadata): State => ({
  schemaIds: new Set(metadata.schemas.map(idOf)),
  isFirst: metadata['metadata-log'].length === 0,
})

/** Finds when a schema was there first, in milliseconds; undefined where the log does not go back so far. */
function loggedSchemas({io, metadata, metadataLocation}: IcebergTable): (schemaId: number) => Promise<number | undefined> {
  const log = [
    ...metadata['metadata-log'].map((entry) => ({path: entry['metadata-file'], time: entry['timestamp-ms']})),
    {path: metadataLocation, time: metadata['last-updated-ms']},
  ]
  const known = new Map<number, State | undefined>([[log.length - 1, stateOf(metadata)]])
  const stateAt = async (index: number): Promise<State | undefined> => {
    if (!known.has(index)) known.set(index, await readState(io, (log[index] as {path: string}).path))
    return known.get(index)
  }
  return async (schemaId) => {
    // Schemas stay once they are there, so that halving finds the file.
    let [low, high] = [0, log.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((await stateAt(middle))?.schemaIds.has(schemaId)) high = middle
      else low = middle + 1
    }
    // Where the file before is gone the schema may have come earlier.
    const isCertain = low === 0 ? (await stateAt(0))?.isFirst : (await stateAt(low - 1)) !== undefined
    return isCertain ? log[low]?.time : undefined
  }
}

/** Older metadata files are deleted by and by. */
async function readState(io: FileIO, path: string): Promise<State | undefined> {
  try {
    return stateOf(await readTableMetadata(io, path))
  } catch (error) {
    if (isFileGone(error)) return undefined
    throw error
  }
}
