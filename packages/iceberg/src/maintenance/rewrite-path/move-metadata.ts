import type {Snapshot, TableMetadata} from '../../spec/table-metadata.js'
import type {Move} from './prefix.js'

/** Properties that name folders of the table, into which new files go. */
const FOLDERS = ['write.data.path', 'write.metadata.path', 'write.object-storage.path', 'write.folder-storage.path']

/**
 * Table metadata with every path moved: location, manifest lists, the metadata log, statistics, and properties that name folders.
 * `isGone` says of which logged metadata files there is nothing left.
 *
 * @throws PhloError `PATH_OUTSIDE_PREFIX`
 */
export function moveMetadata(metadata: TableMetadata, move: Move, isGone: (path: string) => boolean = () => false): TableMetadata {
  return {
    ...metadata,
    location: move.folder(metadata.location, 'the location of the table'),
    properties: Object.fromEntries(
      Object.entries(metadata.properties).map(([key, value]) => [
        key,
        FOLDERS.includes(key) ? move.folder(value, `the table property ${key}`) : value,
      ]),
    ),
    snapshots: metadata.snapshots.map((snapshot) => moveSnapshot(snapshot, move)),
    'metadata-log': metadata['metadata-log']
      .filter((entry) => !isGone(entry['metadata-file']))
      .map((entry) => ({...entry, 'metadata-file': move.file(entry['metadata-file'], 'a metadata file of the log')})),
    ...(metadata.statistics && {statistics: metadata.statistics.map((file) => moveStatistics(file, move))}),
    ...(metadata['partition-statistics'] && {
      'partition-statistics': metadata['partition-statistics'].map((file) => moveStatistics(file, move)),
    }),
  }
}

function moveSnapshot(snapshot: Snapshot, move: Move): Snapshot {
  const {'manifest-list': list, manifests} = snapshot
  return {
    ...snapshot,
    ...(list !== undefined && {'manifest-list': move.file(list, `the manifest list of snapshot ${snapshot['snapshot-id']}`)}),
    ...(manifests && {manifests: manifests.map((path) => move.file(path, `a manifest of snapshot ${snapshot['snapshot-id']}`))}),
  }
}

const moveStatistics = <File extends {readonly 'statistics-path': string}>(file: File, move: Move): File => ({
  ...file,
  'statistics-path': move.file(file['statistics-path'], 'a statistics file'),
})
