import {formatTableName, type OperationContext} from '@phlo/core'
import {deadDeletes} from '../../deletes/dead-deletes.js'
import {headOf} from '../../refs.js'
import type {DataFile} from '../../spec/manifest.js'
import type {Snapshot} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {knownFields} from './fields.js'
import {fileLayouts} from './file.js'
import {danglingDelete, type Finding, findingOf, mendedByRepair} from './finding.js'
import {checkMetadata} from './metadata.js'
import {checkSnapshot} from './snapshot.js'
import {checkLoggedFiles, checkStatistics} from './statistics.js'

export interface CheckOptions {
  /** Also opens every file: reads each Parquet footer, position delete file and deletion vector. Default: false. */
  readonly data?: boolean
  /** Checks every snapshot, not only the head of the table's ref. Default: false. */
  readonly allSnapshots?: boolean
}

/**
 * Checks a table from its metadata to its files, and tells what is not as it should be while it goes; it changes nothing. What the
 * specification says is an error where it is broken, and what only costs something a warning. Orphan files are not looked for:
 * `vacuum` does.
 *
 * Memory grows with the manifests, the delete files, and a path and a few numbers for each data file; never with rows.
 *
 * @throws PhloError `REF_NOT_FOUND`; `STORAGE_UNAVAILABLE` and `STORAGE_DENIED`, which say nothing about the table
 */
export async function* checkTable(table: IcebergTable, options: CheckOptions, context: OperationContext): AsyncIterable<Finding> {
  const reported = new Set<string>()
  const name = formatTableName(table.name)
  for await (const found of findings(table, options, context)) {
    const finding = mendedByRepair(found, name)
    const key = JSON.stringify(finding)
    // Snapshots share manifests and files, and what is wrong with these.
    if (reported.has(key)) continue
    reported.add(key)
    yield finding
  }
}

async function* findings(table: IcebergTable, options: CheckOptions, context: OperationContext): AsyncIterable<Finding> {
  const {metadata, io} = table
  const {signal, progress} = context
  const head = headOf(table)
  yield* checkMetadata(metadata)
  yield* checkStatistics(table)
  yield* checkLoggedFiles(table)
  const known = knownFields(metadata)
  const name = formatTableName(table.name)
  const shared = {
    table,
    metadata,
    known,
    name,
    io,
    signal,
    layouts: options.data ? fileLayouts(metadata, known) : undefined,
    examined: new Set<string>(),
    onFile: () => progress.advance(),
  }
  progress.start('checking files', filesOf(head, options))
  for (const snapshot of snapshotsToCheck(table, head, options)) yield* checkSnapshot(snapshot, shared)
  if (head) yield* danglingDeletes(table, name)
  progress.done()
}

function snapshotsToCheck({metadata}: IcebergTable, head: Snapshot | undefined, {allSnapshots}: CheckOptions): readonly Snapshot[] {
  if (!allSnapshots) return head ? [head] : []
  const others = metadata.snapshots.filter((snapshot) => snapshot !== head).reverse()
  return head ? [head, ...others] : others
}

/** How many files there are to look at, as far as the head's summary tells; unknown for all snapshots. */
function filesOf(head: Snapshot | undefined, {allSnapshots}: CheckOptions): number | undefined {
  const {'total-data-files': data, 'total-delete-files': deletes} = head?.summary ?? {}
  return allSnapshots || data === undefined ? undefined : Number(data) + Number(deletes ?? 0)
}

/** Delete files of the head that delete nothing any more. */
async function* danglingDeletes(table: IcebergTable, name: string): AsyncIterable<Finding> {
  let dead: readonly DataFile[] = []
  try {
    dead = await deadDeletes(table, new Set())
  } catch (thrown) {
    // Manifests that cannot be read are reported by now, and without them nothing is known of the deletes.
    findingOf(thrown, 'MANIFEST_UNREADABLE', name)
  }
  for (const {filePath} of dead) yield danglingDelete(filePath, name)
}
