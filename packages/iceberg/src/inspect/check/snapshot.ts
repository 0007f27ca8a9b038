import {hasCode} from '@phlo/core'
import {readManifestList} from '../../avro/manifest-list.js'
import {type DeleteIndex, deleteIndex} from '../../deletes/delete-index.js'
import {fileIdentity, type ManifestEntry, type ManifestFile} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {checkEntry, type EntryContext} from './entry.js'
import {checkFile, type FileContext} from './file.js'
import {type Finding, findingOf, note} from './finding.js'
import {type LiveFiles, liveFiles} from './live.js'
import {checkManifest} from './manifest.js'
import {checkManifestList} from './manifest-list.js'

export interface SnapshotContext extends EntryContext, FileContext {
  readonly table: IcebergTable
  /** Files that were looked at, for an earlier snapshot too; a deletion vector with its place. */
  readonly examined: Set<string>
  readonly onFile: () => void
}

const FILES_AT_A_TIME = 32

/** A step of the check: something found, or a file to be looked at. */
type Step = {readonly finding: Finding} | {readonly file: ManifestEntry}

/**
 * Checks a snapshot: its manifest list, every manifest, every live entry, and every file that was not looked at before. Many files
 * are looked at at a time; findings come in the order of the manifests.
 */
export async function* checkSnapshot(snapshot: Snapshot, context: SnapshotContext): AsyncIterable<Finding> {
  const {table, metadata} = context
  const id = String(snapshot['snapshot-id'])
  if (snapshot['key-id'] !== undefined) {
    yield note('NOT_CHECKED', id, `The manifest list of snapshot ${id} is encrypted.`)
    return
  }
  let manifests: readonly ManifestFile[]
  try {
    manifests = await readManifestList(table.io, snapshot, metadata['format-version'])
  } catch (thrown) {
    yield findingOf(thrown, 'MANIFEST_LIST_UNREADABLE', snapshot['manifest-list'] ?? id)
    return
  }
  yield* checkManifestList(metadata, snapshot, manifests)
  const {pMapIterable} = await import('p-map')
  const live = liveFiles()
  const look = async (step: Step): Promise<readonly Finding[]> => {
    if ('finding' in step) return [step.finding]
    const findings = await checkFile(step.file.dataFile, live.rowsOf, context)
    context.onFile()
    return findings
  }
  for await (const findings of pMapIterable(steps(manifests, live, context), look, {concurrency: FILES_AT_A_TIME})) {
    context.signal.throwIfAborted()
    yield* findings
  }
}

/** Deletes come first, because each data file is held against them; their files last, when all data files are known. */
async function* steps(manifests: readonly ManifestFile[], live: LiveFiles, context: SnapshotContext): AsyncIterable<Step> {
  const deletes: ManifestEntry[] = []
  for (const manifest of manifests.filter(({content}) => content === 'deletes')) {
    for await (const read of checkManifest(context.table, manifest, context.known)) {
      if ('finding' in read) yield read
      else {
        yield* found(checkEntry(read.entry, manifest, context))
        deletes.push(read.entry)
      }
    }
  }
  const index = await indexOf(deletes, context)
  if ('finding' in index) yield index
  for (const manifest of manifests.filter(({content}) => content === 'data')) {
    for await (const read of checkManifest(context.table, manifest, context.known)) {
      if ('finding' in read) yield read
      else {
        yield* found(checkEntry(read.entry, manifest, context))
        yield* found(live.add(read.entry))
        if ('deletesFor' in index) yield* found(checkDeletesOf(read.entry, index))
        yield* unseen(read.entry, context)
      }
    }
  }
  yield* found(live.overlaps())
  for (const entry of deletes) yield* unseen(entry, context)
}

function* found(findings: Iterable<Finding>): Iterable<Step> {
  for (const finding of findings) yield {finding}
}

function* unseen(entry: ManifestEntry, {examined}: SnapshotContext): Iterable<Step> {
  const key = fileIdentity(entry.dataFile)
  if (examined.has(key)) return
  examined.add(key)
  yield {file: entry}
}

async function indexOf(
  deletes: readonly ManifestEntry[],
  {metadata, name}: EntryContext,
): Promise<DeleteIndex | {readonly finding: Finding}> {
  try {
    return await deleteIndex(deletes, metadata, name)
  } catch (thrown) {
    return {finding: findingOf(thrown, 'DELETES_CONTRADICT', name)}
  }
}

/** Deletes of this very file that cannot be of it: of another partition, or older than the file. */
function* checkDeletesOf(entry: ManifestEntry, index: DeleteIndex): Iterable<Finding> {
  try {
    index.deletesFor(entry)
  } catch (thrown) {
    if (!hasCode(thrown, 'DELETES_CORRUPT')) throw thrown
    yield findingOf(thrown, 'DELETES_CONTRADICT', entry.dataFile.filePath)
  }
}
