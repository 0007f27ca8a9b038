import {randomUUID} from 'node:crypto'
import {formatBytes, formatCount, formatTableName, hasCode, type OperationContext, refused} from '@phlo/core'
import {readManifest} from '../../avro/manifest.js'
import {readManifestList} from '../../avro/manifest-list.js'
import {metadataFolderOf, readTableMetadata} from '../../catalog/metadata-file.js'
import {fileKey, storeOf} from '../../io/file-key.js'
import type {DataFile, ManifestFile} from '../../spec/manifest.js'
import type {Snapshot, TableMetadata} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {assertNotEncrypted, planHeader} from '../plan-header.js'
import {moveMetadata} from './move-metadata.js'
import type {FileToCopy, FileToRewrite, RewritePathOptions, RewritePathPlan} from './plan-types.js'
import {isWithin, type Move, movePaths, writtenAs} from './prefix.js'
import {type Version, type Versions, versionsOf} from './versions.js'

/**
 * Reads all metadata of the versions to be moved and says what is rewritten and what is copied. Every path has to be below the
 * source prefix; those inside of delete files are looked at when these are rewritten.
 *
 * @throws PhloError `PATH_OUTSIDE_PREFIX`, `INVALID_PREFIX`, `INVALID_STAGING`, `TABLE_ENCRYPTED` (exit 6); `VERSION_NOT_FOUND` (exit 2)
 */
export async function planRewritePath(
  table: IcebergTable,
  options: RewritePathOptions,
  context: OperationContext,
): Promise<RewritePathPlan> {
  assertNoKeys(table, table.metadata)
  const source = writtenAs(options.sourcePrefix ?? table.location, table.location)
  const move = movePaths(source, writtenAs(options.targetPrefix, table.location))
  const versions = await versionsOf(table, options, context)
  const {end} = versions
  assertNoKeys(table, end.metadata)
  const staging = stagingOf(options.staging, end.metadata, table, move)
  const {rewrites, copies} = await filesOf(table, versions, move, context)
  const bytes = copies.reduce((sum, {size}) => sum + size, 0)
  const {targetPrefix, copy = false} = options
  return {
    ...planHeader('rewrite-path', table, {...options, targetPrefix}, context),
    operation: 'rewrite-path',
    noop: false,
    summary: `write ${formatCount(rewrites.length)} files of ${formatTableName(table.name)} anew with paths below ${move.target}, and ${copy ? 'copy them and' : 'list'} ${formatCount(copies.length)} others (${formatBytes(bytes)})${copy ? ' there' : ' to be copied'}`,
    sourcePrefix: move.source,
    targetPrefix: move.target,
    staging,
    copy,
    startVersion: versions.start?.path ?? null,
    endVersion: end.path,
    rewrites,
    copies,
    missingVersions: versions.missing,
  }
}

/** Files that the moved table has and the start version does not. */
async function filesOf(
  table: IcebergTable,
  {start, end, paths, missing}: Versions,
  move: Move,
  context: OperationContext,
): Promise<{rewrites: readonly FileToRewrite[]; copies: readonly FileToCopy[]}> {
  const {io} = table
  const rewrites = new Map<string, FileToRewrite>()
  const copies = new Map<string, FileToCopy>()
  const rewrite = (kind: FileToRewrite['kind'], path: string, size: number, format?: string) =>
    rewrites.set(fileKey(path), {kind, path, size, ...(format !== undefined && {format})})
  const copy = (path: string, size: number, what: string) => copies.set(fileKey(path), {path, size, target: move.file(path, what)})

  const older = new Set(start?.metadata.snapshots.map((snapshot) => snapshot['snapshot-id']))
  const snapshots = end.metadata.snapshots.filter((snapshot) => !older.has(snapshot['snapshot-id']))
  const isNew = (snapshotId: bigint) => !older.has(snapshotId)
  const movedBefore = await manifestsAtStart(table, start)
  context.progress.start('reading manifest lists', snapshots.length)
  const manifests = new Map<string, ManifestFile>()
  for (const snapshot of snapshots) {
    context.signal.throwIfAborted()
    assertNoKey(table, snapshot)
    const list = snapshot['manifest-list']
    if (list !== undefined) rewrite('manifest-list', list, (await io.stat(list))?.size ?? 0)
    for (const manifest of await readManifestList(io, snapshot, end.metadata['format-version'])) {
      assertNoKey(table, manifest)
      move.file(manifest.manifestPath, `a manifest of snapshot ${snapshot['snapshot-id']}`)
      if (!movedBefore.has(fileKey(manifest.manifestPath))) manifests.set(fileKey(manifest.manifestPath), manifest)
    }
    context.progress.advance()
  }
  context.progress.done()

  context.progress.start('reading manifests', manifests.size)
  for (const manifest of manifests.values()) {
    context.signal.throwIfAborted()
    rewrite('manifest', manifest.manifestPath, manifest.manifestLength)
    for await (const {status, snapshotId, dataFile} of readManifest(io, manifest, {metadata: end.metadata})) {
      assertNoKey(table, dataFile)
      move.file(dataFile.filePath, `in manifest ${manifest.manifestPath}`)
      if (status === 'deleted' || !isNew(snapshotId)) continue
      if (dataFile.content === 'position-deletes') rewrite('deletes', dataFile.filePath, dataFile.fileSizeInBytes, dataFile.fileFormat)
      else copy(dataFile.filePath, dataFile.fileSizeInBytes, `in manifest ${manifest.manifestPath}`)
    }
    context.progress.advance()
  }
  context.progress.done()

  for (const file of [...(end.metadata.statistics ?? []), ...(end.metadata['partition-statistics'] ?? [])]) {
    if (isNew(file['snapshot-id'])) copy(file['statistics-path'], file['file-size-in-bytes'], 'a statistics file')
  }
  for (const path of paths) {
    context.signal.throwIfAborted()
    moveMetadata(path === end.path ? end.metadata : await readTableMetadata(io, path), move, (logged) => missing.includes(logged))
    move.file(path, 'a metadata file')
    rewrite('metadata', path, (await io.stat(path))?.size ?? 0)
  }
  return {rewrites: [...rewrites.values()], copies: [...copies.values()]}
}

/** What the start version had. A snapshot of it that has expired since is not known any more. */
async function manifestsAtStart({io}: IcebergTable, start: Version | undefined): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const snapshot of start?.metadata.snapshots ?? []) {
    const manifests = await readManifestList(io, snapshot, start?.metadata['format-version'] ?? 1).catch((error: unknown) => {
      if (hasCode(error, 'FILE_NOT_FOUND')) return []
      throw error
    })
    for (const {manifestPath} of manifests) found.add(fileKey(manifestPath))
  }
  return found
}

/** Default: as in Spark, a new folder beside the metadata. */
function stagingOf(asked: string | undefined, metadata: TableMetadata, {location}: IcebergTable, move: Move): string {
  const staging = asked === undefined ? `${metadataFolderOf(metadata)}/copy-table-staging-${randomUUID()}` : writtenAs(asked, location)
  if (isWithin(move.source, staging) || isWithin(move.target, staging) || isWithin(staging, move.target)) {
    throw refused(
      'INVALID_STAGING',
      `The staging folder ${staging} has to be apart from the source prefix ${move.source} (or below it) and from the target prefix ${move.target}.`,
    )
  }
  if (storeOf(staging) === 'file' && !/^(file:|\/)/.test(staging))
    throw refused('INVALID_STAGING', `The staging folder ${staging} is not an absolute path.`)
  return staging
}

function assertNoKeys(table: IcebergTable, metadata: TableMetadata): void {
  assertNotEncrypted(table, 'rewriting its paths')
  if ((metadata['encryption-keys'] ?? []).length > 0) throw encrypted(table)
}

function assertNoKey(table: IcebergTable, item: Snapshot | ManifestFile | DataFile): void {
  if ('key-id' in item || ('keyMetadata' in item && item.keyMetadata !== undefined)) throw encrypted(table)
}

const encrypted = ({name}: IcebergTable) =>
  refused('TABLE_ENCRYPTED', `${formatTableName(name)} has encrypted files, so rewriting its paths is refused.`)
