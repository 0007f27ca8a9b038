import {liveEntries} from '../avro/live-entries.js'
import {fileIdentity, type ManifestEntry, type ManifestFile} from '../spec/manifest.js'
import type {IcebergTable} from '../table.js'

/** Live entries that only one of two snapshots has. */
export interface ExclusiveEntries {
  readonly gone: readonly ManifestEntry[]
  readonly came: readonly ManifestEntry[]
}

/**
 * What the manifests of one snapshot have and those of another have not. Manifests that both have are not read.
 *
 * @param tableBefore the table as it is where the first snapshot is, when that is on another branch of the catalog
 */
export async function exclusiveEntries(
  table: IcebergTable,
  before: readonly ManifestFile[],
  after: readonly ManifestFile[],
  tableBefore = table,
): Promise<ExclusiveEntries> {
  const gone = new Map<string, ManifestEntry>()
  for await (const entry of liveEntries(tableBefore, without(before, after))) gone.set(fileIdentity(entry.dataFile), entry)
  const came: ManifestEntry[] = []
  // A manifest that was written anew has the same files under another path.
  for await (const entry of liveEntries(table, without(after, before))) if (!gone.delete(fileIdentity(entry.dataFile))) came.push(entry)
  return {gone: [...gone.values()], came}
}

function without(manifests: readonly ManifestFile[], others: readonly ManifestFile[]): readonly ManifestFile[] {
  const paths = new Set(others.map(({manifestPath}) => manifestPath))
  return manifests.filter(({manifestPath}) => !paths.has(manifestPath))
}
