import {ExitCode, type FileIO, type OperationContext, PhloError, refused} from '@phlo/core'
import {copyBytes, fingerprint} from './copy-bytes.js'
import type {ListedFile} from './file-list.js'
import {someAtATime} from './some-at-a-time.js'

const AT_A_TIME = 4

/** The store of a path. */
export type IoOf = (path: string) => Promise<FileIO>

export interface Copied {
  readonly files: number
  readonly bytes: number
  /** That were there already. */
  readonly present: number
}

/**
 * Copies listed files to their targets, metadata files last. One that is there already, whole, is left as it is, so that an
 * interrupted copy is gone on with; nothing is ever written over. Each copy is read back.
 *
 * @throws PhloError `TARGET_EXISTS` (exit 6) when another file is in the place; `PLAN_OUTDATED` (exit 5) when a source has changed;
 *   `VERIFICATION_FAILED` (exit 6) when the copy is not what was written, which is deleted then
 */
export async function copyFiles(files: readonly ListedFile[], ioOf: IoOf, context: OperationContext): Promise<Copied> {
  let [copied, bytes] = [0, 0]
  const one = async (file: ListedFile) => {
    if (await copyFile(file, ioOf, context)) {
      copied += 1
      bytes += file.size
    }
    context.progress.advance()
  }
  context.progress.start('copying files', files.length)
  await someAtATime(
    files.filter(({isMetadata}) => !isMetadata),
    AT_A_TIME,
    context.signal,
    one,
  )
  for (const file of files.filter(({isMetadata}) => isMetadata)) {
    context.signal.throwIfAborted()
    await one(file)
  }
  context.progress.done()
  return {files: copied, bytes, present: files.length - copied}
}

/** @returns false when the file was there */
async function copyFile(file: ListedFile, ioOf: IoOf, {signal}: OperationContext): Promise<boolean> {
  const {source, target, size, sha256} = file
  const io = await ioOf(target)
  const found = await io.stat(target)
  if (found) {
    if (found.size === size && (await fingerprint(io, target, signal)).sha256 === sha256) return false
    throw refused('TARGET_EXISTS', `${target} is there already and is another file than ${source}; nothing is written over.`)
  }
  const from = await (await ioOf(source)).open(source)
  try {
    if (from.size !== size) throw changed(source)
    const output = await io.create(target)
    try {
      if ((await copyBytes(from, output, size, signal)) !== sha256) throw changed(source)
      await output.close()
    } catch (error) {
      await output.abort()
      throw error
    }
  } finally {
    await from.close()
  }
  const written = await fingerprint(io, target, signal)
  if (written.size === size && written.sha256 === sha256) return true
  await io.delete([target])
  throw refused('VERIFICATION_FAILED', `${target} was not written as ${source} is; it was deleted again.`)
}

const changed = (source: string) =>
  new PhloError(`${source} is no longer what the list of files says; it was not copied.`, {
    code: 'PLAN_OUTDATED',
    exit: ExitCode.conflict,
    suggestions: ['begin anew with another --staging folder'],
  })
