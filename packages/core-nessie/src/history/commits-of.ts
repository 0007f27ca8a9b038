import {ExitCode, PhloError} from '@phlo/core'
import type {LogEntry} from '../api/types.js'

/**
 * Whole hashes of commits, oldest first, as a log has them; they may be named by their beginnings.
 *
 * @throws PhloError `COMMIT_NOT_FOUND` (exit 2) for one that is not in the log
 */
export async function commitsOf(log: AsyncIterable<LogEntry>, wanted: readonly string[], ref: string): Promise<readonly string[]> {
  const missing = new Set(wanted.map((hash) => hash.toLowerCase()))
  const found: string[] = []
  for await (const {hash} of log) {
    const name = [...missing].find((beginning) => beginning.length >= 8 && hash.startsWith(beginning))
    if (name !== undefined) {
      missing.delete(name)
      found.unshift(hash)
    }
    if (missing.size === 0) return found
  }
  throw new PhloError(`${ref} has no commit ${[...missing].join(', ')}; a hash has eight characters at least.`, {
    code: 'COMMIT_NOT_FOUND',
    exit: ExitCode.usage,
    suggestions: [`phlo branch log ${ref}`],
  })
}
