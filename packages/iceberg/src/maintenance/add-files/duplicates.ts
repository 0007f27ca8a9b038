import {ExitCode, formatTableName, PhloError} from '@phlo/core'
import {readManifest} from '../../avro/manifest.js'
import {fileKey} from '../../io/file-key.js'
import type {ManifestFile} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'

/** Throws for a file that is one of the table's already. */
export type DuplicateCheck = (table: IcebergTable, manifests: readonly ManifestFile[]) => Promise<void>

/**
 * Looks for files among the live data files of a table. A manifest never changes, so that one that was looked through is not read
 * again when a commit is tried anew.
 *
 * @throws PhloError `FILE_ALREADY_IN_TABLE` (exit 6) naming the first one
 */
export function duplicateCheck(paths: readonly string[]): DuplicateCheck {
  const wanted = new Set(paths.map(fileKey))
  const passed = new Set<string>()
  return async (table, manifests) => {
    for (const manifest of manifests) {
      if (manifest.content !== 'data' || passed.has(manifest.manifestPath)) continue
      for await (const {status, dataFile} of readManifest(table.io, manifest, {metadata: table.metadata})) {
        if (status !== 'deleted' && wanted.has(fileKey(dataFile.filePath))) throw alreadyThere(table, dataFile.filePath)
      }
      passed.add(manifest.manifestPath)
    }
  }
}

function alreadyThere({name, ref}: IcebergTable, path: string): PhloError {
  return new PhloError(`${path} is a data file of ${formatTableName(name)} already (on ${ref}): its rows would be there twice.`, {
    code: 'FILE_ALREADY_IN_TABLE',
    exit: ExitCode.refused,
    suggestions: ['leave it out, or have its rows twice with --no-check-duplicates'],
  })
}
