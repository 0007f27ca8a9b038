import {type FileIO, hasCode} from '@phlo/core'

/** Deletes what was written for a commit that failed. A commit that may have landed still needs its files. */
export async function discardStaged(io: FileIO, staged: readonly string[], error: unknown): Promise<void> {
  if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) await io.delete(staged)
}
