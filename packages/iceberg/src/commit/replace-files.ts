import {ExitCode, formatTableName, PhloError} from '@phlo/core'
import {type DataFile, fileIdentity} from '../spec/manifest.js'
import type {Snapshot} from '../spec/table-metadata.js'
import type {IcebergTable} from '../table.js'
import {type CommitContext, type Committed, commitTable} from './commit-table.js'
import {proposeSnapshot} from './propose-snapshot.js'
import {assertNoNewPositionDeletes} from './validate-deletes.js'

export interface Replacement {
  readonly removed: readonly DataFile[]
  readonly added: readonly DataFile[]
  /** Delete files that take rows from `added`. */
  readonly addedDeletes?: readonly DataFile[]
  /** Which delete files of the base apply to nothing any more once `removed` is gone; asked anew for each base. */
  readonly deadDeletes?: (base: IcebergTable) => Promise<readonly DataFile[]>
  /**
   * The sequence number of the snapshot that the rewrite read. The new files carry it, so that equality deletes committed
   * since then still apply to them.
   */
  readonly startingSequenceNumber: bigint
  readonly summary?: Readonly<Record<string, string>>
}

/**
 * Puts files in the place of others that hold the same rows, in one `replace` snapshot. Appends that land meanwhile do not
 * disturb it; a file that is gone, or that a new position delete or deletion vector applies to, is a conflict.
 *
 * @throws PhloError `FILES_GONE` or `NEW_DELETES` (exit 5): nothing was changed, plan again
 */
export function replaceFiles(table: IcebergTable, replacement: Replacement, context: CommitContext): Promise<Committed<Snapshot>> {
  const {removed, added, addedDeletes = [], deadDeletes, startingSequenceNumber, summary = {}} = replacement
  const paths = new Set(removed.map(({filePath}) => filePath))
  return commitTable(
    table,
    async (base) => {
      const dead = (await deadDeletes?.(base)) ?? []
      return proposeSnapshot(
        base,
        {
          operation: 'replace',
          // The deletes carry the number of the commit: they apply to files that are as old.
          added: [
            ...added.map((dataFile) => ({dataFile, sequenceNumber: startingSequenceNumber})),
            ...addedDeletes.map((dataFile) => ({dataFile})),
          ],
          removed: {data: paths, deletes: new Set(dead.map(fileIdentity))},
          summary,
          validate: (fresh, manifests) => assertNoNewPositionDeletes(fresh, manifests, removed, startingSequenceNumber),
          checkRemoved: (found) => assertAllFound(table, paths, found),
        },
        context,
      )
    },
    context,
  )
}

function assertAllFound(table: IcebergTable, paths: ReadonlySet<string>, found: readonly DataFile[]): void {
  const gone = paths.difference(new Set(found.map(({filePath}) => filePath)))
  const [first] = gone
  if (first === undefined) return
  const more = gone.size > 1 ? ` and ${gone.size - 1} more` : ''
  throw new PhloError(`${first}${more} was removed from ${formatTableName(table.name)} by another commit; nothing was changed.`, {
    code: 'FILES_GONE',
    exit: ExitCode.conflict,
    suggestions: ['plan again and apply the new plan'],
  })
}
