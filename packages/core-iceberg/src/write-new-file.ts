import {type FileHandle, open} from 'node:fs/promises'
import {resolve} from 'node:path'
import {hasCode, messageOf, unavailable} from '@phlo/core'

/**
 * Opens a file that must not exist yet.
 *
 * @throws PhloError `OUTPUT_NOT_WRITABLE` (exit 3)
 */
export async function openNewFile(path: string): Promise<FileHandle> {
  return open(path, 'wx').catch((cause: unknown) => {
    const reason = hasErrno(cause, 'EEXIST') ? 'it exists already, and is not replaced' : messageOf(cause)
    throw unavailable('OUTPUT_NOT_WRITABLE', `${path} cannot be written: ${reason}.`, {cause})
  })
}

/**
 * Writes a file that must not exist yet, below the folder in which the command was typed.
 *
 * @returns its path
 * @throws PhloError `OUTPUT_NOT_WRITABLE` (exit 3)
 */
export async function writeNewFile(cwd: string, output: string, content: string | Uint8Array): Promise<string> {
  const path = resolve(cwd, output)
  const file = await openNewFile(path)
  try {
    await file.writeFile(content)
  } finally {
    await file.close()
  }
  return path
}

const hasErrno = (error: unknown, code: string) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code && !hasCode(error, code)
