import type {MetadataLogEntry, TableMetadata} from '../spec/table-metadata.js'

/** Default of `write.metadata.previous-versions-max`. */
const PREVIOUS_VERSIONS = 100

/** The metadata log with the base's own file at its end, no longer than `write.metadata.previous-versions-max` (at least 1). */
export function withPreviousFile(
  base: TableMetadata,
  properties: Readonly<Record<string, string>>,
  location: string,
): readonly MetadataLogEntry[] {
  const configured = Number(properties['write.metadata.previous-versions-max'] ?? PREVIOUS_VERSIONS)
  const most = Number.isInteger(configured) ? Math.max(1, configured) : PREVIOUS_VERSIONS
  const entry = {'metadata-file': location, 'timestamp-ms': base['last-updated-ms']}
  return [...base['metadata-log'], entry].slice(-most)
}

/** Files that a commit dropped from the metadata log: what `write.metadata.delete-after-commit.enabled` deletes. */
export function droppedMetadataFiles(base: TableMetadata, committed: TableMetadata): readonly string[] {
  const kept = new Set(committed['metadata-log'].map((entry) => entry['metadata-file']))
  return base['metadata-log'].map((entry) => entry['metadata-file']).filter((file) => !kept.has(file))
}

/** A metadata log without the files that are gone, in the order of time. */
export function mendedLog(log: readonly MetadataLogEntry[], missing: readonly string[]): readonly MetadataLogEntry[] {
  return log.filter((entry) => !missing.includes(entry['metadata-file'])).sort((a, b) => a['timestamp-ms'] - b['timestamp-ms'])
}
