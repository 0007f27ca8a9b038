import {ExitCode, formatTableName, PhloError, refused} from '@phlo/core'
import type {IcebergTable} from '../table.js'
import {type CommitContext, type Committed, commitTable} from './commit-table.js'
import {ancestorsOf, assertBranch, headOf, snapshotById} from './refs.js'

/**
 * Makes an ancestor of the branch its head again. Nothing is lost: the snapshots after it stay until they expire.
 *
 * @throws PhloError `SNAPSHOT_NOT_FOUND`; `NOT_AN_ANCESTOR` (exit 6)
 */
export function rollback(table: IcebergTable, snapshotId: bigint, context: CommitContext): Promise<Committed<bigint>> {
  return commitTable(
    table,
    async (base) => {
      assertBranch(base)
      const {metadata, ref, name} = base
      if (!snapshotById(metadata, snapshotId)) {
        throw new PhloError(`${formatTableName(name)} has no snapshot ${snapshotId}.`, {
          code: 'SNAPSHOT_NOT_FOUND',
          exit: ExitCode.usage,
          suggestions: [`phlo snapshot list ${formatTableName(name)}`],
        })
      }
      const head = headOf(base)
      const isAncestor = [...ancestorsOf(metadata, head)].some((snapshot) => snapshot['snapshot-id'] === snapshotId)
      if (!head || !isAncestor) {
        throw refused(
          'NOT_AN_ANCESTOR',
          `Snapshot ${snapshotId} is not an ancestor of ${ref} of ${formatTableName(name)}, so that ${ref} cannot be rolled back to it.`,
        )
      }
      return {
        requirements: [
          {type: 'assert-table-uuid', uuid: metadata['table-uuid']},
          {type: 'assert-ref-snapshot-id', ref, 'snapshot-id': head['snapshot-id']},
        ],
        updates: [{action: 'set-snapshot-ref', 'ref-name': ref, ...metadata.refs[ref], type: 'branch', 'snapshot-id': snapshotId}],
        staged: [],
        landed: (fresh) => fresh.refs[ref]?.['snapshot-id'] === snapshotId,
        result: snapshotId,
      }
    },
    context,
  )
}
