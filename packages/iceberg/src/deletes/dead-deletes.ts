import {liveRows} from '../avro/entry-block.js'
import {liveEntries} from '../avro/live-entries.js'
import {readManifests} from '../avro/manifest.js'
import {readManifestList} from '../avro/manifest-list.js'
import {headOf} from '../refs.js'
import {partitionSpecById} from '../spec/current.js'
import {partitionKey} from '../spec/file-partition.js'
import type {DataFile, ManifestEntry, ManifestFile} from '../spec/manifest.js'
import {referencedDataFile} from '../spec/referenced-data-file.js'
import type {IcebergTable} from '../table.js'

/**
 * The delete files of a table's head that delete nothing once some data files are replaced: no other live data file is one that
 * they could apply to (spec, "Scan Planning"). What the new files hold does not matter: the deletes were applied to it, or new ones
 * name the rows that stayed.
 *
 * A delete file that is about one data file is dead with it. Any other is dead when no file of its partition, or for a global
 * equality delete of the whole table, is old enough. A position delete names files that were there when it was committed, so that
 * for it a file counts from the commit that added it: one that optimize made stands for older rows, and is not named.
 *
 * @param known the head's manifests, when the caller has read the list and knows better than it
 * @throws the signal's reason
 */
export async function deadDeletes(
  table: IcebergTable,
  replaced: ReadonlySet<string>,
  {known, signal}: {readonly known?: readonly ManifestFile[]; readonly signal?: AbortSignal} = {},
): Promise<readonly DataFile[]> {
  const head = headOf(table)
  if (!head) return []
  const {io, metadata} = table
  const manifests = known ?? (await readManifestList(io, head, metadata['format-version']))
  const listed = (wanted: ManifestFile['content']) => manifests.filter(({content}) => content === wanted)
  const deletes: ManifestEntry[] = []
  for await (const entry of liveEntries(table, listed('deletes'), signal)) deletes.push(entry)
  if (deletes.length === 0) return []
  const referenced = new Set(deletes.map(({dataFile}) => targetOf(dataFile)))
  const live = new Set<string>()
  const oldestRows = new Map<string, bigint>()
  const oldestFile = new Map<string, bigint>()
  for await (const block of readManifests(table, listed('data'), {signal})) {
    for (const row of liveRows(block)) {
      const path = block.filePath(row)
      if (replaced.has(path)) continue
      if (referenced.has(path)) live.add(path)
      const {key: partition} = block.partition(row)
      const sequenceNumber = block.sequenceNumber(row)
      lower(oldestRows, partition, sequenceNumber)
      lower(oldestRows, EVERYWHERE, sequenceNumber)
      lower(oldestFile, partition, block.fileSequenceNumber(row))
    }
  }
  const isGlobal = ({content, specId}: DataFile) =>
    content === 'equality-deletes' && partitionSpecById(metadata, specId).fields.every(({transform}) => transform === 'void')
  const isDead = ({dataFile, sequenceNumber, fileSequenceNumber}: ManifestEntry) => {
    const target = targetOf(dataFile)
    if (target !== undefined) return !live.has(target)
    const partition = partitionKey(dataFile)
    if (dataFile.content === 'equality-deletes') {
      const rows = oldestRows.get(isGlobal(dataFile) ? EVERYWHERE : partition)
      return rows === undefined || rows >= sequenceNumber
    }
    const file = oldestFile.get(partition)
    return file === undefined || file > fileSequenceNumber
  }
  return deletes.filter(isDead).map(({dataFile}) => dataFile)
}

function lower(oldest: Map<string, bigint>, scope: string, sequenceNumber: bigint): void {
  const known = oldest.get(scope)
  if (known === undefined || sequenceNumber < known) oldest.set(scope, sequenceNumber)
}

/** No partition's key is an empty text. */
const EVERYWHERE = ''

const targetOf = (file: DataFile) => (file.content === 'position-deletes' ? referencedDataFile(file) : undefined)
