import {ExitCode, formatTableName, PhloError} from '@phlo/core'
import {readManifest} from '../avro/manifest.js'
import {partitionKey} from '../spec/file-partition.js'
import type {DataFile, ManifestFile} from '../spec/manifest.js'
import {referencedDataFile} from '../spec/referenced-data-file.js'
import type {IcebergTable} from '../table.js'

/**
 * Makes sure that no position delete or deletion vector that was committed after the rewrite began applies to a file that it
 * replaces: the deleted rows would come back. Equality deletes are no obstacle, because the new files keep the old sequence
 * number.
 *
 * @throws PhloError `NEW_DELETES`
 */
export async function assertNoNewPositionDeletes(
  table: IcebergTable,
  manifests: readonly ManifestFile[],
  replaced: readonly DataFile[],
  since: bigint,
): Promise<void> {
  const suspects = manifests.filter(({content, sequenceNumber}) => content === 'deletes' && sequenceNumber > since)
  if (suspects.length === 0) return
  const paths = new Set(replaced.map(({filePath}) => filePath))
  const partitions = new Set(replaced.map(partitionKey))
  for (const manifest of suspects) {
    for await (const {status, sequenceNumber, dataFile} of readManifest(table.io, manifest, {metadata: table.metadata})) {
      if (status === 'deleted' || sequenceNumber <= since || dataFile.content !== 'position-deletes') continue
      const target = referencedDataFile(dataFile)
      const applies = target === undefined ? partitions.has(partitionKey(dataFile)) : paths.has(target)
      if (applies) {
        throw new PhloError(
          `Rows of files that are being rewritten were deleted from ${formatTableName(table.name)} meanwhile (${dataFile.filePath}); nothing was changed.`,
          {code: 'NEW_DELETES', exit: ExitCode.conflict, suggestions: ['plan again and apply the new plan']},
        )
      }
    }
  }
}
