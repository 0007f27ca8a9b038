import {formatBytes, formatCount, formatDuration, formatTableName, type OperationContext} from '@phlo/core'
import {numberProperty} from '../spec/table-properties.js'
import type {IcebergTable} from '../table.js'
import {resolveExpireOptions} from './expire-snapshots/options.js'
import {decideRetention} from './expire-snapshots/retention.js'
import type {ResolvedOptimizeOptions} from './optimize/options.js'

/** Something that maintenance would pay off. */
export interface Advice {
  readonly reason: string
  readonly command: string
}

/** What the advice is drawn from. */
export interface Figures {
  readonly smallFiles: number
  readonly equalityDeleteFiles: number
  readonly positionDeleteFiles: number
  readonly manifests: number
  /** Bytes of all manifests. */
  readonly manifestBytes: number
  readonly partitions: readonly {readonly smallFiles: number}[]
}

/** Fewer manifests than this are read in one go, however small they are. */
const MANY_MANIFESTS = 20

/**
 * What would pay off, in the order in which to do it: merge first, since it applies deletes; then rewrite the deletes that are left, then
 * the manifests; expire last, which frees what the others replaced.
 */
export function advise(
  table: IcebergTable,
  stats: Figures,
  options: ResolvedOptimizeOptions,
  context: OperationContext,
): readonly Advice[] {
  const name = formatTableName(table.name)
  const advice: Advice[] = []
  const {smallFiles, equalityDeleteFiles, positionDeleteFiles, manifests, manifestBytes} = stats
  const crowded = stats.partitions.filter((partition) => partition.smallFiles >= options.minInputFiles)
  if (crowded.length > 0) {
    const files = crowded.reduce((sum, partition) => sum + partition.smallFiles, 0)
    advice.push({
      reason: `${formatCount(files)} of ${formatCount(smallFiles)} files under ${formatBytes(options.minFileSize)} share a partition with enough others to be merged`,
      command: `phlo table optimize ${name} --dry-run`,
    })
  }
  if (equalityDeleteFiles > 0) {
    advice.push({
      reason: `every reader compares its rows with ${formatCount(equalityDeleteFiles)} equality delete files`,
      command: `phlo table rewrite-deletes ${name} --equality --dry-run`,
    })
  }
  if (positionDeleteFiles >= options.minInputFiles) {
    advice.push({
      reason: `${formatCount(positionDeleteFiles)} position delete files are read with the data files that they are about`,
      command: `phlo table rewrite-deletes ${name} --dry-run`,
    })
  }
  const target = numberProperty(table.properties, 'commit.manifest.target-size-bytes', 8 * 1024 ** 2, 1)
  const enough = Math.max(1, Math.ceil(manifestBytes / target))
  if (manifests >= MANY_MANIFESTS && manifests >= 2 * enough) {
    advice.push({
      reason: `${formatCount(manifests)} manifests of ${formatBytes(manifestBytes / manifests)} on average are read where ${formatCount(enough)} would do`,
      command: `phlo table rewrite-manifests ${name} --dry-run`,
    })
  }
  const expire = resolveExpireOptions({}, table.properties)
  const {expiredSnapshots} = decideRetention(table.metadata, expire, context.clock.now())
  if (expiredSnapshots.length > 0) {
    advice.push({
      reason: `${formatCount(expiredSnapshots.length)} of ${formatCount(table.metadata.snapshots.length)} snapshots are older than ${formatDuration(expire.olderThan)}`,
      command: `phlo table expire-snapshots ${name} --dry-run`,
    })
  }
  return advice
}
